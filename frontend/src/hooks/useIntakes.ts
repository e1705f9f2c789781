/** What is on its way into a library, and what was: asked again only while something moves. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { answered, api } from "../api/client";
import type { Intake } from "../api/types";
import { uploadMemory } from "./uploadMemory";
import { studioKey } from "./useStudio";

const again_ms = 1_000;
const moving = new Set<Intake["status"]>(["waiting", "running"]);

/** Whether an intake changes without anybody doing anything. */
export const isMoving = (intake: Intake) => moving.has(intake.status);

export type Step = "start" | "pause" | "cancel";

export function useIntakes(slug: string) {
  const queries = useQueryClient();
  const of = (intake_id: string) => ({ params: { path: { slug, intake_id } } });
  const again = () => queries.invalidateQueries({ queryKey: studioKey(slug, "intakes") });
  const intakes = useQuery({
    queryKey: studioKey(slug, "intakes"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/library/intakes", { params: { path: { slug } } })),
    refetchInterval: ({ state }) => (state.data?.some(isMoving) ? again_ms : false),
  });
  const take = useMutation({
    mutationFn: ({ intake_id, step }: { intake_id: string; step: Step }) => {
      if (step === "start")
        return answered(api.POST("/api/studio/{slug}/library/intakes/{intake_id}/start", of(intake_id)));
      if (step === "pause")
        return answered(api.POST("/api/studio/{slug}/library/intakes/{intake_id}/pause", of(intake_id)));
      return answered(api.POST("/api/studio/{slug}/library/intakes/{intake_id}/cancel", of(intake_id)));
    },
    onSuccess: ({ id }) => uploadMemory.forget(id),
    onSettled: again,
  });
  const fetchAddress = useMutation({
    mutationFn: async (url: string) => {
      const { id } = await answered(api.POST("/api/studio/{slug}/library/intakes", { params: { path: { slug } } }));
      try {
        await answered(api.POST("/api/studio/{slug}/library/intakes/{intake_id}/urls", { ...of(id), body: { url } }));
      } catch (error) {
        await answered(api.POST("/api/studio/{slug}/library/intakes/{intake_id}/cancel", of(id)));
        throw error;
      }
      return answered(api.POST("/api/studio/{slug}/library/intakes/{intake_id}/start", of(id)));
    },
    onSettled: again,
  });
  useWhenOver(intakes.data, () => void queries.invalidateQueries({ queryKey: ["mine", "studio", slug] }));
  return { intakes, take, fetchAddress };
}

/** The files of an intake, read again while it moves. */
export function useIntakeFiles(slug: string, intake: Intake, enabled: boolean) {
  return useQuery({
    queryKey: [...studioKey(slug, "intake"), intake.id, isMoving(intake) ? "" : intake.updated],
    queryFn: () =>
      answered(
        api.GET("/api/studio/{slug}/library/intakes/{intake_id}", { params: { path: { slug, intake_id: intake.id } } }),
      ),
    enabled,
    refetchInterval: isMoving(intake) ? again_ms : false,
    placeholderData: keepPreviousData,
    select: (detail) => detail.files,
  });
}

/** Calls `onOver` when something that moved has come to its end: the library is another one then. */
function useWhenOver(intakes: readonly Intake[] | undefined, onOver: () => void) {
  const before = useRef(new Set<string>());
  const call = useRef(onOver);
  call.current = onOver;
  useEffect(() => {
    if (!intakes) return;
    const now = new Set(intakes.filter(isMoving).map((intake) => intake.id));
    const ended = [...before.current].some((id) => !now.has(id));
    before.current = now;
    if (ended) call.current();
  }, [intakes]);
}
