import { describe, expect, it } from "vitest";
import type { LibraryItem, StudioPassage } from "../../../api/types";
import { excerpt } from "./excerpt";
import { everyItem, markOf, shownItems, stateCounts, tagCounts } from "./libraryItems";
import { afterAll, afterClick, among, nothingChosen, type Selection } from "./selection";
import { linesOf, otherNames, speakerChange } from "./speakers";

const ids = ["a", "b", "c", "d", "e"];
const chosen = (selection: Selection) => [...selection.chosen].sort();

describe("choosing lines", () => {
  it("takes a line, and with a range everything from the line before", () => {
    const one = afterClick(nothingChosen, ids, "b", false);
    expect(chosen(one)).toEqual(["b"]);
    expect(chosen(afterClick(one, ids, "d", true))).toEqual(["b", "c", "d"]);
    expect(chosen(afterClick(afterClick(one, ids, "e", true), ids, "c", true))).toEqual(["b"]);
    expect(chosen(afterClick(one, ids, "b", false))).toEqual([]);
  });

  it("takes all of a page, then none of it, and leaves the other pages alone", () => {
    const some = { chosen: new Set(["b", "x"]), from: "b" };
    expect(chosen(afterAll(some, ids))).toEqual(["a", "b", "c", "d", "e", "x"]);
    expect(chosen(afterAll(afterAll(some, ids), ids))).toEqual(["x"]);
  });

  it("forgets what is no longer there", () => {
    expect(among({ chosen: new Set(["a", "gone"]), from: null }, ids)).toEqual(["a"]);
  });
});

const item = (change: Partial<LibraryItem>): LibraryItem => ({
  id: "itm_1",
  path: "talks/one.srt",
  title: "One",
  kind: "video",
  language: "en",
  published: null,
  private: false,
  duration_s: null,
  words: 10,
  passages: 1,
  has_media: false,
  format: "subtitles",
  excluded: false,
  tags: [],
  duplicate_of: null,
  uses: ["train"],
  flags: [],
  dropped: [],
  why_not: null,
  ...change,
});

const why = (sentence: string) => ({ code: "", values: {}, sentence });

describe("the items of a library", () => {
  it.each<[string | null, Partial<LibraryItem>]>([
    [null, {}],
    ["private", { private: true, why_not: why("it is private") }],
    ["excluded", { excluded: true, why_not: why("you took it out") }],
    ["duplicate", { duplicate_of: "itm_2", why_not: why("it says the same") }],
    ["unspoken", { uses: [], why_not: why("nobody has said") }],
    ["flagged", { flags: [why("a remix")], why_not: why("it may be") }],
    ["limited", { uses: ["cite"], why_not: why("it may only be used to cite") }],
  ])("is marked %s", (mark, change) => {
    expect(markOf(item(change))).toBe(mark);
  });

  it("is found by words, state and tag together", () => {
    const items = [
      item({ id: "1", title: "Kettles", tags: ["tea"] }),
      item({ id: "2", tags: ["tea"], excluded: true, why_not: why("out") }),
      item({ id: "3" }),
    ];
    const found = (filter: Partial<typeof everyItem>) =>
      shownItems(items, { ...everyItem, ...filter }, () => "Video").map((one) => one.id);
    expect(found({})).toEqual(["1", "2", "3"]);
    expect(found({ words: "KETTLE" })).toEqual(["1"]);
    expect(found({ words: "video", tag: "tea" })).toEqual(["1", "2"]);
    expect(found({ tag: "tea", state: "used" })).toEqual(["1"]);
    expect(tagCounts(items)).toEqual([["tea", 2]]);
    expect([...stateCounts(items)]).toEqual([
      ["used", 2],
      ["excluded", 1],
    ]);
  });
});

const line = (id: string, speaker: string | null, is_creator = false): StudioPassage => ({
  id,
  speaker,
  is_creator,
  ordinal: 0,
  start_s: null,
  end_s: null,
  anchor: "p=1",
  text: "",
  marks: [],
  edited: false,
});

describe("who speaks", () => {
  const talk = [line("1", "Juniper", true), line("2", "Ada"), line("3", "Ada"), line("4", "Bo"), line("5", null)];

  it("names the others, the most talkative first", () => {
    expect(otherNames(talk)).toEqual(["Ada", "Bo"]);
  });

  it("is meant for one line, the chosen ones, or all of that speaker", () => {
    const ada = talk[1] as StudioPassage;
    expect(linesOf(talk, ada, "line", [])).toEqual(["2"]);
    expect(linesOf(talk, ada, "chosen", ["2", "5"])).toEqual(["2", "5"]);
    expect(linesOf(talk, ada, "speaker", [])).toEqual(["2", "3"]);
  });

  it("keeps the creator's name where there is one, or makes it that of the lines that become theirs", () => {
    const ada = talk[1] as StudioPassage;
    expect(speakerChange(talk, ada, "line", { kind: "creator" })).toEqual({ speaker: "Juniper", is_creator: true });
    expect(speakerChange(talk.slice(1), ada, "speaker", { kind: "creator" })).toEqual({
      speaker: "Ada",
      is_creator: true,
    });
    expect(speakerChange(talk.slice(1), ada, "line", { kind: "creator" })).toEqual({ speaker: null, is_creator: true });
    expect(speakerChange(talk, ada, "line", { kind: "name", name: "Cy" })).toEqual({
      speaker: "Cy",
      is_creator: false,
    });
  });
});

it("shows the words that were looked for with some of what stands around them", () => {
  const text = `${"before ".repeat(20)}The Kettle sulks ${"after ".repeat(40)}`;
  const { before, match, after } = excerpt(text, "kettle");
  expect([
    before.startsWith("…"),
    before.endsWith("The "),
    match,
    after.startsWith(" sulks"),
    after.endsWith("…"),
  ]).toEqual([true, true, "Kettle", true, true]);
  expect(excerpt("没有这个词", "水壶")).toEqual({ before: "没有这个词", match: "", after: "" });
});
