import { expect, test } from "vitest";
import { costOfSeconds, formatMoney, microsOf, readAmount, roundingOf } from "./money";

test.each([
  [0, "USD", "down", "$0.00"],
  [33_333, "USD", "down", "$0.03"],
  [33_333, "USD", "up", "$0.04"],
  [33_333, "USD", "near", "$0.03"],
  [35_000, "USD", "near", "$0.04"],
  [40_000, "USD", "up", "$0.04"],
  [1_999_999, "USD", "down", "$1.99"],
  [-5_000, "USD", "down", "−$0.01"],
  [-5_000, "USD", "up", "$0.00"],
  [44_116_667, "JPY", "up", "¥45"],
  [1_300_000_000, "JPY", "down", "¥1,300"],
  [125_400, "KWD", "down", "KWD 0.125"],
  [1_234_567_000_000, "EUR", "down", "€1,234,567.00"],
  [9_007_199_254_740_991, "USD", "down", "$9,007,199,254.74"],
  [1_000_000, "nope!", "down", "nope! 1.00"],
] as const)("%d micros of %s, %s: %s", (micros, currency, rounding, text) => {
  expect(formatMoney(micros, currency, "en", rounding)).toBe(text);
});

test("shown lines and their rounding come to the shown total", () => {
  const lines = Array.from({ length: 30 }, () => 16_667);
  expect(roundingOf(lines, "USD", "up")).toBe(510_000 - 30 * 20_000);
  expect(roundingOf([20_000, 1_000_000], "USD", "up")).toBe(0);
});

test("yuan are written as yuan", () => {
  expect(formatMoney(12_500_000, "CNY", "zh")).toBe("¥12.50");
});

test.each([
  ["5", "5.00"],
  ["12.5", "12.50"],
  [" $1,000.25 ", "1000.25"],
  ["007", "7.00"],
  ["0.29", "0.29"],
  ["１０", "10.00"],
  ["￥１，０００．５", "1000.50"],
])("%j is the amount %s", (typed, amount) => {
  expect(readAmount(typed)).toBe(amount);
});

test.each([
  ["0.29", 290_000],
  ["1.125", 1_125_000],
  ["999999.99", 999_999_990_000],
  ["500", 500_000_000],
])("%s is %d micros, to the digit", (amount, micros) => {
  expect(microsOf(amount)).toBe(micros);
});

test("yen have no decimals, dinars three", () => {
  expect([readAmount("500", 0), readAmount("500.0", 0), readAmount("1.125", 3)]).toEqual(["500", null, "1.125"]);
});

test.each(["", "0", "0.00", "-5", "1.234", "1.005", "1e3", "abc", "1.", "1,50", "1,5000", "99999999"])(
  "%j is no amount",
  (typed) => {
    expect(readAmount(typed)).toBeNull();
  },
);

test("seconds cost their share of the minute, rounded down", () => {
  expect(costOfSeconds(7, 1_000_000)).toBe(116_666);
});
