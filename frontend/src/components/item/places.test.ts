import { expect, test } from "vitest";
import type { Passage } from "../../api/types";
import { nextPath } from "../../routes";
import { citedSecond, passageAtAnchor, passageAtSecond, placeUrl } from "./passages";
import { scale, ticks } from "../ui/plot";

const passage = (id: string, start_s: number | null, anchor: string): Passage => ({
  id,
  start_s,
  end_s: null,
  anchor,
  speaker: null,
  text: id,
  is_gap: false,
});
const spoken = [passage("a", 2, "t=2"), passage("b", 41.3, "t=41"), passage("c", 83.9, "t=83")];

test("an address finds its passage by anchor, then by second", () => {
  const found = ["t=83", "#t=41", "t=60", "t=0", "t=999", "", "nonsense"].map(
    (anchor) => passageAtAnchor(spoken, anchor)?.id,
  );
  expect(found).toEqual(["c", "b", "b", "a", "c", undefined, undefined]);
  expect(passageAtAnchor([passage("x", null, "p=4")], "p=4")?.id).toBe("x");
  expect(passageAtSecond([], 3)).toBeNull();
});

test("playing begins at the second an address names, not where its passage began", () => {
  expect(citedSecond(spoken[1] ?? null, "t=60")).toBe(60);
  expect(citedSecond(spoken[2] ?? null, "#t=83")).toBe(83.9);
  expect(citedSecond(passage("x", null, "p=4"), "p=4")).toBeNull();
});

test("an address is built from ids, whatever they contain", () => {
  expect(placeUrl("a/b", { item_id: "../x", anchor: "t=83" })).toBe("/t/a%2Fb/items/..%2Fx#t=83");
});

test("logging in leads only to pages of this app", () => {
  const wanted = ["/t/juniper", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:1", null];
  expect(wanted.map(nextPath)).toEqual(["/t/juniper", "/", "/", "/", "/", "/"]);
});

test("scales end where they should and a single value lies in the middle", () => {
  expect([scale(0, 10, 100, 200)(5), scale(3, 3, 0, 10)(3)]).toEqual([150, 5]);
  expect(ticks(1.03, 1.51, 4)).toEqual([1.2, 1.4]);
  expect(ticks(0, 0, 4)).toEqual([0]);
});
