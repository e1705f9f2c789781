import { expect, test } from "vitest";
import type { Call } from "../api/types";
import { correct, costSoFar, heed, isFree, type ServiceClock, shownCost, stoppedClock, tick } from "./serviceClock";

const event = (name: string, data: object) => ({ id: "1", name, data: JSON.stringify(data) });

test("during an answer only reading and two seconds of waiting count", () => {
  let clock: ServiceClock = tick(stoppedClock, 0, true);
  clock = heed(clock, event("turn", { role: "user" }), 1_000);
  clock = tick(clock, 9_000, true);
  expect(clock.seconds).toBeCloseTo(3);
  expect(isFree(clock, 9_000)).toBe(true);
  clock = heed(clock, event("delta", { text: "Mind the steam.", reading_ms: 750 }), 10_000);
  expect(isFree(clock, 10_100)).toBe(false);
  clock = heed(clock, event("delta", { text: "And the spout.", reading_ms: 750 }), 10_200);
  clock = tick(clock, 20_000, true);
  expect(clock.seconds).toBeCloseTo(4.5);
  clock = heed(clock, event("turn", { role: "assistant" }), 21_000);
  expect(tick(clock, 25_000, true).seconds).toBeCloseTo(8.5);
});

const call = (changes: Partial<Call>) =>
  ({
    status: "open",
    seconds_charged: 0,
    charged_micros: 0,
    acked_s: 0,
    cost_micros: 0,
    quota_s: 15,
    heartbeat_s: 5,
    price_micros_per_minute: 1_000_000,
    ...changes,
  }) as Call;

test("time counts only while service is received", () => {
  let clock = tick(stoppedClock, 1_000, true);
  clock = tick(clock, 3_500, false);
  clock = tick(clock, 9_000, true);
  clock = tick(clock, 10_000, true);
  expect(clock.seconds).toBeCloseTo(3.5);
});

test("a machine that slept received nothing meanwhile", () => {
  expect(tick(tick(stoppedClock, 0, true), 3_600_000, true).seconds).toBe(0);
});

test("the server's count is never undercut, and a call that stands still shows exactly it", () => {
  const clock = { ...stoppedClock, seconds: 12.4, counted_ms: 5 };
  expect(correct(clock, call({ acked_s: 40 })).seconds).toBe(40);
  expect(correct(clock, call({ acked_s: 10 })).seconds).toBe(12.4);
  expect(correct({ ...clock, seconds: 99 }, call({ acked_s: 10 })).seconds).toBe(20);
  expect(correct(clock, call({ acked_s: 10, status: "paused" })).seconds).toBe(10);
  expect(correct(clock, call({ acked_s: 13, seconds_charged: 12, status: "ended" })).seconds).toBe(12);
});

test("the cost is what the server counted and the seconds since", () => {
  const open = call({ acked_s: 10, cost_micros: 166_666, charged_micros: 100_000 });
  expect(costSoFar(13.9, open)).toBe(166_666 + 50_000);
  expect(costSoFar(13.9, { ...open, status: "paused" })).toBe(166_666);
  expect(costSoFar(13.9, { ...open, status: "ended" })).toBe(100_000);
});

test("the shown cost never jumps back before the call ends", () => {
  const last = { call_id: "a", cost_micros: 50_000 };
  expect(shownCost(last, call({ id: "a" }), 40_000)).toBe(50_000);
  expect(shownCost(last, call({ id: "a", status: "paused" }), 40_000)).toBe(50_000);
  expect(shownCost(last, call({ id: "a" }), 60_000)).toBe(60_000);
  expect(shownCost(last, call({ id: "a", status: "ended" }), 40_000)).toBe(40_000);
  expect(shownCost(last, call({ id: "b" }), 1_000)).toBe(1_000);
});
