/** Whose the library is: rules, "everything here is mine", and items the creator answers for. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";
import type { NewRule } from "../api/types";
import { studioKey } from "./useStudio";

export function useRights(slug: string) {
  const queries = useQueryClient();
  const path = { path: { slug } };
  const again = () =>
    Promise.all(
      ["rights", "library", "report"].map((part) => queries.invalidateQueries({ queryKey: studioKey(slug, part) })),
    );
  const rights = useQuery({
    queryKey: studioKey(slug, "rights"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/library/rights", { params: path })),
  });
  const claim = useMutation({
    mutationFn: () => answered(api.POST("/api/studio/{slug}/library/rights/claim", { params: path })),
    onSettled: again,
  });
  const addRule = useMutation({
    mutationFn: (body: NewRule) => answered(api.POST("/api/studio/{slug}/library/rights", { params: path, body })),
    onSettled: again,
  });
  const removeRule = useMutation({
    mutationFn: (ordinal: number) =>
      answered(api.DELETE("/api/studio/{slug}/library/rights/{ordinal}", { params: { path: { slug, ordinal } } })),
    onSettled: again,
  });
  const confirm = useMutation({
    mutationFn: (item_ids: string[]) =>
      answered(api.POST("/api/studio/{slug}/library/rights/confirm", { params: path, body: { item_ids } })),
    onSettled: again,
  });
  return { rights, claim, addRule, removeRule, confirm };
}
