/**
 * Money as people read it. Amounts are integer micros of a currency (1 USD = 1,000,000) and stay integers:
 * digits are cut from the integer, never computed in floating point.
 */
import type { Language } from "./translate";

const micros_per_unit = 1_000_000;

/** How many decimals: `short` two, `running` four (a meter that moves every second), `exact` all that there are. */
export type Precision = "short" | "running" | "exact";

function symbolParts(currency: string, language: Language) {
  try {
    const locale = language === "zh" ? "zh-CN" : "en";
    const format = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    const symbol = format.formatToParts(1).find((part) => part.type === "currency")?.value;
    return symbol ?? currency;
  } catch {
    return `${currency} `; // not an ISO 4217 code: show it as it is
  }
}

function decimals(fraction: number, precision: Precision): string {
  const digits = String(fraction).padStart(6, "0");
  if (precision === "running") return digits.slice(0, 4);
  if (precision === "short") return digits.slice(0, 2);
  return digits.slice(0, 2) + digits.slice(2).replace(/0+$/, "");
}

/**
 * `micros` as text, such as `$0.0333`. `short` rounds down: what is shown is never more than what there is.
 */
export function formatMoney(micros: number, currency: string, language: Language, precision: Precision = "exact"): string {
  const whole = Math.abs(Math.trunc(micros));
  const units = Math.floor(whole / micros_per_unit).toLocaleString("en-US");
  const sign = micros < 0 ? "−" : "";
  return `${sign}${symbolParts(currency, language)}${units}.${decimals(whole % micros_per_unit, precision)}`;
}

/** What `seconds` of service cost, in micros, rounded down: the estimate between two statements of the server. */
export function costOfSeconds(seconds: number, price_micros_per_minute: number): number {
  return Math.floor((seconds * price_micros_per_minute) / 60);
}

/** The amount a person typed as the wire's decimal string, or null when it is not a positive amount of money. */
export function readAmount(typed: string): string | null {
  const text = typed.trim().replace(/^(?:[A-Z]{3}|\p{Sc})\s*/u, "").replace(/,/g, "");
  if (!/^\d{1,6}(\.\d{1,2})?$/.test(text)) return null;
  const [units = "0", cents = ""] = text.split(".");
  const amount = `${Number(units)}.${cents.padEnd(2, "0")}`;
  return Number(amount) > 0 ? amount : null;
}
