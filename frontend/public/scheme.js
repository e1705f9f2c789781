// Sets colours and language before the first paint, so that neither flashes. A file, not an inline script: strict CSP.
(function () {
  var root = document.documentElement;
  try {
    var scheme = localStorage.getItem("mantine-color-scheme-value") || "auto";
    if (scheme === "auto") scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    root.setAttribute("data-mantine-color-scheme", scheme);
    var language = localStorage.getItem("fenshen-language") || navigator.language;
    root.lang = /^zh/.test(language) ? "zh-CN" : "en";
  } catch (_) {
    root.setAttribute("data-mantine-color-scheme", "light");
  }
})();
