import { afterEach, expect, test, vi } from "vitest";
import { eventParser, followEvents, type StreamEvent } from "./eventStream";

/** The events of `text`, however it is cut into pieces. */
function read(...chunks: string[]): StreamEvent[] {
  const parse = eventParser();
  return chunks.flatMap((chunk) => parse(chunk));
}

test("an event has its id, name and data", () => {
  expect(read("id: 7\nevent: delta\ndata: {}\n\n")).toEqual([{ id: "7", name: "delta", data: "{}" }]);
});

test("an event cut at every place is the same event", () => {
  const text = "id: 1\r\nevent: turn\r\ndata: a\r\ndata: 分身\r\n\r\n";
  const expected = [{ id: "1", name: "turn", data: "a\n分身" }];
  for (let cut = 0; cut <= text.length; cut++) expect(read(text.slice(0, cut), text.slice(cut))).toEqual(expected);
});

test("comments and empty events say nothing, and an id lasts", () => {
  const events = read(": ping\n\nid: 3\n\ndata: x\n\n");
  expect(events).toEqual([{ id: "3", name: "message", data: "x" }]);
});

afterEach(() => vi.unstubAllGlobals());

test("a cut stream is reopened from the last id, until the server refuses", async () => {
  const asked: (string | null)[] = [];
  const answers = [
    () => new Response("id: 5\nevent: delta\ndata: a\n\n"),
    () => new Response(JSON.stringify({ code: "gone", status: 410, detail: "over" }), { status: 410 }),
  ];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    asked.push(new Headers(init.headers).get("last-event-id"));
    return answers[asked.length - 1]?.();
  });
  const seen: string[] = [];
  const refused = await new Promise<string>((resolve) => {
    followEvents("/events", {
      onEvent: (event) => seen.push(event.data),
      onAlive: (alive) => seen.push(alive ? "alive" : "cut"),
      onRefused: (problem) => resolve(problem.code),
    });
  });
  expect(refused).toBe("gone");
  expect(asked).toEqual([null, "5"]);
  expect(seen).toEqual(["alive", "a", "cut", "cut"]);
});
