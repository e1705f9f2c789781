/** Which passage of an item an address means. Pure. */
import type { Citation, Hit, Passage } from "../../api/types";
import { secondOf } from "../../i18n/time";

type Line = Pick<Passage, "start_s" | "anchor">;

/** The passage spoken at `second`: the last that has begun. */
export function passageAtSecond<P extends Line>(passages: readonly P[], second: number): P | null {
  let found: P | null = null;
  for (const passage of passages) {
    // An address names whole seconds; the passage it means may begin within that second.
    if (passage.start_s != null && Math.floor(passage.start_s) <= second) found = passage;
  }
  return found ?? passages[0] ?? null;
}

/** The passage that an address's anchor, such as `t=83` or `p=4`, means; null for an empty one. */
export function passageAtAnchor<P extends Line>(passages: readonly P[], anchor: string): P | null {
  const name = anchor.replace(/^#/, "");
  if (name === "") return null;
  const exact = passages.find((passage) => passage.anchor === name);
  if (exact) return exact;
  const second = secondOf(name);
  return second === null ? null : passageAtSecond(passages, second);
}

/** Where playing begins: the second the anchor names, which may lie inside the passage; else the passage's own. */
export function citedSecond(cited: Line | null, anchor: string): number | null {
  if (cited?.start_s == null) return null;
  const named = secondOf(anchor.replace(/^#/, ""));
  return named === null ? cited.start_s : Math.max(named, cited.start_s);
}

/** The address of the place that a citation or a search result names; built here, never taken from the wire. */
export function placeUrl(twin: string, place: Pick<Citation | Hit, "item_id" | "anchor">): string {
  const anchor = place.anchor ? `#${encodeURI(place.anchor)}` : "";
  return `/t/${encodeURIComponent(twin)}/items/${encodeURIComponent(place.item_id)}${anchor}`;
}
