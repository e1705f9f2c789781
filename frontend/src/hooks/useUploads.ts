/** The uploads of one twin's library: the same queue on whatever page, and a warning before the tab is closed on it. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { answered, api } from "../api/client";
import { sendPiece } from "../api/sendPiece";
import { Uploader } from "./uploader";
import { uploadMemory } from "./uploadMemory";
import { studioKey } from "./useStudio";

const uploaders = new Map<string, Uploader>();

function uploaderOf(slug: string, onMoved: () => void): Uploader {
  const known = uploaders.get(slug);
  if (known) return known;
  const of = (intake_id: string) => ({ params: { path: { slug, intake_id } } });
  const made = new Uploader({
    begin: async () =>
      (await answered(api.POST("/api/studio/{slug}/library/intakes", { params: { path: { slug } } }))).id,
    received: async (intake_id, path) =>
      (
        await answered(
          api.GET("/api/studio/{slug}/library/intakes/{intake_id}/files", {
            params: { path: { slug, intake_id }, query: { path } },
          }),
        )
      ).received,
    send: (intake_id, piece, onSent, signal) => sendPiece({ slug, intake_id, ...piece }, onSent, signal),
    start: async (intake_id) => {
      await answered(api.POST("/api/studio/{slug}/library/intakes/{intake_id}/start", of(intake_id)));
      onMoved();
    },
    cancel: async (intake_id) => {
      await answered(api.POST("/api/studio/{slug}/library/intakes/{intake_id}/cancel", of(intake_id)));
      onMoved();
    },
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    memory: uploadMemory,
  });
  uploaders.set(slug, made);
  return made;
}

export function useUploads(slug: string) {
  const queries = useQueryClient();
  const uploader = uploaderOf(slug, () => void queries.invalidateQueries({ queryKey: studioKey(slug, "intakes") }));
  const queue = useSyncExternalStore(uploader.subscribe, uploader.snapshot);
  const busy = queue.phase !== "idle";
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [busy]);
  return { queue, uploader };
}
