/** How fast something gets done lately, and how long the rest takes at that pace. Pure: the time is an argument. */

/** What had been done at a moment. */
interface Sample {
  at_ms: number;
  done: number;
}

export type Pace = readonly Sample[];

/** Only the last while counts, so that a slow beginning or a pause is soon forgotten. */
const window_ms = 20_000;
/** Before this much has been watched, a pace would be a guess. */
const shortest_ms = 1_500;

/** The pace after seeing that `done` is done at `at_ms`; begins anew when less is done than before. */
export function afterSample(pace: Pace, at_ms: number, done: number): Pace {
  const last = pace.at(-1);
  if (last && done < last.done) return [{ at_ms, done }];
  const kept = pace.filter((sample) => at_ms - sample.at_ms <= window_ms);
  // The one before the window stays as its beginning when nothing else is left.
  return [...(kept.length > 0 ? kept : pace.slice(-1)), { at_ms, done }];
}

/** Seconds until `total` is done at this pace; null while nobody can tell. */
export function secondsLeft(pace: Pace, total: number): number | null {
  const first = pace[0];
  const last = pace.at(-1);
  if (!first || !last || last.at_ms - first.at_ms < shortest_ms || last.done <= first.done) return null;
  const perSecond = (1000 * (last.done - first.done)) / (last.at_ms - first.at_ms);
  return Math.max(0, (total - last.done) / perSecond);
}
