/**
 * Seconds of service received, counted here and acknowledged to the server, which charges for nothing else.
 * Time counts only while the call is open and its connection lives. Pure: the present is an argument.
 */
import type { Call } from "../api/types";
import { costOfSeconds } from "../i18n/money";

export interface ServiceClock {
  /** Seconds received since the call opened, with parts. */
  seconds: number;
  /** When time was last counted, null while it stands still. */
  counted_ms: number | null;
}

export const stoppedClock: ServiceClock = { seconds: 0, counted_ms: null };

/** A gap longer than this is a machine that slept, not service that was received. */
const gap_max_ms = 30_000;

/** The clock at `now_ms`; `serving` says whether service is being received from now on. */
export function tick(clock: ServiceClock, now_ms: number, serving: boolean): ServiceClock {
  const gap_ms = clock.counted_ms === null ? 0 : now_ms - clock.counted_ms;
  const counts = gap_ms > 0 && gap_ms <= gap_max_ms;
  return { seconds: clock.seconds + (counts ? gap_ms / 1000 : 0), counted_ms: serving ? now_ms : null };
}

/**
 * The clock after the server said what it acknowledged. It never runs behind the server, nor ahead of it by more than
 * the heartbeats that may be on the way; a call that stands still shows exactly what the server counted.
 */
export function correct(clock: ServiceClock, call: Call): ServiceClock {
  if (call.status === "ended") return { ...clock, seconds: call.seconds_charged };
  const ahead_max = call.status === "open" ? 2 * call.heartbeat_s : 0;
  return { ...clock, seconds: Math.min(Math.max(clock.seconds, call.acked_s), call.acked_s + ahead_max) };
}

/** What the call costs so far, in micros: what the server counted and, while it is open, the seconds since. */
export function costSoFar(clock: ServiceClock, call: Call): number {
  if (call.status === "ended") return call.charged_micros;
  if (call.status === "paused") return call.cost_micros;
  const since = Math.max(0, Math.floor(clock.seconds) - call.acked_s);
  return call.cost_micros + costOfSeconds(since, call.price_micros_per_minute);
}

/** What was shown last, and of which call. */
export interface ShownCost {
  call_id: string | undefined;
  cost_micros: number;
}

/** The cost to show now: of a call that has not ended it never falls, of one that has it is what was charged. */
export function shownCost(last: ShownCost, call: Call | null, cost_micros: number): number {
  const goesOn = call !== null && call.id === last.call_id && call.status !== "ended";
  return goesOn ? Math.max(last.cost_micros, cost_micros) : cost_micros;
}
