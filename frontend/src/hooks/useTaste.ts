/** Blind comparisons of versions, and what training could learn from them and from fans' thumbs. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";
import type { Chosen, TasteQuestion } from "../api/types";
import { studioKey } from "./useStudio";

const of = (slug: string) => ({ params: { path: { slug } } });

export const usePreferences = (slug: string) =>
  useQuery({
    queryKey: studioKey(slug, "preferences"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/preferences", of(slug))),
  });

export interface Asked {
  question: string;
  source: TasteQuestion["source"] | "own";
  version: string;
  rival: string | null;
}

export function useTaste(slug: string) {
  const queries = useQueryClient();
  const taste = useQuery({
    queryKey: studioKey(slug, "taste"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/taste", of(slug))),
  });
  const ask = useMutation({
    mutationFn: (body: Asked) => answered(api.POST("/api/studio/{slug}/taste", { ...of(slug), body })),
  });
  const choose = useMutation({
    mutationFn: ({ id, ...body }: Chosen & { id: string }) =>
      answered(
        api.POST("/api/studio/{slug}/taste/{comparison_id}/choice", {
          params: { path: { slug, comparison_id: id } },
          body,
        }),
      ),
    onSuccess: () =>
      Promise.all(
        ["taste", "preferences", "versions"].map((part) =>
          queries.invalidateQueries({ queryKey: studioKey(slug, part) }),
        ),
      ),
  });
  return { taste, ask, choose };
}
