/** One metered call: open, events, turns, heartbeat, pause, end, and coming back to it after leaving the page. */
import { useCallback, useEffect, useLayoutEffect, useMemo, useReducer, useRef } from "react";
import { asProblem, Problem } from "../api/problem";
import type { StreamEvent } from "../api/eventStream";
import type { Call, Turn } from "../api/types";
import type { Language } from "../i18n/translate";
import { callLeft, forgetCall, leaveWith, left, rememberCall } from "./callAway";
import * as requests from "./callRequests";
import { answeringId, type CallView, noCall, reduceCall } from "./callState";
import { useCallEvents } from "./useCallEvents";
import { useServiceClock } from "./useServiceClock";

export interface CallControls {
  /** @throws Problem `unpaid` when the wallet is too small. */
  start(conversation_id?: string): Promise<void>;
  /** True when the question was accepted. */
  send(text: string): Promise<boolean>;
  stop(): void;
  retry(answer_id: string): void;
  /** Rates an answer of a conversation; null takes the thumb back. */
  rate(conversation_id: string, answer_id: string, thumb: Turn["thumb"]): void;
  pause(): void;
  resume(): Promise<void>;
  end(): void;
  /** Ends the call that is live elsewhere. */
  endElsewhere(): Promise<void>;
  /** Shows an earlier conversation, or an empty page, with no call open. */
  show(conversation_id: string | null): Promise<void>;
}

export interface CallState {
  view: CallView;
  /** Whole seconds of service so far. */
  seconds: number;
  cost_micros: number;
  /** The fan waits for words, at no charge. */
  free: boolean;
  /** False while the connection is lost and being reopened; nothing is counted then. */
  alive: boolean;
  controls: CallControls;
}

const unfinished = (call: Call | null) => call !== null && call.status !== "ended";

export function useCall(slug: string, language: Language, user_id: string | null): CallState {
  const [view, dispatch] = useReducer(reduceCall, noCall);
  const latest = useRef(view);
  useLayoutEffect(() => {
    latest.current = view; // before any effect of the page, which may act on the new view
  }, [view]);

  const heard = useCallback((call: Call) => dispatch({ type: "state", call }), []);
  const failed = useCallback((error: unknown) => dispatch({ type: "problem", problem: asProblem(error) }), []);
  const elsewhere = useCallback((call: Call | null) => dispatch({ type: "elsewhere", call }), []);
  const meter = useRef<(event: StreamEvent) => void>(() => undefined);
  const connected = useCallEvents(view.call, dispatch, meter);
  const clock = useServiceClock(view.call, connected, heard);
  const { acknowledge, received_ms } = clock;
  useLayoutEffect(() => {
    meter.current = clock.hear;
  }, [clock.hear]);

  const attach = useCallback(
    async (call: Call, keepThread: boolean) => {
      const known = keepThread
        ? null
        : (await requests.readConversation(call.conversation_id).catch(() => null))?.turns;
      dispatch({ type: "opened", call, turns: known ?? null });
      rememberCall(slug, { id: call.id, resume: false });
    },
    [slug],
  );

  useComeBack(slug, user_id, attach, elsewhere);
  useLeave(slug, latest, acknowledge);

  const ended = view.call?.status === "ended";
  useEffect(() => {
    if (ended) forgetCall(slug);
  }, [ended, slug]);

  const controls = useMemo<CallControls>(() => {
    const callId = () => latest.current.call?.id ?? "";
    async function change(request: () => Promise<Call>) {
      dispatch({ type: "busy", busy: true });
      try {
        heard(await request());
      } finally {
        dispatch({ type: "busy", busy: false });
      }
    }
    const resume = () => change(() => requests.resumeCall(callId(), received_ms()));
    return {
      resume,
      async start(conversation_id) {
        dispatch({ type: "busy", busy: true });
        try {
          const call = await requests.openCall(slug, language, conversation_id);
          await attach(call, call.conversation_id === conversation_id || call.acked_s === 0);
        } catch (error) {
          if (asProblem(error).code !== "call_live") throw error;
          const live = await requests.liveCall();
          if (live?.twin === slug) await attach(live, false);
          else elsewhere(live);
        } finally {
          dispatch({ type: "busy", busy: false });
        }
      },
      async send(text) {
        const sent_id = requests.newTurnId();
        try {
          if (latest.current.call?.status === "paused") await resume();
          dispatch({ type: "sent", turn_id: sent_id, text, at: new Date().toISOString() });
          const { turn_id, answer_id } = await requests.ask(callId(), sent_id, text);
          dispatch({ type: "accepted", sent_id, turn_id, answer_id });
          return true;
        } catch (error) {
          dispatch({ type: "unsent", turn_id: sent_id });
          failed(error);
          return false;
        }
      },
      stop() {
        const answer_id = answeringId(latest.current);
        if (answer_id !== null) requests.stopAnswer(callId(), answer_id).catch(failed);
      },
      retry(old_id) {
        requests
          .retryAnswer(callId(), old_id)
          .then(({ answer_id }) => dispatch({ type: "retried", old_id, answer_id }))
          .catch(failed);
      },
      rate(conversation_id, answer_id, thumb) {
        const before = latest.current.turns.find((turn) => turn.id === answer_id)?.thumb ?? null;
        dispatch({ type: "thumbed", answer_id, thumb });
        requests.rateAnswer(conversation_id, answer_id, thumb).catch((error) => {
          dispatch({ type: "thumbed", answer_id, thumb: before });
          failed(error);
        });
      },
      pause() {
        change(() => acknowledge().then(() => requests.pauseCall(callId()))).catch(failed);
      },
      end() {
        change(() => requests.endCall(callId(), received_ms())).catch(failed);
      },
      async endElsewhere() {
        const other = latest.current.elsewhere;
        if (other !== null) await requests.endCall(other.id, other.acked_s * 1000);
        elsewhere(null);
      },
      async show(conversation_id) {
        if (unfinished(latest.current.call)) throw new Problem(409, "call_open", "", false);
        if (conversation_id === null) dispatch({ type: "closed" });
        else dispatch({ type: "thread", turns: (await requests.readConversation(conversation_id)).turns });
      },
    };
  }, [attach, acknowledge, received_ms, elsewhere, failed, heard, language, slug]);

  const alive = !unfinished(view.call) || (connected && !clock.unheard);
  const { seconds, cost_micros, free } = clock;
  return { view, seconds, cost_micros, free, alive, controls };
}

