import { describe, expect, it } from "vitest";
import { Problem } from "../api/problem";
import {
  afterUploadEvent,
  emptyQueue,
  isSent,
  type Queue,
  shownFirst,
  toBegin,
  totals,
  type UploadEvent,
} from "./uploadQueue";

const queueAfter = (...events: UploadEvent[]) => events.reduce<Queue>(afterUploadEvent, emptyQueue);
const five: UploadEvent = { type: "added", files: ["a", "b", "c", "d", "e"].map((path) => ({ path, size: 100 })) };
const began = (path: string): UploadEvent => ({ type: "began", path, at: 0 });

describe("a queue of uploads", () => {
  it("begins three at once, and another when one has arrived", () => {
    expect(toBegin(queueAfter(five))).toEqual(["a", "b", "c"]);
    const three = [five, began("a"), began("b"), began("c")];
    expect(toBegin(queueAfter(...three))).toEqual([]);
    expect(toBegin(queueAfter(...three, { type: "arrived", path: "b" }))).toEqual(["d"]);
  });

  it("begins nothing while it rests, and what travelled begins again afterwards", () => {
    const paused = queueAfter(five, began("a"), { type: "sent", path: "a", at: 40 }, { type: "paused" });
    expect([toBegin(paused), paused.files[0]?.status]).toEqual([[], "waiting"]);
    expect(toBegin(afterUploadEvent(paused, { type: "resumed" }))).toEqual(["a", "b", "c"]);
  });

  it("stops with the problem, and forgets it when it goes on", () => {
    const problem = new Problem(0, "unreachable", "", true);
    const stopped = queueAfter(five, began("a"), { type: "stopped", problem });
    expect([stopped.phase, stopped.problem, toBegin(stopped)]).toEqual(["stopped", problem, []]);
    expect(afterUploadEvent(stopped, { type: "resumed" })).toMatchObject({ phase: "sending", problem: null });
  });

  it("is sent when every file has arrived or was refused; the refused ones stay to be read", () => {
    const refused: UploadEvent = { type: "refused", path: "b", problem: new Problem(422, "bad_path", "", false) };
    const two: UploadEvent = {
      type: "added",
      files: [
        { path: "a", size: 10 },
        { path: "b", size: 90 },
      ],
    };
    const one = queueAfter(two, began("a"), { type: "arrived", path: "a" }, began("b"));
    expect(isSent(one)).toBe(false);
    const all = afterUploadEvent(one, refused);
    expect(isSent(all)).toBe(true);
    expect(totals(all)).toEqual({ files: 2, arrived: 1, refused: 1, bytes: 10, sent: 10 });
    expect(afterUploadEvent(all, { type: "over" }).files.map((file) => file.path)).toEqual(["b"]);
  });

  it("sends a file chosen again anew, but leaves one that travels alone", () => {
    const again = queueAfter(
      five,
      began("a"),
      { type: "arrived", path: "b" },
      {
        type: "added",
        files: [
          { path: "a", size: 1 },
          { path: "b", size: 2 },
        ],
      },
    );
    const of = (path: string) => again.files.find((file) => file.path === path);
    expect([again.files.length, of("a")?.size, of("b")]).toMatchObject([5, 100, { size: 2, status: "waiting" }]);
  });

  it("shows what travels first", () => {
    const queue = queueAfter(five, began("d"), { type: "arrived", path: "a" });
    expect(shownFirst(queue, 2).map((file) => file.path)).toEqual(["d", "b"]);
  });
});
