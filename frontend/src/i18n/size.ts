/** Sizes of files and times that are left, as people read them. */
import type { Translate } from "./translate";

const units = ["B", "KB", "MB", "GB", "TB"];

/** `1.4 GB`: decimal units, two figures below ten. */
export function formatSize(bytes: number): string {
  let value = Math.max(0, bytes);
  let at = 0;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  return `${at > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
}

/** `about 3 min left`; empty while nobody can tell. */
export function formatLeft(seconds: number | null, t: Translate): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  if (seconds < 45) return t("left.moment");
  if (seconds < 90 * 60) return t("left.minutes", { count: Math.max(1, Math.round(seconds / 60)) });
  return t("left.hours", { count: Math.round(seconds / 3600) });
}
