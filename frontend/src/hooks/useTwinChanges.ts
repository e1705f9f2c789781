/** How a twin has changed since this fan last talked to it; each change is told once. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";

export function useTwinChanges(slug: string, enabled: boolean) {
  const queries = useQueryClient();
  const queryKey = ["mine", "changes", slug];
  const changes = useQuery({
    queryKey,
    queryFn: () => answered(api.GET("/api/twins/{slug}/changes", { params: { path: { slug } } })),
    enabled,
  });
  const read = useMutation({
    mutationFn: (change_id: number) =>
      answered(api.POST("/api/twins/{slug}/changes/{change_id}/read", { params: { path: { slug, change_id } } })),
    onMutate: () => queries.setQueryData(queryKey, []),
  });
  return { changes: changes.data ?? [], read: read.mutate };
}