/**
 * Finds the fan's unfinished call again, wherever it was opened. One that this tab paused by leaving goes on; any other
 * is shown as it stands: open in another tab, or paused until the fan resumes it.
 */
function useComeBack(
  slug: string,
  user_id: string | null,
  attach: (call: Call, keepThread: boolean) => Promise<void>,
  elsewhere: (call: Call | null) => void,
) {
  useEffect(() => {
    if (user_id === null) return;
    let gone = false;
    async function comeBack() {
      const away = callLeft(slug);
      await left();
      let call = await requests.liveCall();
      if (gone) return;
      elsewhere(call !== null && call.twin !== slug ? call : null);
      if (call === null || call.twin !== slug) return forgetCall(slug);
      if (away?.id === call.id && away.resume && call.status === "paused" && call.reason === "user") {
        call = await requests.resumeCall(call.id, call.acked_s * 1000).catch(() => call);
      }
      if (!gone && call !== null) await attach(call, false);
    }
    comeBack().catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [slug, user_id, attach, elsewhere]);
}

/** Pauses an open call when its page goes away: nobody pays for a page that is not there. */
function useLeave(slug: string, latest: { readonly current: CallView }, acknowledge: () => Promise<void>) {
  useEffect(() => {
    function leave(inform: (id: string) => Promise<unknown>) {
      const call = latest.current.call;
      if (call?.status !== "open") return;
      rememberCall(slug, { id: call.id, resume: true });
      leaveWith(inform(call.id));
    }
    const hide = () =>
      leave((id) => {
        void acknowledge(); // both requests are sent before the page is gone
        return requests.leaveCall(id);
      });
    const back = (event: PageTransitionEvent) => {
      if (event.persisted && callLeft(slug) !== null) window.location.reload();
    };
    window.addEventListener("pagehide", hide);
    window.addEventListener("pageshow", back);
    return () => {
      window.removeEventListener("pagehide", hide);
      window.removeEventListener("pageshow", back);
      leave((id) => acknowledge().then(() => requests.leaveCall(id)));
    };
  }, [slug, latest, acknowledge]);
}
