/**
 * Seconds of service received, counted here and acknowledged to the server, which charges for nothing else.
 * Time counts only while the call is open and its connection lives; during an answer only as long as the words that
 * arrived take to read, and two seconds of waiting besides. Pure: the present is an argument.
 */
import type { StreamEvent } from "../api/eventStream";
import type { Call } from "../api/types";
import { costOfSeconds } from "../i18n/money";

export interface ServiceClock {
  /** Seconds received since the call opened, with parts. */
  seconds: number;
  /** When time was last counted, null while it stands still. */
  counted_ms: number | null;
  /** While an answer is being given: until when time counts. */
  paid_until_ms: number | null;
}

export const stoppedClock: ServiceClock = { seconds: 0, counted_ms: null, paid_until_ms: null };

/** A gap longer than this is a machine that slept, not service that was received. */
const gap_max_ms = 30_000;
/** What is paid of the waiting in an answer. */
const wait_paid_ms = 2_000;

/** The clock at `now_ms`; `serving` says whether service is being received from now on. */
export function tick(clock: ServiceClock, now_ms: number, serving: boolean): ServiceClock {
  const until_ms = Math.min(now_ms, clock.paid_until_ms ?? now_ms);
  const asleep = clock.counted_ms !== null && now_ms - clock.counted_ms > gap_max_ms;
  const gap_ms = clock.counted_ms === null || asleep ? 0 : Math.max(0, until_ms - clock.counted_ms);
  return { ...clock, seconds: clock.seconds + gap_ms / 1000, counted_ms: serving ? now_ms : null };
}

/** The clock after an event of the call: a question begins a wait, words are service, a whole answer ends it. */
export function heed(clock: ServiceClock, event: StreamEvent, now_ms: number): ServiceClock {
  if (event.name !== "turn" && event.name !== "delta") return clock;
  const before = tick(clock, now_ms, clock.counted_ms !== null);
  const data = contentOf(event);
  if (event.name === "delta") {
    const from_ms = Math.max(now_ms, before.paid_until_ms ?? now_ms);
    return { ...before, paid_until_ms: from_ms + (data.reading_ms ?? 0) };
  }
  return { ...before, paid_until_ms: data.role === "user" ? now_ms + wait_paid_ms : null };
}

function contentOf(event: StreamEvent): { role?: string; reading_ms?: number } {
  try {
    return JSON.parse(event.data) as { role?: string; reading_ms?: number };
  } catch {
    return {}; // not ours: a proxy's keep-alive, for example
  }
}

/** Whether the fan waits for words and pays nothing meanwhile. */
export const isFree = (clock: ServiceClock, now_ms: number) =>
  clock.paid_until_ms !== null && now_ms > clock.paid_until_ms;

/**
 * The clock after the server said what it acknowledged. It never runs behind the server, nor ahead of it by more than
 * the heartbeats that may be on the way; a call that stands still shows exactly what the server counted.
 */
export function correct(clock: ServiceClock, call: Call): ServiceClock {
  if (call.status === "ended") return { ...clock, seconds: call.seconds_charged, paid_until_ms: null };
  const ahead_max = call.status === "open" ? 2 * call.heartbeat_s : 0;
  const seconds = Math.min(Math.max(clock.seconds, call.acked_s), call.acked_s + ahead_max);
  return { ...clock, seconds, paid_until_ms: call.status === "open" ? clock.paid_until_ms : null };
}

/** What the call costs so far, in micros: what the server counted and, while it is open, the seconds since. */
export function costSoFar(seconds: number, call: Call): number {
  if (call.status === "ended") return call.charged_micros;
  if (call.status === "paused") return call.cost_micros;
  const since = Math.max(0, Math.floor(seconds) - call.acked_s);
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
