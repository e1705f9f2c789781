import { describe, expect, test } from "vitest";
import { Problem } from "../api/problem";
import type { Call, Turn } from "../api/types";
import { answeringId, type CallAction, type CallView, noCall, reduceCall } from "./callState";

const call = (changes: Partial<Call> = {}): Call => ({
  id: "call_1",
  twin: "juniper",
  conversation_id: "con_1",
  status: "open",
  reason: null,
  price_micros_per_minute: 1_000_000,
  currency: "USD",
  seconds_charged: 0,
  charged_micros: 0,
  acked_s: 0,
  cost_micros: 0,
  available_micros: 5_000_000,
  held_micros: 250_000,
  sequence: 1,
  quota_s: 15,
  heartbeat_s: 5,
  ended: null,
  started: "2026-01-01T00:00:00Z",
  notice: { en: "", zh: "" },
  ...changes,
});

const turn = (changes: Partial<Turn>): Turn => ({
  id: "a1",
  role: "assistant",
  speaker: "juniper",
  text: "Hello",
  status: "complete",
  citations: [],
  label: null,
  at: "2026-01-01T00:00:01Z",
  parent_id: "q1",
  alternatives: 1,
  thumb: null,
  ...changes,
});

const event = (name: string, data: unknown): CallAction => ({
  type: "event",
  event: { id: null, name, data: typeof data === "string" ? data : JSON.stringify(data) },
});

const after = (...actions: CallAction[]): CallView => actions.reduce(reduceCall, { ...noCall, call: call() });

const asked: CallAction[] = [
  { type: "sent", turn_id: "q1", text: "Hi", at: "2026-01-01T00:00:00Z" },
  { type: "accepted", sent_id: "q1", turn_id: "q1", answer_id: "a1" },
];

describe("an answer", () => {
  test("keeps the fan's thumb when its event is replayed", () => {
    const told = event("turn", turn({}));
    const rated = after(...asked, told, { type: "thumbed", answer_id: "a1", thumb: "up" }, told);
    expect(rated.turns.map(({ thumb }) => thumb)).toEqual([null, "up"]);
    const taken = reduceCall(rated, { type: "thumbed", answer_id: "a1", thumb: null });
    expect(reduceCall(taken, told).turns.at(-1)?.thumb).toBeNull();
  });

  test("is awaited, streams, and is replaced by the finished turn", () => {
    expect(answeringId(after(...asked))).toBe("a1");
    const streaming = after(
      ...asked,
      event("delta", { answer_id: "a1", text: "Hel" }),
      event("delta", { answer_id: "a1", text: "lo" }),
    );
    expect(streaming.streaming).toEqual({ a1: "Hello" });
    const done = reduceCall(streaming, event("turn", turn({ text: "Hello." })));
    expect(done.turns.map((one) => one.text)).toEqual(["Hi", "Hello."]);
    expect(answeringId(done)).toBeNull();
  });

  test("that is replayed after a cut appears once", () => {
    const events = [event("delta", { answer_id: "a1", text: "Hello" }), event("turn", turn({}))];
    expect(after(...asked, ...events, ...events)).toEqual(after(...asked, ...events));
  });

  test("that began before the server's receipt arrived is not awaited again", () => {
    const early = after(asked[0] as CallAction, event("turn", turn({})), asked[1] as CallAction);
    expect(answeringId(early)).toBeNull();
  });

  test("asked for again takes the place of the first", () => {
    const view = after(
      ...asked,
      event("turn", turn({})),
      { type: "retried", old_id: "a1", answer_id: "a2" },
      event("turn", turn({ id: "a2", text: "Again" })),
    );
    expect(view.turns.map((one) => one.id)).toEqual(["q1", "a2"]);
  });
});

describe("a question", () => {
  test("that the server named itself appears once, whichever comes first", () => {
    const sent: CallAction = { type: "sent", turn_id: "mine", text: "Hi", at: "" };
    const receipt: CallAction = { type: "accepted", sent_id: "mine", turn_id: "q1", answer_id: "a1" };
    const said = event("turn", turn({ id: "q1", role: "user", text: "Hi", parent_id: null }));
    expect(after(sent, receipt, said).turns.map((one) => one.id)).toEqual(["q1"]);
    expect(after(sent, said, receipt).turns.map((one) => one.id)).toEqual(["q1"]);
  });

  test("that was refused is taken back", () => {
    expect(after(asked[0] as CallAction, { type: "unsent", turn_id: "q1" }).turns).toEqual([]);
  });
});

describe("the state of the call", () => {
  test("does not go back to an older one", () => {
    const newer = event("state", call({ sequence: 3, charged_micros: 500_000 }));
    const older = event("state", call({ sequence: 2, charged_micros: 250_000 }));
    expect(after(newer, older).call?.charged_micros).toBe(500_000);
  });

  test("stays ended", () => {
    expect(after(event("state", call({ status: "ended" })), event("state", call())).call?.status).toBe("ended");
  });
});

test("a problem ends the waiting and keeps its code", () => {
  const view = after(...asked, event("problem", { status: 402, code: "unpaid", detail: "", retryable: false }));
  expect([view.problem?.code, view.awaiting]).toEqual(["unpaid", null]);
});

test("what is not JSON and what is unknown change nothing", () => {
  const view = after(...asked);
  expect(reduceCall(view, event("state", "not json"))).toBe(view);
  expect(reduceCall(view, event("someday", {}))).toBe(view);
});

test("a server that is reached again is no problem any more, and other problems stay", () => {
  const lost = reduceCall(noCall, { type: "problem", problem: new Problem(0, "unreachable", "", true) });
  expect(reduceCall(lost, { type: "reached" }).problem).toBeNull();
  const other = reduceCall(noCall, { type: "problem", problem: new Problem(409, "still_answering", "", false) });
  expect(reduceCall(other, { type: "reached" }).problem).not.toBeNull();
});

test("a call with another twin is known until it has ended, whatever is shown meanwhile", () => {
  const elsewhere = after({ type: "busy", busy: true }, { type: "elsewhere", call: call({ id: "call_2" }) });
  for (const action of [{ type: "closed" }, { type: "thread", turns: [] }] as CallAction[]) {
    const view = reduceCall(elsewhere, action);
    expect([view.elsewhere?.id, view.busy, view.call]).toEqual(["call_2", true, null]);
  }
  expect(reduceCall(elsewhere, { type: "opened", call: call(), turns: null }).elsewhere).toBeNull();
});
