/** Counts the seconds of an open call, shows them each second, and acknowledges them to the server. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Call } from "../api/types";
import { beat } from "./callRequests";
import { correct, costSoFar, type ShownCost, shownCost, stoppedClock, tick } from "./serviceClock";

/** After this many heartbeats without an answer the service counts as not received. */
const unheard_max = 2;

export interface RunningClock {
  seconds: number;
  cost_micros: number;
  serving: boolean;
  /** Heartbeats get no answer. */
  unheard: boolean;
  /** Tells the server what was received until now; never rejects. */
  acknowledge(): Promise<void>;
}

export function useServiceClock(call: Call | null, connected: boolean, heard: (call: Call) => void): RunningClock {
  const clock = useRef(stoppedClock);
  const known = useRef(call);
  const most = useRef<ShownCost>({ call_id: undefined, cost_micros: 0 });
  const [seconds, setSeconds] = useState(0);
  const [failures, setFailures] = useState(0);
  const serving = call?.status === "open" && connected && failures < unheard_max;

  const count = useCallback((stillServing: boolean) => {
    clock.current = tick(clock.current, performance.now(), stillServing);
    setSeconds(Math.floor(clock.current.seconds));
  }, []);

  useEffect(() => {
    if (call?.id !== known.current?.id) clock.current = stoppedClock;
    known.current = call;
    if (call === null) return;
    clock.current = correct(clock.current, call);
    setSeconds(Math.floor(clock.current.seconds));
  }, [call]);

  useEffect(() => {
    if (!serving) return;
    count(true);
    const timer = setInterval(() => count(true), 1000);
    return () => {
      clearInterval(timer);
      count(false);
    };
  }, [serving, count]);

  const acknowledge = useCallback(async () => {
    const open = known.current;
    if (open?.status !== "open") return;
    try {
      heard(await beat(open.id, open.sequence, Math.floor(clock.current.seconds)));
      setFailures(0);
    } catch {
      setFailures((many) => many + 1);
    }
  }, [heard]);

  const open = call?.status === "open";
  const heartbeat_s = call?.heartbeat_s ?? 0;
  useEffect(() => {
    setFailures(0);
    if (!open || heartbeat_s <= 0) return;
    const timer = setInterval(() => void acknowledge(), heartbeat_s * 1000);
    return () => clearInterval(timer);
  }, [open, heartbeat_s, call?.id, acknowledge]);

  const cost_micros = shownCost(most.current, call, call === null ? 0 : costSoFar({ seconds, counted_ms: null }, call));
  most.current = { call_id: call?.id, cost_micros };
  return { seconds, cost_micros, serving, unheard: failures >= unheard_max, acknowledge };
}
