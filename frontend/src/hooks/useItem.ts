/** One item of a library with its passages. */
import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../api/client";

export const useItem = (item_id: string | null) =>
  useQuery({
    queryKey: ["items", item_id],
    queryFn: () => answered(api.GET("/api/items/{item_id}", { params: { path: { item_id: item_id ?? "" } } })),
    enabled: item_id !== null,
    staleTime: 300_000,
  });
