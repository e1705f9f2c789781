/** The event stream of one call, from its opening until shortly after its end. */
import { type Dispatch, type RefObject, useEffect, useState } from "react";
import { followEvents, type StreamEvent } from "../api/eventStream";
import type { Call } from "../api/types";
import type { CallAction } from "./callState";

/** The last answer may be sealed just after the call ended. */
const afterwards_ms = 2_000;

/** True while the stream is connected; `meter` hears every event too. */
export function useCallEvents(
  call: Call | null,
  dispatch: Dispatch<CallAction>,
  meter: RefObject<(event: StreamEvent) => void>,
): boolean {
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
      onEvent: (event) => {
        dispatch({ type: "event", event });
        meter.current(event);
      },
      onAlive: (alive) => {
        setConnected(alive);
        if (alive) dispatch({ type: "reached" });
      },
      onRefused: (problem) => dispatch({ type: "problem", problem }),
    });
    return () => {
      close();
      setConnected(false);
    };
  }, [id, over, dispatch, meter]);

  return connected;
}
