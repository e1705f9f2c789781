/** Two versions of a twin beside each other. */
import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../api/client";
import { studioKey } from "./useStudio";

export const useComparison = (slug: string, a: string, b: string) =>
  useQuery({
    queryKey: [...studioKey(slug, "comparison"), a, b],
    queryFn: () =>
      answered(api.GET("/api/studio/{slug}/versions/compare", { params: { path: { slug }, query: { a, b } } })),
    enabled: a !== "" && b !== "" && a !== b,
    staleTime: Infinity,
  });
