/** Counts the seconds of an open call, shows them each second, and acknowledges them to the server. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { StreamEvent } from "../api/eventStream";
import type { Call } from "../api/types";
import { beat } from "./callRequests";
import { correct, costSoFar, heed, isFree, type ShownCost, shownCost, stoppedClock, tick } from "./serviceClock";

/** After this many heartbeats without an answer the service counts as not received. */
const unheard_max = 2;

export interface RunningClock {
  seconds: number;
  cost_micros: number;
  /** The fan waits for words, at no charge. */
  free: boolean;
  serving: boolean;
  /** Heartbeats get no answer. */
  unheard: boolean;
  /** An event of the call: words are service. */
  hear(event: StreamEvent): void;
  /** Tells the server what was received until now; never rejects. */
  acknowledge(): Promise<void>;
  /** Milliseconds received until now, or until the pause. */
  received_ms(): number;
}

export function useServiceClock(call: Call | null, connected: boolean, heard: (call: Call) => void): RunningClock {
  const clock = useRef(stoppedClock);
  const known = useRef(call);
  const most = useRef<ShownCost>({ call_id: undefined, cost_micros: 0 });
  const received = useRef(0);
  const [seconds, setSeconds] = useState(0);
  const [free, setFree] = useState(false);
  const [failures, setFailures] = useState(0);
  const serving = call?.status === "open" && connected && failures < unheard_max;

  const show = useCallback(() => {
    setSeconds(Math.floor(clock.current.seconds));
    setFree(isFree(clock.current, performance.now()));
  }, []);

  const count = useCallback(
    (stillServing: boolean) => {
      clock.current = tick(clock.current, performance.now(), stillServing);
      received.current = clock.current.seconds;
      show();
    },
    [show],
  );

  useEffect(() => {
    if (call?.id !== known.current?.id) {
      clock.current = stoppedClock;
      received.current = 0;
    }
    known.current = call;
    if (call === null) return;
    clock.current = correct(clock.current, call);
    if (call.status === "open") received.current = clock.current.seconds;
    show();
  }, [call, show]);

  useEffect(() => {
    if (!serving) return;
    count(true);
    const timer = setInterval(() => count(true), 1000);
    return () => {
      clearInterval(timer);
      count(false);
    };
  }, [serving, count]);

  const hear = useCallback(
    (event: StreamEvent) => {
      clock.current = heed(clock.current, event, performance.now());
      show();
    },
    [show],
  );

  const received_ms = useCallback(() => {
    if (clock.current.counted_ms !== null) clock.current = tick(clock.current, performance.now(), true);
    return Math.floor(Math.max(clock.current.seconds, received.current) * 1000);
  }, []);

  const acknowledge = useCallback(async () => {
    const open = known.current;
    if (open?.status !== "open") return;
    try {
      heard(await beat(open.id, open.sequence, received_ms()));
      setFailures(0);
    } catch {
      setFailures((many) => many + 1);
    }
  }, [heard, received_ms]);

  const open = call?.status === "open";
  const heartbeat_s = call?.heartbeat_s ?? 0;
  useEffect(() => {
    setFailures(0);
    if (!open || heartbeat_s <= 0) return;
    const timer = setInterval(() => void acknowledge(), heartbeat_s * 1000);
    return () => clearInterval(timer);
  }, [open, heartbeat_s, call?.id, acknowledge]);

  const cost_micros = shownCost(most.current, call, call === null ? 0 : costSoFar(seconds, call));
  most.current = { call_id: call?.id, cost_micros };
  return { seconds, cost_micros, free, serving, unheard: failures >= unheard_max, hear, acknowledge, received_ms };
}
