/** A twin file on its way to the server, in pieces that go on where they broke off, and then taken in. */
import { useRef, useState } from "react";
import { answered, api } from "../api/client";
import { asProblem } from "../api/problem";
import { sendTwinPiece } from "../api/sendPiece";
import type { Arrived } from "../api/types";

const piece_bytes = 16 * 1024 * 1024;
const tries = 4;

export interface Terms {
  slug?: string;
  owner?: string;
  trust?: string;
}

export type TwinUpload =
  | { phase: "idle"; problem?: unknown }
  | { phase: "sending"; name: string; done: number; total: number }
  | { phase: "checking" }
  | { phase: "arrived"; arrived: Arrived };

/** What the server calls the file: the same file goes on under the same name. */
export function arrivingName(file: File): string {
  const stem = file.name
    .replace(/\.fenshen$/i, "")
    .replace(/[^A-Za-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return `${(stem || "twin").slice(0, 80)}-${file.size}-${file.lastModified}.fenshen`;
}

export function useTwinUpload() {
  const [state, setState] = useState<TwinUpload>({ phase: "idle" });
  const stop = useRef<AbortController | null>(null);

  async function send(name: string, file: File, signal: AbortSignal): Promise<void> {
    const path = { params: { path: { name } } };
    let offset = (await answered(api.GET("/api/admin/imports/{name}", path))).received;
    for (let failures = 0; offset < file.size || file.size === 0;) {
      const from = offset;
      const end = Math.min(from + piece_bytes, file.size);
      const show = (bytes: number) =>
        setState({ phase: "sending", name: file.name, done: Math.min(end, from + bytes), total: file.size });
      show(0);
      try {
        offset = await sendTwinPiece(name, from, file.slice(from, end), end === file.size, show, signal);
        if (end === file.size) return;
        failures = 0;
      } catch (error) {
        const problem = asProblem(error);
        if (signal.aborted || !problem.retryable || ++failures >= tries) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** failures));
        offset = (await answered(api.GET("/api/admin/imports/{name}", path))).received;
      }
    }
  }

  async function bring(file: File, terms: Terms): Promise<void> {
    stop.current?.abort();
    const control = (stop.current = new AbortController());
    const name = arrivingName(file);
    try {
      await send(name, file, control.signal);
      setState({ phase: "checking" });
      const arrived = await answered(
        api.POST("/api/admin/imports/{name}", { params: { path: { name } }, body: terms }),
      );
      setState({ phase: "arrived", arrived });
    } catch (error) {
      if (!control.signal.aborted) setState({ phase: "idle", problem: error });
    }
  }

  return { state, bring };
}
