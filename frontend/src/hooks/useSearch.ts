/** Search in one twin's library. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { answered, api } from "../api/client";

export const useSearch = (slug: string, q: string) =>
  useQuery({
    queryKey: ["search", slug, q],
    queryFn: () =>
      answered(api.GET("/api/twins/{slug}/search", { params: { path: { slug }, query: { q, limit: 20 } } })),
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
