import { describe, expect, test } from "vitest";
import { smoothed } from "./plot";

describe("a running mean", () => {
  test("leaves what does not change and has half of a step after so many values", () => {
    expect(smoothed([3, 3, 3], 4)).toEqual([3, 3, 3].map((value) => expect.closeTo(value)));
    const curve = smoothed([...Array<number>(200).fill(0), ...Array<number>(5).fill(1)], 5);
    expect(curve.at(-1)).toBeCloseTo(0.5, 6);
    expect(smoothed([], 3)).toEqual([]);
  });
});
