/** One item of the creator's with every passage, and words looked for in all transcripts. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { answered, api } from "../api/client";
import { studioKey } from "./useStudio";

export const useTranscript = (slug: string, item_id: string) =>
  useQuery({
    queryKey: [...studioKey(slug, "item"), item_id],
    queryFn: () =>
      answered(api.GET("/api/studio/{slug}/library/items/{item_id}", { params: { path: { slug, item_id } } })),
  });

/** Passages that hold exactly `words`; none are looked for while it is empty. */
export const useFound = (slug: string, words: string) =>
  useQuery({
    queryKey: [...studioKey(slug, "found"), words],
    queryFn: () =>
      answered(
        api.GET("/api/studio/{slug}/library/search", { params: { path: { slug }, query: { q: words, limit: 50 } } }),
      ),
    enabled: words !== "",
    placeholderData: keepPreviousData,
  });
