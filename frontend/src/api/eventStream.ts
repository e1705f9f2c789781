/**
 * Server-sent events with ids: bytes → events → one handler, reopened after every cut from the last id seen.
 * `fetch` rather than EventSource, because a comment line proves that the connection lives and EventSource hides it.
 * Knows nothing about calls.
 *
 * Source: WHATWG HTML, section 9.2 (server-sent events).
 */
import { Problem, problemFrom } from "./problem";

export interface StreamEvent {
  id: string | null;
  name: string;
  data: string;
}

/** A parser that takes text in any pieces and returns the events completed so far. */
export function eventParser(): (chunk: string) => StreamEvent[] {
  let rest = "";
  let id: string | null = null;
  let name = "";
  let data: string[] = [];

  function field(line: string) {
    const colon = line.indexOf(":");
    const key = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (key === "id" && !value.includes("\0")) id = value;
    else if (key === "event") name = value;
    else if (key === "data") data.push(value);
  }

  return (chunk) => {
    rest += chunk;
    // A carriage return at the very end may be half of a CRLF: wait for the rest.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    const events: StreamEvent[] = [];
    for (const line of lines) {
      if (line !== "") field(line);
      else {
        if (data.length > 0) events.push({ id, name: name || "message", data: data.join("\n") });
        name = "";
        data = [];
      }
    }
    return events;
  };
}

export interface StreamHandlers {
  onEvent(event: StreamEvent): void;
  /** The connection opened (true) or was lost and is being reopened (false). */
  onAlive(alive: boolean): void;
  /** The server refused for good; the stream is not reopened. */
  onRefused(problem: Problem): void;
}

const silence_ms = 45_000;
const retries_ms = [300, 1_000, 2_000, 4_000, 8_000];

/** Follows `url` until the returned function is called. */
export function followEvents(url: string, handlers: StreamHandlers): () => void {
  const closed = new AbortController();
  let lastId: string | null = null;
  let failures = 0;

  async function readOnce() {
    const cut = new AbortController();
    const stop = () => cut.abort();
    closed.signal.addEventListener("abort", stop);
    let watchdog = setTimeout(stop, silence_ms);
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (lastId !== null) headers["Last-Event-ID"] = lastId;
      const response = await fetch(url, { headers, credentials: "same-origin", signal: cut.signal, cache: "no-store" });
      if (!response.ok) throw problemFrom(response.status, await response.json().catch(() => null));
      if (response.status === 204 || !response.body) throw new Problem(410, "stream_over", "", false);
      failures = 0;
      handlers.onAlive(true);
      const parse = eventParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(watchdog);
        watchdog = setTimeout(stop, silence_ms);
        for (const event of parse(value)) {
          if (closed.signal.aborted) return;
          if (event.id !== null) lastId = event.id;
          handlers.onEvent(event);
        }
      }
    } finally {
      clearTimeout(watchdog);
      closed.signal.removeEventListener("abort", stop);
    }
  }

  async function follow() {
    while (!closed.signal.aborted) {
      try {
        await readOnce();
      } catch (error) {
        if (closed.signal.aborted) return;
        if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) {
          handlers.onAlive(false);
          handlers.onRefused(error);
          return;
        }
      }
      if (closed.signal.aborted) return;
      handlers.onAlive(false);
      const wait_ms = retries_ms[Math.min(failures++, retries_ms.length - 1)] ?? 8_000;
      await new Promise((resolve) => setTimeout(resolve, wait_ms));
    }
  }

  void follow();
  return () => closed.abort();
}
