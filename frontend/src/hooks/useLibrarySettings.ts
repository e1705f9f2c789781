/** What a creator chose for what is imported. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";
import { studioKey } from "./useStudio";

export function useLibrarySettings(slug: string) {
  const queries = useQueryClient();
  const key = studioKey(slug, "settings");
  const path = { params: { path: { slug } } };
  const settings = useQuery({
    queryKey: key,
    queryFn: () => answered(api.GET("/api/studio/{slug}/library/settings", path)),
  });
  const change = useMutation({
    mutationFn: (keeps_fillers: boolean) =>
      answered(api.PUT("/api/studio/{slug}/library/settings", { ...path, body: { keeps_fillers } })),
    onSuccess: (now) => queries.setQueryData(key, now),
  });
  return { settings: settings.data, problem: settings.error ?? change.error, change };
}
