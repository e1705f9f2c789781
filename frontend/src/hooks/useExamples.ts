/** What a twin was trained on, and what its creator rejects of it. A rejection shows at once and can be taken back. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";
import { studioKey } from "./useStudio";

export interface ExampleQuery {
  offset: number;
  limit: number;
  item_id?: string;
  kind?: string;
  rejected?: boolean;
}

export function useExamples(slug: string, query: ExampleQuery) {
  const queries = useQueryClient();
  const examples = useQuery({
    queryKey: [...studioKey(slug, "examples"), query],
    queryFn: () => answered(api.GET("/api/studio/{slug}/examples", { params: { path: { slug }, query } })),
    placeholderData: keepPreviousData,
  });
  const again = () => queries.invalidateQueries({ queryKey: studioKey(slug, "examples") });
  const of = (example_id: string) => ({ params: { path: { slug, example_id } } });
  const reject = useMutation({
    mutationFn: (id: string) => answered(api.POST("/api/studio/{slug}/examples/{example_id}/reject", of(id))),
    onSettled: again,
  });
  const restore = useMutation({
    mutationFn: (id: string) => answered(api.POST("/api/studio/{slug}/examples/{example_id}/restore", of(id))),
    onSettled: again,
  });
  return { examples, reject, restore };
}
