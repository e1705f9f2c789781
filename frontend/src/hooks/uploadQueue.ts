/**
 * Files on their way to the server, as a pure state machine: what is sent next, how much has arrived.
 *
 *   waiting → sending → arrived · refused          sending ⇄ paused · stopped (a problem) → starting → idle
 *
 * Knows nothing about requests, browsers or the time.
 */
import type { Problem } from "../api/problem";

export interface Upload {
  path: string;
  size: number;
  sent: number;
  status: "waiting" | "sending" | "arrived" | "refused";
  /** Why it was refused. */
  problem: Problem | null;
}

export interface Queue {
  phase: "idle" | "sending" | "paused" | "stopped" | "starting";
  /** Why everything stopped. */
  problem: Problem | null;
  files: readonly Upload[];
}

export type UploadEvent =
  | { type: "added"; files: readonly { path: string; size: number }[] }
  | { type: "began"; path: string; at: number }
  | { type: "sent"; path: string; at: number }
  | { type: "arrived"; path: string }
  | { type: "refused"; path: string; problem: Problem }
  | { type: "paused" }
  | { type: "stopped"; problem: Problem }
  | { type: "resumed" }
  | { type: "starting" }
  | { type: "over" };

export const emptyQueue: Queue = { phase: "idle", problem: null, files: [] };

/** How many files travel at once. */
export const together = 3;

export function afterUploadEvent(queue: Queue, event: UploadEvent): Queue {
  switch (event.type) {
    case "added":
      return {
        phase: queue.phase === "idle" ? "sending" : queue.phase,
        problem: queue.problem,
        files: withAdded(queue, event.files),
      };
    case "began":
      return changed(queue, event.path, { status: "sending", sent: event.at });
    case "sent":
      return changed(queue, event.path, { sent: event.at });
    case "arrived":
      return changed(queue, event.path, { status: "arrived" });
    case "refused":
      return changed(queue, event.path, { status: "refused", sent: 0, problem: event.problem });
    case "paused":
      return { ...queue, phase: "paused", files: called(queue.files) };
    case "stopped":
      return { phase: "stopped", problem: event.problem, files: called(queue.files) };
    case "resumed":
      return { ...queue, phase: "sending", problem: null };
    case "starting":
      return { ...queue, phase: "starting", problem: null };
    case "over":
      return { phase: "idle", problem: null, files: queue.files.filter((file) => file.status === "refused") };
  }
}

/** The paths to begin now, so that `together` files travel. */
export function toBegin(queue: Queue): string[] {
  if (queue.phase !== "sending") return [];
  const travelling = queue.files.filter((file) => file.status === "sending").length;
  const waiting = queue.files.filter((file) => file.status === "waiting");
  return waiting.slice(0, Math.max(0, together - travelling)).map((file) => file.path);
}

/** Nothing is left to send. */
export const isSent = (queue: Queue) =>
  queue.phase === "sending" && queue.files.every((file) => file.status === "arrived" || file.status === "refused");

export interface Totals {
  files: number;
  arrived: number;
  refused: number;
  bytes: number;
  sent: number;
}

/** Everything together; what was refused does not count as something to send. */
export function totals(queue: Queue): Totals {
  const sum = { files: queue.files.length, arrived: 0, refused: 0, bytes: 0, sent: 0 };
  for (const file of queue.files) {
    if (file.status === "refused") sum.refused += 1;
    else {
      if (file.status === "arrived") sum.arrived += 1;
      sum.bytes += file.size;
      sum.sent += file.status === "arrived" ? file.size : Math.min(file.sent, file.size);
    }
  }
  return sum;
}

/** The files to show first: what travels, what was refused, then what waits; at most `limit`. */
export function shownFirst(queue: Queue, limit: number): Upload[] {
  const rank = { sending: 0, refused: 1, waiting: 2, arrived: 3 };
  return [...queue.files].sort((one, other) => rank[one.status] - rank[other.status]).slice(0, limit);
}

/** A file chosen again is sent again, unless it is travelling. */
function withAdded(queue: Queue, added: readonly { path: string; size: number }[]): Upload[] {
  const travelling = new Set(queue.files.filter((file) => file.status === "sending").map((file) => file.path));
  const fresh = new Map<string, Upload>();
  for (const { path, size } of added) {
    if (!travelling.has(path)) fresh.set(path, { path, size, sent: 0, status: "waiting", problem: null });
  }
  return [...queue.files.filter((file) => !fresh.has(file.path)), ...fresh.values()];
}

function changed(queue: Queue, path: string, change: Partial<Upload>): Queue {
  return { ...queue, files: queue.files.map((file) => (file.path === path ? { ...file, ...change } : file)) };
}

/** What was travelling is called back; where it goes on is asked of the server. */
const called = (files: readonly Upload[]) =>
  files.map((file): Upload => (file.status === "sending" ? { ...file, status: "waiting" } : file));
