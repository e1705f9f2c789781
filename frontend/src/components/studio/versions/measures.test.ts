import { describe, expect, it } from "vitest";
import { gainsOf, judgedOn, samplesOf } from "./measures";

const half = { value: -0.5, low: -0.6, high: -0.4, n: 32 };

describe("what a printed version shows beside its plots", () => {
  it("gives each paired difference that was measured", () => {
    expect(
      gainsOf({ measures: { differences: { "L3-L0": { bits_per_byte: half }, "L2-L0": { style: half } } } }),
    ).toEqual([{ levels: "L3-L0", bits_per_byte: half }]);
  });

  it("puts the answers of every level under their question", () => {
    const levels = [
      { level: "L0", sample: [{ question: "Why?", answer: "Because." }] },
      { level: "L3", sample: [{ question: "Why?", answer: "Tea first." }] },
    ];
    expect(samplesOf({ levels })).toEqual([
      {
        question: "Why?",
        answers: [
          { level: "L0", answer: "Because." },
          { level: "L3", answer: "Tea first." },
        ],
      },
    ]);
    expect(samplesOf({ levels: [{ level: "L0" }] })).toEqual([]);
  });

  it("says what was judged by, as far as it is known", () => {
    const measures = {
      sets: { held_out: { answers: 9, items: 3 } },
      heldout_sha256: "abc",
      seed: 7,
      verifier: { auc: 0.97 },
    };
    expect(judgedOn({ measures })).toEqual({ answers: 9, items: 3, digest: "abc", seed: 7, judge: 0.97 });
    expect(judgedOn({ measures: {} })).toEqual({ answers: null, items: null, digest: null, seed: null, judge: null });
  });
});
