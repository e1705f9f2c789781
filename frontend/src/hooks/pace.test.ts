import { describe, expect, it } from "vitest";
import { afterSample, type Pace, secondsLeft } from "./pace";

const paceOf = (...samples: [number, number][]) =>
  samples.reduce<Pace>((pace, [at_ms, done]) => afterSample(pace, at_ms, done), []);

describe("time left", () => {
  it("is what the rest takes at the pace of late", () => {
    expect(secondsLeft(paceOf([0, 0], [1000, 10], [2000, 20]), 100)).toBe(8);
    // Slow for a minute, then ten times as fast: only the last while counts.
    const slow = Array.from({ length: 60 }, (_, second): [number, number] => [1000 * second, second]);
    const fast = Array.from({ length: 25 }, (_, second): [number, number] => [
      60_000 + 1000 * second,
      60 + 10 * second,
    ]);
    expect(secondsLeft(paceOf(...slow, ...fast), 400)).toBe(10);
  });

  it("is unknown at first, and while nothing moves", () => {
    expect(secondsLeft([], 10)).toBeNull();
    expect(secondsLeft(paceOf([0, 0], [1000, 5]), 10)).toBeNull();
    expect(secondsLeft(paceOf([0, 5], [4000, 5]), 10)).toBeNull();
  });

  it("begins anew when less is done than before", () => {
    expect(paceOf([0, 50], [1000, 60], [2000, 0])).toEqual([{ at_ms: 2000, done: 0 }]);
  });
});
