/**
 * Money as people read it. Amounts are integer micros of a currency (1 USD = 1,000,000) and stay integers:
 * digits are cut from the integer, never computed in floating point.
 */
import type { Language } from "./translate";

const micros_per_unit = 1_000_000;

/** How an amount is rounded to the currency's coin: what people have `down`, what they are charged `up`. Shown only. */
export type Rounding = "down" | "up" | "near";

function symbolParts(currency: string, language: Language) {
  try {
    const locale = language === "zh" ? "zh-CN" : "en";
    const format = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    const symbol = format.formatToParts(1).find((part) => part.type === "currency")?.value;
    return symbol === undefined || symbol === currency ? `${currency} ` : symbol;
  } catch {
    return `${currency} `; // not an ISO 4217 code: show it as it is
  }
}

/** Decimals that people read in this currency (ISO 4217): 2 for USD, 0 for JPY, 3 for KWD. */
export function coinDigits(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** `micros` rounded to whole coins, still in micros. */
export function toCoins(micros: number, currency: string, rounding: Rounding): number {
  const coin = 10 ** (6 - coinDigits(currency));
  const rest = ((micros % coin) + coin) % coin;
  const more = rest > 0 && (rounding === "up" || (rounding === "near" && 2 * rest >= coin));
  return micros - rest + (more ? coin : 0);
}

/** `micros` as text with the currency's own decimals, such as `$0.04`, `¥1,300` or `KWD 0.125`. */
export function formatMoney(micros: number, currency: string, language: Language, rounding: Rounding = "down"): string {
  const shown = toCoins(Math.trunc(micros), currency, rounding);
  const whole = Math.abs(shown);
  const digits = coinDigits(currency);
  const units = Math.floor(whole / micros_per_unit).toLocaleString("en-US");
  const fraction =
    digits === 0
      ? ""
      : `.${String(whole % micros_per_unit)
          .padStart(6, "0")
          .slice(0, digits)}`;
  return `${shown < 0 ? "−" : ""}${symbolParts(currency, language)}${units}${fraction}`;
}

/** What shown lines lack to the shown total, in micros: 0 when they come to it. */
export function roundingOf(lines: readonly number[], currency: string, rounding: Rounding): number {
  const shown = lines.reduce((sum, one) => sum + toCoins(one, currency, rounding), 0);
  return (
    toCoins(
      lines.reduce((sum, one) => sum + one, 0),
      currency,
      rounding,
    ) - shown
  );
}

/** What `seconds` of service cost, in micros, rounded down: the estimate between two statements of the server. */
export function costOfSeconds(seconds: number, price_micros_per_minute: number): number {
  return Math.floor((seconds * price_micros_per_minute) / 60);
}

/**
 * The amount a person typed as the wire's decimal string, or null when it is not a positive amount of money. Full-width
 * digits are digits; a comma only sets thousands apart, so `1,50` is refused rather than read as 150.
 */
export function readAmount(typed: string, digits = 2): string | null {
  const text = typed
    .normalize("NFKC")
    .trim()
    .replace(/^(?:[A-Z]{3}|\p{Sc})\s*/u, "");
  if (!/^(?:\d{1,9}|\d{1,3}(?:,\d{3})+)(?:\.\d{1,3})?$/.test(text)) return null;
  const [whole = "", fraction = ""] = text.replaceAll(",", "").split(".");
  const units = whole.replace(/^0+(?=\d)/, "");
  if (units.length > (digits === 0 ? 9 : 6) || fraction.length > digits) return null;
  const amount = digits === 0 ? units : `${units}.${fraction.padEnd(digits, "0")}`;
  return /[1-9]/.test(amount) ? amount : null;
}

/** Micros of an amount that `readAmount` or the server gave, digit by digit. */
export function microsOf(amount: string): number {
  const [units = "", fraction = ""] = amount.split(".");
  return Number(units + fraction.padEnd(6, "0").slice(0, 6));
}
