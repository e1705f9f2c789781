/** The requests of one call, by name. Knows nothing about their order; `useCall` decides that. */
import { answered, api } from "../api/client";
import type { Language } from "../i18n/translate";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** An id for a question, so that sending it twice after a cut asks it once. Same form as the server's own. */
export function newTurnId(now_ms: number = Date.now()): string {
  let time = "";
  for (let rest = now_ms, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = alphabet.charAt(rest % 32) + time;
  const noise = crypto.getRandomValues(new Uint8Array(16));
  return `turn_${time}${Array.from(noise, (byte) => alphabet.charAt(byte % 32)).join("")}`;
}

const at = (call_id: string) => ({ params: { path: { call_id } } });

export const openCall = (twin: string, language: Language, conversation_id?: string) =>
  answered(api.POST("/api/calls", { body: { twin, language, conversation_id } }));

/** The call that has not ended, wherever it was opened. */
export const liveCall = async () => (await answered(api.GET("/api/calls")))[0] ?? null;
export const readCall = (id: string) => answered(api.GET("/api/calls/{call_id}", at(id)));

/** What was received, in whole seconds for the eye and in milliseconds for the meter. */
const received = (acked_ms: number) => ({ acked: Math.floor(acked_ms / 1000), acked_ms });

export const endCall = (id: string, acked_ms: number) =>
  answered(api.POST("/api/calls/{call_id}/end", { ...at(id), body: { seq: 0, ...received(acked_ms) } }));
export const pauseCall = (id: string) => answered(api.POST("/api/calls/{call_id}/pause", at(id)));
/** The page goes away: pauses the call unless another page follows it. */
export const leaveCall = (id: string) =>
  answered(api.POST("/api/calls/{call_id}/pause", { ...at(id), body: { leaving: true }, keepalive: true }));
export const resumeCall = (id: string, acked_ms: number) =>
  answered(api.POST("/api/calls/{call_id}/resume", { ...at(id), body: received(acked_ms) }));

export const beat = (id: string, seq: number, acked_ms: number) =>
  answered(
    api.POST("/api/calls/{call_id}/heartbeat", { ...at(id), body: { seq, ...received(acked_ms) }, keepalive: true }),
  );

export const ask = (id: string, turn_id: string, text: string) =>
  answered(api.POST("/api/calls/{call_id}/turns", { ...at(id), body: { text, turn_id } }));

const ofAnswer = (call_id: string, answer_id: string) => ({
  params: { path: { call_id, turn_id: answer_id } },
});

export const stopAnswer = (id: string, answer_id: string) =>
  answered(api.POST("/api/calls/{call_id}/turns/{turn_id}/stop", ofAnswer(id, answer_id)));
export const retryAnswer = (id: string, answer_id: string) =>
  answered(api.POST("/api/calls/{call_id}/turns/{turn_id}/retry", ofAnswer(id, answer_id)));

export const rateAnswer = (conversation_id: string, turn_id: string, thumb: "up" | "down" | null) =>
  answered(
    api.PUT("/api/conversations/{conversation_id}/turns/{turn_id}/thumb", {
      params: { path: { conversation_id, turn_id } },
      body: { thumb },
    }),
  );

export const readConversation = (conversation_id: string) =>
  answered(api.GET("/api/conversations/{conversation_id}", { params: { path: { conversation_id } } }));
