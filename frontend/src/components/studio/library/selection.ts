/** Which of a list's lines are chosen. Pure. */

export interface Selection {
  chosen: ReadonlySet<string>;
  /** The line clicked last, where a range begins. */
  from: string | null;
}

export const nothingChosen: Selection = { chosen: new Set(), from: null };

/** After a click on `id`; with `range`, everything from the line clicked before becomes what `id` becomes. */
export function afterClick(selection: Selection, ids: readonly string[], id: string, range: boolean): Selection {
  const chosen = new Set(selection.chosen);
  const isChosen = !chosen.has(id);
  const start = range && selection.from !== null ? ids.indexOf(selection.from) : -1;
  const end = ids.indexOf(id);
  const touched = start < 0 ? [id] : ids.slice(Math.min(start, end), Math.max(start, end) + 1);
  for (const one of touched) {
    if (isChosen) chosen.add(one);
    else chosen.delete(one);
  }
  return { chosen, from: id };
}

/** All of `ids` when some were missing, none of them otherwise; what is not among them stays. */
export function afterAll(selection: Selection, ids: readonly string[]): Selection {
  const chosen = new Set(selection.chosen);
  const all = ids.every((id) => chosen.has(id));
  for (const id of ids) {
    if (all) chosen.delete(id);
    else chosen.add(id);
  }
  return { chosen, from: null };
}

/** What is still there of it. */
export function among(selection: Selection, ids: Iterable<string>): string[] {
  return [...ids].filter((id) => selection.chosen.has(id));
}
