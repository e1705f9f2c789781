/** What is chosen, edited and asked about in a transcript. Pure. */
import { afterAll, afterClick, nothingChosen, type Selection } from "./selection";

export interface Lines {
  selection: Selection;
  /** The line whose words are being changed. */
  editing: string | null;
  /** The line whose speaker is being chosen. */
  asking: string | null;
}

export type LineEvent =
  | { type: "clicked"; id: string; ids: readonly string[]; range: boolean }
  | { type: "all"; ids: readonly string[] }
  | { type: "none" }
  | { type: "edit"; id: string | null }
  | { type: "ask"; id: string | null };

export const untouched: Lines = { selection: nothingChosen, editing: null, asking: null };

export function afterLineEvent(lines: Lines, event: LineEvent): Lines {
  switch (event.type) {
    case "clicked":
      return { ...lines, selection: afterClick(lines.selection, event.ids, event.id, event.range) };
    case "all":
      return { ...lines, selection: afterAll(lines.selection, event.ids) };
    case "none":
      return { ...lines, selection: nothingChosen };
    case "edit":
      return { ...lines, editing: event.id };
    case "ask":
      return { ...lines, asking: event.id };
  }
}
