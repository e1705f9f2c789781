import { expect, test } from "vitest";
import { formatClock, formatDay, secondOf } from "./time";

test.each([
  [0, "0:00"],
  [83.9, "1:23"],
  [3723, "1:02:03"],
  [-4, "0:00"],
  [Number.NaN, "0:00"],
])("%d seconds are %s", (seconds, text) => {
  expect(formatClock(seconds)).toBe(text);
});

test("a plain date is the same day everywhere", () => {
  expect(formatDay("2024-03-16", "en")).toBe("16 Mar 2024");
  expect(formatDay("2024-03-16", "zh")).toBe("2024年3月16日");
  expect(formatDay("long ago", "en")).toBe("long ago");
});

test("an address names a second or nothing", () => {
  expect([secondOf("#t=83"), secondOf("t=1.5"), secondOf("p=4"), secondOf("")]).toEqual([83, 1.5, null, null]);
});
