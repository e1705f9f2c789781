/** Training a twin: what is new, what runs, the schedule. Asked again only while something moves. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { answered, api } from "../api/client";
import type { NewEvaluation, NewSchedule, NewTraining, Training } from "../api/types";
import { studioKey } from "./useStudio";

const again_ms = 1_000;
const moving = new Set<string>(["waiting", "running"]);

/** Whether a training changes without anybody doing anything. */
export const isTraining = (training: Training) => moving.has(training.status);

export type TrainingStep = "pause" | "resume" | "cancel";

export const useTrainingPage = (slug: string) =>
  useQuery({
    queryKey: studioKey(slug, "training"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/training", { params: { path: { slug } } })),
  });

export function useTrainings(slug: string) {
  const queries = useQueryClient();
  const of = (run_id: string) => ({ params: { path: { slug, run_id } } });
  const again = () => queries.invalidateQueries({ queryKey: studioKey(slug, "trainings") });
  const trainings = useQuery({
    queryKey: studioKey(slug, "trainings"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/training/runs", { params: { path: { slug } } })),
    refetchInterval: ({ state }) => (state.data?.some(isTraining) ? again_ms : false),
  });
  const start = useMutation({
    mutationFn: (body: NewTraining) =>
      answered(api.POST("/api/studio/{slug}/training/runs", { params: { path: { slug } }, body })),
    onSettled: again,
  });
  const evaluate = useMutation({
    mutationFn: (body: NewEvaluation) =>
      answered(api.POST("/api/studio/{slug}/training/evaluations", { params: { path: { slug } }, body })),
    onSettled: again,
  });
  const take = useMutation({
    mutationFn: ({ run_id, step }: { run_id: string; step: TrainingStep }) => {
      if (step === "pause") return answered(api.POST("/api/studio/{slug}/training/runs/{run_id}/pause", of(run_id)));
      if (step === "resume") return answered(api.POST("/api/studio/{slug}/training/runs/{run_id}/resume", of(run_id)));
      return answered(api.POST("/api/studio/{slug}/training/runs/{run_id}/cancel", of(run_id)));
    },
    onSettled: again,
  });
  useWhenOver(trainings.data, () => {
    for (const part of ["training", "versions", "examples", "comparison"]) {
      void queries.invalidateQueries({ queryKey: studioKey(slug, part) });
    }
  });
  return { trainings, start, evaluate, take };
}

/** The loss curve of a training, read again while it moves. */
export function useLoss(slug: string, training: Training) {
  const run_id = training.id;
  return useQuery({
    queryKey: [...studioKey(slug, "loss"), run_id, isTraining(training) ? "" : training.updated],
    queryFn: () =>
      answered(api.GET("/api/studio/{slug}/training/runs/{run_id}", { params: { path: { slug, run_id } } })),
    enabled: training.stage === "train",
    refetchInterval: isTraining(training) ? 2 * again_ms : false,
    placeholderData: (before) => before,
    select: (detail) => detail.loss,
  });
}

export function useSchedule(slug: string) {
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: studioKey(slug, "training") });
  const store = useMutation({
    mutationFn: (body: NewSchedule) =>
      answered(api.PUT("/api/studio/{slug}/training/schedule", { params: { path: { slug } }, body })),
    onSuccess: again,
  });
  const remove = useMutation({
    mutationFn: () => answered(api.DELETE("/api/studio/{slug}/training/schedule", { params: { path: { slug } } })),
    onSuccess: again,
  });
  return { store, remove };
}

/** Calls `onOver` when a training that moved has come to its end. */
function useWhenOver(trainings: readonly Training[] | undefined, onOver: () => void) {
  const before = useRef(new Set<string>());
  const call = useRef(onOver);
  call.current = onOver;
  useEffect(() => {
    if (!trainings) return;
    const now = new Set(trainings.filter(isTraining).map((one) => one.id));
    const ended = [...before.current].some((id) => !now.has(id));
    before.current = now;
    if (ended) call.current();
  }, [trainings]);
}
