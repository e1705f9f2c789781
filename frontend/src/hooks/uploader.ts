/**
 * Sends files in pieces, a few at once, and starts the reading when all have arrived. What to do is decided by
 * `uploadQueue`; how it is done is given as `Doors`. Lives outside the pages, so that walking through them stops nothing.
 */
import { Problem } from "../api/problem";
import type { Picked } from "./droppedFiles";
import { afterUploadEvent, emptyQueue, isSent, type Queue, toBegin, totals, type UploadEvent } from "./uploadQueue";

export const piece_bytes = 16 * 1024 * 1024;
const tries = 5;

/** What the uploader needs of the world. */
export interface Doors {
  begin(): Promise<string>;
  received(intake_id: string, path: string): Promise<number>;
  send(
    intake_id: string,
    piece: { path: string; offset: number; bytes: Blob; last: boolean },
    onSent: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<number>;
  start(intake_id: string): Promise<void>;
  cancel(intake_id: string): Promise<void>;
  wait(ms: number): Promise<void>;
  /** Remembers across reloads which version of a file was sent, and whether it is whole. */
  memory: {
    get(intake_id: string, path: string): string | null;
    set(intake_id: string, path: string, value: string): void;
    forget(intake_id: string): void;
  };
}

export class Uploader {
  queue: Queue = emptyQueue;
  intake_id: string | null = null;
  #doors: Doors;
  #files = new Map<string, File>();
  #stop = new AbortController();
  #beginning: Promise<string> | null = null;
  #listeners = new Set<() => void>();

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  snapshot = () => this.queue;

  /** Send these too; `unfinished` is an intake that still collects, to go on with. */
  add(picked: readonly Picked[], unfinished: string | null): void {
    if (picked.length === 0) return;
    if (this.queue.phase === "starting") {
      const stop = this.subscribe(() => {
        if (this.queue.phase === "starting") return;
        stop();
        this.add(picked, null);
      });
      return;
    }
    if (this.queue.phase === "idle") {
      this.#stop = new AbortController();
      this.intake_id = unfinished;
      this.#beginning = null;
    }
    for (const { path, file } of picked) this.#files.set(path, file);
    this.#apply({ type: "added", files: picked.map(({ path, file }) => ({ path, size: file.size })) });
    this.#pump();
  }

  pause(): void {
    this.#stop.abort(new DOMException("paused", "AbortError"));
    this.#apply({ type: "paused" });
  }

  resume(): void {
    this.#stop = new AbortController();
    this.#apply({ type: "resumed" });
    this.#pump();
  }

  /** Send nothing more; what has arrived is not read. */
  async cancel(): Promise<void> {
    this.#stop.abort(new DOMException("cancelled", "AbortError"));
    const intake_id = this.intake_id ?? (await this.#beginning?.catch(() => null)) ?? null;
    this.#forget(intake_id);
    // If it was started or cancelled elsewhere meanwhile, there is nothing left to call off.
    if (intake_id !== null) await this.#doors.cancel(intake_id).catch(() => undefined);
  }

  /** The list of what was refused has been read. */
  dismiss(): void {
    if (this.queue.phase === "idle") this.#apply({ type: "over" }, []);
  }

  #pump(): void {
    if (isSent(this.queue)) void this.#finish();
    for (const path of toBegin(this.queue)) {
      this.#apply({ type: "began", path, at: 0 });
      void this.#send(path, this.#stop.signal);
    }
  }

  async #send(path: string, signal: AbortSignal): Promise<void> {
    const file = this.#files.get(path);
    if (!file) return;
    try {
      await file.slice(0, 1).arrayBuffer();
    } catch {
      this.#apply({ type: "refused", path, problem: new Problem(0, "unreadable_file", "", false) });
      this.#pump();
      return;
    }
    try {
      await this.#sendPieces(path, file, signal);
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof Problem ? error : new Problem(0, "unexpected", String(error), false);
      if (problem.code === "bad_path") this.#apply({ type: "refused", path, problem });
      else {
        this.#stop.abort(problem);
        this.#apply({ type: "stopped", problem });
      }
    }
    if (!signal.aborted) this.#pump();
  }

  async #sendPieces(path: string, file: File, signal: AbortSignal): Promise<void> {
    const intake_id = await this.#intake();
    const stamp = `${file.size} ${file.lastModified}`;
    const known = this.#doors.memory.get(intake_id, path);
    if (known === `${stamp} whole`) return this.#apply({ type: "arrived", path });
    let offset = known === stamp ? Math.min(file.size, await this.#doors.received(intake_id, path)) : 0;
    this.#doors.memory.set(intake_id, path, stamp);
    for (let failures = 0; ;) {
      signal.throwIfAborted();
      const end = Math.min(offset + piece_bytes, file.size);
      const last = end === file.size;
      const from = offset;
      const piece = { path, offset, bytes: file.slice(offset, end), last };
      try {
        offset = await this.#doors.send(
          intake_id,
          piece,
          (bytes) => this.#apply({ type: "sent", path, at: Math.min(end, from + bytes) }),
          signal,
        );
        failures = 0;
        this.#apply({ type: "sent", path, at: offset });
        if (last) break;
      } catch (error) {
        if (signal.aborted || !(error instanceof Problem) || ++failures >= tries) throw error;
        if (error.code === "bad_offset" && error.at !== null) offset = error.at <= file.size ? error.at : 0;
        else if (!error.retryable) throw error;
        else {
          await this.#doors.wait(500 * 2 ** failures);
          offset = Math.min(file.size, await this.#doors.received(intake_id, path).catch(() => from));
        }
      }
    }
    this.#doors.memory.set(intake_id, path, `${stamp} whole`);
    this.#apply({ type: "arrived", path });
  }

  #intake(): Promise<string> {
    if (this.intake_id !== null) return Promise.resolve(this.intake_id);
    this.#beginning ??= this.#doors.begin().then(
      (intake_id) => (this.intake_id = intake_id),
      (error: unknown) => {
        this.#beginning = null;
        throw error;
      },
    );
    return this.#beginning;
  }

  async #finish(): Promise<void> {
    const intake_id = this.intake_id;
    this.#apply({ type: "starting" });
    try {
      if (intake_id !== null) {
        if (totals(this.queue).arrived > 0) await this.#doors.start(intake_id);
        else await this.#doors.cancel(intake_id);
      }
      this.#forget(intake_id);
    } catch (error) {
      this.#apply({
        type: "stopped",
        problem: error instanceof Problem ? error : new Problem(0, "unexpected", String(error), false),
      });
    }
  }

  #forget(intake_id: string | null): void {
    if (intake_id !== null) this.#doors.memory.forget(intake_id);
    this.#files.clear();
    this.intake_id = null;
    this.#beginning = null;
    this.#apply({ type: "over" });
  }

  #apply(event: UploadEvent, files?: Queue["files"]): void {
    const after = afterUploadEvent(this.queue, event);
    this.queue = files ? { ...after, files } : after;
    for (const listener of this.#listeners) listener();
  }
}
