/** Whether one twin may learn from the answers this fan rated. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";

export function useLearning(slug: string) {
  const queries = useQueryClient();
  const key = ["mine", "learning", slug];
  const path = { params: { path: { slug } } };
  const learning = useQuery({ queryKey: key, queryFn: () => answered(api.GET("/api/twins/{slug}/learning", path)) });
  const change = useMutation({
    mutationFn: (allowed: boolean) => answered(api.PUT("/api/twins/{slug}/learning", { ...path, body: { allowed } })),
    onSuccess: (now) => queries.setQueryData(key, now),
  });
  return { learning: learning.data, problem: learning.error ?? change.error, change };
}
