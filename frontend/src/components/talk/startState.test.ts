import { expect, test } from "vitest";
import { afterStartEvent, notStarted, type StartEvent } from "./startState";

const after = (...events: StartEvent[]) => events.reduce(afterStartEvent, notStarted);

test("a wallet too small is topped up, and the draft is kept through it", () => {
  const unpaid = after({ type: "wrote", text: "Why?" }, { type: "trying" }, { type: "unpaid" });
  expect(unpaid).toEqual({ draft: "Why?", needsMoney: true, problem: null });
  expect(afterStartEvent(unpaid, { type: "paid" })).toEqual({ draft: "Why?", needsMoney: false, problem: null });
});

test("a problem stands until the next try", () => {
  const failed = after({ type: "failed", problem: "broken" });
  expect(failed.problem).toBe("broken");
  expect(afterStartEvent(failed, { type: "wrote", text: "a" }).problem).toBe("broken");
  expect(afterStartEvent(failed, { type: "trying" }).problem).toBeNull();
});
