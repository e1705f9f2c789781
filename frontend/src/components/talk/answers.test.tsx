import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import type { Citation } from "../../api/types";
import { LanguageProvider } from "../../hooks/useLanguage";
import { Citations } from "./Citations";
import { sends } from "./Composer";
import { RichText } from "./RichText";
import { sealLetters } from "../ui/Seal";

const citation: Citation = {
  number: 2,
  passage_id: "p1",
  item_id: "itm 1",
  title: "Toasters <b>",
  kind: "video",
  published: null,
  start_s: 83.2,
  anchor: "t=83",
  quote: "a crumb",
  url: "javascript:alert(1)",
};

const html = (text: string) => renderToStaticMarkup(<RichText text={text} citations={[citation]} />);

describe("an answer", () => {
  test("has emphasis, lists and the marks of its sources", () => {
    expect(html("It is *sulking*, **truly** [2].")).toMatch(
      /^<p>It is <em>sulking<\/em>, <strong>truly<\/strong> <sup[^>]*>2<\/sup>\.<\/p>$/,
    );
    expect(html("1. unplug\n2. wait")).toBe('<ol start="1"><li>unplug</li><li>wait</li></ol>');
    expect(html("- 螺丝\n- 碟子\n\nok")).toBe("<ul><li>螺丝</li><li>碟子</li></ul><p>ok</p>");
  });

  test.each([
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "# heading <script>alert(1)</script>",
  ])("shows %j as text", (text) => {
    expect(html(text)).not.toMatch(/<(img|a|script|h1)\b/);
  });

  test("keeps what only looks like marks", () => {
    expect(html("3.5 volts, 2 * 3 * 4, snake_case_name, [7]")).toBe(
      "<p>3.5 volts, 2 * 3 * 4, snake_case_name, [7]</p>",
    );
  });

  test("that is hostile to patterns is read in time", () => {
    const began = performance.now();
    html("**a".repeat(20_000) + "_".repeat(20_000));
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

test("a citation is a numbered link to its second, built by us", () => {
  Object.defineProperty(globalThis, "navigator", { value: { language: "en" }, configurable: true });
  const shown = renderToStaticMarkup(
    <LanguageProvider>
      <Citations
        citations={[citation]}
        href={() => "/t/juniper/items/itm_1#t=83"}
        onOpen={() => undefined}
        opened={null}
      />
    </LanguageProvider>,
  );
  expect(shown).toContain('href="/t/juniper/items/itm_1#t=83"');
  expect(shown).toContain("Source 2: Toasters &lt;b&gt;, at 1:23");
  expect(shown).not.toContain("javascript:");
});

test.each([
  ["Enter", false, false, 13, true],
  ["Enter", true, false, 13, false],
  ["Enter", false, true, 13, false],
  ["Enter", false, false, 229, false],
  ["a", false, false, 65, false],
])("key %s, shift %s, composing %s, code %d: sends %s", (key, shiftKey, isComposing, keyCode, expected) => {
  expect(sends({ key, shiftKey, keyCode, nativeEvent: { isComposing } })).toBe(expected);
});

test("a seal carries one character or two initials", () => {
  expect([sealLetters("沈君柏"), sealLetters("Juniper Shen"), sealLetters(" ada "), sealLetters("")]).toEqual([
    "沈",
    "JS",
    "A",
    "",
  ]);
});
