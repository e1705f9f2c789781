/**
 * What a call looks like from the fan's side, as a pure function of what was sent and what the server said.
 * Every event may arrive twice (the server replays after a cut), so applying one again changes nothing.
 * Knows nothing about fetching, time or screens.
 */
import { type Problem, problemFrom } from "../api/problem";
import type { StreamEvent } from "../api/eventStream";
import type { Call, Turn } from "../api/types";

export interface Notice {
  kind: string;
  text: string;
}

export interface CallView {
  call: Call | null;
  /** The thread: questions, each with its newest answer. */
  turns: Turn[];
  /** Words of answers that are not finished, by answer id. */
  streaming: Readonly<Record<string, string>>;
  /** The answer that was asked for and has not begun. */
  awaiting: string | null;
  notices: Notice[];
  problem: Problem | null;
  /** A call with another twin that has not ended. */
  elsewhere: Call | null;
  /** A request that changes the call (start, resume, end) is on its way. */
  busy: boolean;
}

export type CallAction =
  | { type: "opened"; call: Call; turns: Turn[] | null }
  | { type: "thread"; turns: Turn[] }
  | { type: "state"; call: Call }
  | { type: "sent"; turn_id: string; text: string; at: string }
  | { type: "accepted"; sent_id: string; turn_id: string; answer_id: string }
  | { type: "unsent"; turn_id: string }
  | { type: "retried"; old_id: string; answer_id: string }
  | { type: "thumbed"; answer_id: string; thumb: Turn["thumb"] }
  | { type: "event"; event: StreamEvent }
  | { type: "problem"; problem: Problem | null }
  | { type: "elsewhere"; call: Call | null }
  | { type: "busy"; busy: boolean }
  | { type: "reached" }
  | { type: "closed" };

export const noCall: CallView = {
  call: null,
  turns: [],
  streaming: {},
  awaiting: null,
  notices: [],
  problem: null,
  elsewhere: null,
  busy: false,
};

/** The answer being written or waited for, null when the twin is silent. */
export function answeringId(view: CallView): string | null {
  return Object.keys(view.streaming).at(-1) ?? view.awaiting;
}

/** `next`, unless it is older than what is known: heartbeats and events travel on two connections. */
function newerCall(known: Call | null, next: Call): Call {
  if (known?.id !== next.id) return next;
  if (known.status === "ended" && next.status !== "ended") return known;
  const older = next.sequence < known.sequence || next.acked_s < known.acked_s;
  return older ? known : next;
}

function without<Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

/** The thread with `turn` in it: in place of itself, of another answer to the same question, or at the end. */
export function withTurn(turns: Turn[], turn: Turn): Turn[] {
  const rival = (known: Turn) =>
    known.id === turn.id ||
    (turn.role === "assistant" &&
      known.role === "assistant" &&
      turn.parent_id !== null &&
      known.parent_id === turn.parent_id);
  const place = turns.findIndex(rival);
  return place < 0 ? [...turns, turn] : turns.with(place, turn);
}

/** What was just typed; the server's own turn, with its speaker, takes its place. */
function question(id: string, text: string, at: string): Turn {
  return {
    id,
    role: "user",
    speaker: "",
    text,
    status: "complete",
    citations: [],
    label: null,
    at,
    parent_id: null,
    alternatives: 0,
    thumb: null,
  };
}

function accepted(view: CallView, sent_id: string, turn_id: string, answer_id: string): CallView {
  const known = view.turns.some((turn) => turn.id === turn_id);
  const turns =
    sent_id === turn_id
      ? view.turns
      : known
        ? view.turns.filter((turn) => turn.id !== sent_id)
        : view.turns.map((turn) => (turn.id === sent_id ? { ...turn, id: turn_id } : turn));
  const begun = answer_id in view.streaming || turns.some((turn) => turn.id === answer_id);
  return { ...view, turns, awaiting: begun ? view.awaiting : answer_id, problem: null };
}

function withDelta(view: CallView, answer_id: string, text: string): CallView {
  if (view.turns.some((turn) => turn.id === answer_id)) return view;
  const streaming = { ...view.streaming, [answer_id]: (view.streaming[answer_id] ?? "") + text };
  return { ...view, streaming, awaiting: view.awaiting === answer_id ? null : view.awaiting };
}

function withEvent(view: CallView, event: StreamEvent): CallView {
  let data: Record<string, unknown>;
  try {
    data = JSON.parse(event.data) as Record<string, unknown>;
  } catch {
    return view; // not ours: a proxy's keep-alive, for example
  }
  switch (event.name) {
    case "state":
      return { ...view, call: newerCall(view.call, data as unknown as Call) };
    case "delta":
      return withDelta(view, String(data.answer_id), String(data.text));
    case "turn": {
      const sent = data as unknown as Turn;
      // a replayed event does not know what the fan thinks of it since
      const turn = { ...sent, thumb: view.turns.find((known) => known.id === sent.id)?.thumb ?? sent.thumb };
      const awaiting = view.awaiting === turn.id ? null : view.awaiting;
      return { ...view, turns: withTurn(view.turns, turn), streaming: without(view.streaming, turn.id), awaiting };
    }
    case "notice": {
      const notice = { kind: String(data.kind), text: String(data.text) };
      const known = view.notices.some((other) => other.kind === notice.kind && other.text === notice.text);
      return known ? view : { ...view, notices: [...view.notices, notice] };
    }
    case "problem":
      return { ...view, awaiting: null, problem: problemFrom(Number(data.status) || 0, data) };
    default:
      return view;
  }
}

/** The server has answered, so that it could not be reached before is no problem any more. */
function reached(view: CallView): CallView {
  return view.problem?.code === "unreachable" ? { ...view, problem: null } : view;
}

/** The view after `action`. */
export function reduceCall(view: CallView, action: CallAction): CallView {
  switch (action.type) {
    case "opened":
      return { ...noCall, call: action.call, turns: action.turns ?? view.turns, busy: view.busy };
    case "thread":
      return { ...noCall, turns: action.turns, elsewhere: view.elsewhere, busy: view.busy };
    case "state":
      return { ...reached(view), call: newerCall(view.call, action.call) };
    case "sent":
      return { ...view, turns: withTurn(view.turns, question(action.turn_id, action.text, action.at)), problem: null };
    case "accepted":
      return accepted(view, action.sent_id, action.turn_id, action.answer_id);
    case "unsent":
      return { ...view, turns: view.turns.filter((turn) => turn.id !== action.turn_id) };
    case "retried": {
      const begun = action.answer_id in view.streaming || view.turns.some((turn) => turn.id === action.answer_id);
      const turns = view.turns.filter((turn) => turn.id !== action.old_id);
      return { ...view, turns, awaiting: begun ? view.awaiting : action.answer_id, problem: null };
    }
    case "thumbed":
      return {
        ...view,
        turns: view.turns.map((turn) => (turn.id === action.answer_id ? { ...turn, thumb: action.thumb } : turn)),
      };
    case "event":
      return withEvent(view, action.event);
    case "problem":
      return { ...view, problem: action.problem };
    case "elsewhere":
      return { ...view, elsewhere: action.call };
    case "busy":
      return { ...view, busy: action.busy };
    case "reached":
      return reached(view);
    case "closed":
      return { ...noCall, elsewhere: view.elsewhere, busy: view.busy };
  }
}
