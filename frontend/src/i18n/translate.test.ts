import { beforeAll, expect, test } from "vitest";
import en from "./en.json";
import { inLanguage, loadWords, sentenceFor, translate, wordFor } from "./translate";
import zh from "./zh.json";

function leaves(node: object, prefix = ""): [string, string][] {
  return Object.entries(node).flatMap(([name, value]) =>
    typeof value === "string"
      ? [[prefix + name, value] as [string, string]]
      : leaves(value as object, `${prefix}${name}.`),
  );
}

const gaps = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();

beforeAll(() => loadWords("zh"));

test("both languages have the same keys with the same gaps", () => {
  const chinese = new Map(leaves(zh));
  expect([...chinese.keys()]).toEqual(leaves(en).map(([key]) => key));
  for (const [key, text] of leaves(en)) expect(gaps(chinese.get(key) ?? ""), key).toEqual(gaps(text));
  for (const [key, text] of [...leaves(en), ...leaves(zh)]) expect(text.trim(), key).not.toBe("");
});

test("gaps are filled and numbers choose their form", () => {
  expect(translate("en", "talk.notice", { name: "Juniper" })).toBe("You are talking to an AI, not to Juniper.");
  expect(translate("en", "talk.historyTurns", { count: 1 })).toBe("1 message");
  expect(translate("en", "talk.historyTurns", { count: 2 })).toBe("2 messages");
  expect(translate("zh", "talk.historyTurns", { count: 1 })).toBe("1 条消息");
});

test("a gap's value is never read as a gap or a pattern", () => {
  expect(translate("en", "search.none", { query: "{query} $& $1" })).toContain("{query} $& $1");
});

test("an unknown value stands for itself", () => {
  expect([wordFor("zh", "kind", "video"), wordFor("en", "kind", "opera"), wordFor("en", "kind", "toString")]).toEqual([
    "视频",
    "opera",
    "toString",
  ]);
});

test("a text that is missing in one language is shown in the other", () => {
  expect([inLanguage({ en: "tea", zh: "" }, "zh"), inLanguage({ zh: "茶" }, "en"), inLanguage({}, "en")]).toEqual([
    "tea",
    "茶",
    "",
  ]);
});

test("a code of the server's becomes a sentence in the reader's language; one that is unknown stays as it came", () => {
  const remix = { code: "remix", values: { found: "Remix" }, sentence: "its title says 'Remix', a remix" };
  expect(sentenceFor("zh", "items.flag", remix)).toBe("标题里有“Remix”，像是混音");
  expect(sentenceFor("en", "items.flag", remix)).toBe("its title says “Remix”, like a remix");
  for (const language of ["en", "zh"] as const) {
    expect(sentenceFor(language, "items.flag", { ...remix, values: {} })).toBe(remix.sentence);
    expect(sentenceFor(language, "items.flag", { ...remix, code: "newer" })).toBe(remix.sentence);
  }
});
