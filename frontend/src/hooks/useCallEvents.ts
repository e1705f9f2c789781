/** The event stream of one call, from its opening until shortly after its end. */
import { type Dispatch, useEffect, useState } from "react";
import { followEvents } from "../api/eventStream";
import type { Call } from "../api/types";
import type { CallAction } from "./callState";

/** The last answer may be sealed just after the call ended. */
const afterwards_ms = 2_000;

/** True while the stream is connected. */
export function useCallEvents(call: Call | null, dispatch: Dispatch<CallAction>): boolean {
  const [connected, setConnected] = useState(false);
  const id = call?.id ?? null;
  const ended = call?.status === "ended";
  const [over, setOver] = useState(false);

  useEffect(() => {
    setOver(false);
    if (!ended) return;
    const timer = setTimeout(() => setOver(true), afterwards_ms);
    return () => clearTimeout(timer);
  }, [id, ended]);

  useEffect(() => {
    if (id === null || over) return;
    const close = followEvents(`/api/calls/${encodeURIComponent(id)}/events`, {
      onEvent: (event) => dispatch({ type: "event", event }),
      onAlive: setConnected,
      onRefused: (problem) => dispatch({ type: "problem", problem }),
    });
    return () => {
      close();
      setConnected(false);
    };
  }, [id, over, dispatch]);

  return connected;
}
