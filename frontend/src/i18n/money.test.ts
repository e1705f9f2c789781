import { expect, test } from "vitest";
import { costOfSeconds, formatMoney, readAmount } from "./money";

test.each([
  [0, "USD", "exact", "$0.00"],
  [33_333, "USD", "exact", "$0.033333"],
  [1_500_000, "USD", "exact", "$1.50"],
  [1_999_999, "USD", "short", "$1.99"],
  [216_667, "USD", "running", "$0.2166"],
  [-5_000, "USD", "exact", "−$0.005"],
  [1_234_567_000_000, "EUR", "short", "€1,234,567.00"],
  [9_007_199_254_740_991, "USD", "exact", "$9,007,199,254.740991"],
  [1_000_000, "nope!", "short", "nope! 1.00"],
] as const)("%d micros of %s, %s: %s", (micros, currency, precision, text) => {
  expect(formatMoney(micros, currency, "en", precision)).toBe(text);
});

test("yuan are written as yuan", () => {
  expect(formatMoney(12_500_000, "CNY", "zh")).toBe("¥12.50");
});

test.each([
  ["5", "5.00"],
  ["12.5", "12.50"],
  [" $1,000.25 ", "1000.25"],
  ["007", "7.00"],
])("%j is the amount %s", (typed, amount) => {
  expect(readAmount(typed)).toBe(amount);
});

test.each(["", "0", "0.00", "-5", "1.234", "1e3", "abc", "1.", "99999999"])("%j is no amount", (typed) => {
  expect(readAmount(typed)).toBeNull();
});

test("seconds cost their share of the minute, rounded down", () => {
  expect(costOfSeconds(7, 1_000_000)).toBe(116_666);
});
