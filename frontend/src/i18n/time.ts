/** Times and lengths as people read them. Knows nothing about the current time except where it is an argument. */
import type { Language } from "./translate";

const locale = (language: Language) => (language === "zh" ? "zh-CN" : "en-GB");

/** A place in a recording or a length in seconds: `1:23`, `1:02:03`. Parts of a second are cut. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

function format(moment: string, language: Language, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return moment;
  return new Intl.DateTimeFormat(locale(language), options).format(date);
}

/** A calendar day, the same in every time zone when `day` is a plain date such as `2024-03-16`. */
export function formatDay(day: string, language: Language): string {
  const timeZone = /^\d{4}-\d\d-\d\d$/.test(day) ? "UTC" : undefined;
  return format(day, language, { year: "numeric", month: "short", day: "numeric", timeZone });
}

/** Day, hour, minute and second, in the reader's own time zone. */
export function formatMoment(moment: string, language: Language): string {
  return format(moment, language, { dateStyle: "medium", timeStyle: "medium" });
}

/** The second that an address names: `#t=83` is 83, anything else null. Source: W3C Media Fragments 1.0. */
export function secondOf(anchor: string): number | null {
  const match = /^#?t=(\d+(?:\.\d+)?)/.exec(anchor);
  return match ? Number(match[1]) : null;
}
