/** Which items of a library are shown, and what stands in the way of one. Pure. */
import type { LibraryItem, Sentence } from "../../../api/types";
import type { Translate } from "../../../i18n/translate";

/** Why an item is not learned from, in the order of what a person would do about it; null when it is. */
export type Mark = "private" | "excluded" | "duplicate" | "unspoken" | "flagged" | "limited";
export const marks: readonly Mark[] = ["excluded", "duplicate", "unspoken", "flagged", "private", "limited"];

export function markOf(item: LibraryItem): Mark | null {
  if (item.why_not == null) return null;
  if (item.private) return "private";
  if (item.excluded) return "excluded";
  if (item.duplicate_of != null) return "duplicate";
  if (item.uses.length === 0) return "unspoken";
  if (item.flags.length > 0) return "flagged";
  return "limited";
}

export interface ItemFilter {
  words: string;
  /** `used`, a mark, or empty for all. */
  state: "" | "used" | Mark;
  tag: string;
}

export const everyItem: ItemFilter = { words: "", state: "", tag: "" };

/** The items that meet the filter; `wordFor` names a kind as people read it. */
export function shownItems(
  items: readonly LibraryItem[],
  filter: ItemFilter,
  wordFor: (kind: string) => string,
): LibraryItem[] {
  const wanted = filter.words.trim().toLowerCase();
  return items.filter(
    (item) =>
      (filter.tag === "" || item.tags.includes(filter.tag)) &&
      (filter.state === "" || (markOf(item) ?? "used") === filter.state) &&
      (wanted === "" ||
        `${item.title} ${item.path} ${wordFor(item.kind)} ${item.tags.join(" ")}`.toLowerCase().includes(wanted)),
  );
}

/** Every tag with how many items carry it, the most used first. */
export function tagCounts(items: readonly LibraryItem[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const item of items) for (const tag of item.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort(([one, many], [other, more]) => more - many || one.localeCompare(other));
}

/** How many items are in each state that occurs. */
export function stateCounts(items: readonly LibraryItem[]): Map<"used" | Mark, number> {
  const counts = new Map<"used" | Mark, number>();
  for (const item of items) {
    const state = markOf(item) ?? "used";
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

/** What of a file could not be read, with the first place where; `text` says which kind of gap it is. */
export function gapText(gap: Sentence, text: string, t: Translate): string {
  const { count, place } = gap.values;
  const told = text === gap.sentence || text.includes(String(place));
  return typeof count !== "number" || !place || told ? text : t("items.gapAt", { count, place, text });
}
