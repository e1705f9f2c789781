/** Who speaks in a transcript, and which lines a word about a speaker is meant for. Pure. */
import type { StudioPassage } from "../../../api/types";

export type Scope = "line" | "chosen" | "speaker";

export type Who = { kind: "creator" } | { kind: "name"; name: string } | { kind: "unknown" };

/** The other people's names, the most talkative first. */
export function otherNames(passages: readonly StudioPassage[]): string[] {
  const counts = new Map<string, number>();
  for (const { speaker, is_creator } of passages) {
    if (speaker && !is_creator) counts.set(speaker, (counts.get(speaker) ?? 0) + 1);
  }
  return [...counts].sort((one, other) => other[1] - one[1]).map(([name]) => name);
}

/** Lines of the same speaker as `line`, itself among them. */
export const sameSpeaker = (passages: readonly StudioPassage[], line: StudioPassage) =>
  passages.filter((one) => one.speaker === line.speaker && one.is_creator === line.is_creator);

/** The ids of the lines that are meant. */
export function linesOf(
  passages: readonly StudioPassage[],
  line: StudioPassage,
  scope: Scope,
  chosen: readonly string[],
): string[] {
  if (scope === "line") return [line.id];
  if (scope === "chosen") return [...chosen];
  return sameSpeaker(passages, line).map((one) => one.id);
}

/**
 * What to tell the server. The creator keeps the name they have in this transcript; where they have none yet and
 * all lines of a name become theirs, that is their name.
 */
export function speakerChange(
  passages: readonly StudioPassage[],
  line: StudioPassage,
  scope: Scope,
  who: Who,
): { speaker: string | null; is_creator: boolean } {
  if (who.kind === "unknown") return { speaker: null, is_creator: false };
  if (who.kind === "name") return { speaker: who.name, is_creator: false };
  const own = passages.find((one) => one.is_creator && one.speaker)?.speaker ?? null;
  return { speaker: own ?? (scope === "speaker" ? (line.speaker ?? null) : null), is_creator: true };
}
