/** Calls as a statement lists them: each call of a person by itself, answers of the API by twin, price and hour. Pure. */
import type { CallEntry } from "../../api/types";

export interface StatementGroup {
  key: string;
  /** Newest first; one, unless they are answers of the API. */
  calls: [CallEntry, ...CallEntry[]];
  seconds: number;
  charged_micros: number;
}

/** Groups in the order of their newest call; sums are exact. */
export function statementGroups(calls: readonly CallEntry[]): StatementGroup[] {
  const groups = new Map<string, StatementGroup>();
  for (const call of calls) {
    const hour = call.started.slice(0, 13);
    const key = call.kind === "answer" ? [call.twin, call.price_micros_per_minute, hour].join("/") : call.call_id;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { key, calls: [call], seconds: call.seconds, charged_micros: call.charged_micros });
    } else {
      group.calls.push(call);
      group.seconds += call.seconds;
      group.charged_micros += call.charged_micros;
    }
  }
  return [...groups.values()];
}

/** Seconds from the start of a call to its end; 0 while it lives. */
export function lastedSeconds(call: { started: string; ended: string | null }): number {
  return call.ended === null ? 0 : Math.max(0, Math.round((Date.parse(call.ended) - Date.parse(call.started)) / 1000));
}
