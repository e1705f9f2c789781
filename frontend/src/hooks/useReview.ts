/** What waits for the creator's word: who they are in chats, which voice is theirs, personal data that was found. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";
import type { OwnerAnswer, Personal } from "../api/types";
import { studioKey } from "./useStudio";

/** Everything of a library may be another after such a word. */
function useAllAgain(slug: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["mine", "studio", slug] });
}

export function useExports(slug: string) {
  const again = useAllAgain(slug);
  const exports = useQuery({
    queryKey: studioKey(slug, "exports"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/library/exports", { params: { path: { slug } } })),
  });
  const choose = useMutation({
    mutationFn: ({ item_id, answer, name = "" }: { item_id: string; answer: OwnerAnswer; name?: string }) =>
      answered(
        api.POST("/api/studio/{slug}/library/exports/{item_id}/owner", {
          params: { path: { slug, item_id } },
          body: { name, answer },
        }),
      ),
    onSuccess: again,
  });
  return { exports, choose };
}

export function useVoices(slug: string) {
  const again = useAllAgain(slug);
  const voices = useQuery({
    queryKey: studioKey(slug, "voices"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/library/voices", { params: { path: { slug } } })),
  });
  const choose = useMutation({
    mutationFn: (voice_id: string) =>
      answered(
        api.POST("/api/studio/{slug}/library/voices/{voice_id}/choose", { params: { path: { slug, voice_id } } }),
      ),
    onSuccess: again,
  });
  const disown = useMutation({
    mutationFn: (voice_id: string) =>
      answered(
        api.POST("/api/studio/{slug}/library/voices/{voice_id}/disown", { params: { path: { slug, voice_id } } }),
      ),
    onSuccess: again,
  });
  return { voices, choose, disown };
}

export function usePersonal(slug: string, kind: Personal["kind"] | null, offset: number, limit: number) {
  const again = useAllAgain(slug);
  const personal = useQuery({
    queryKey: [...studioKey(slug, "personal"), kind, offset],
    queryFn: () =>
      answered(
        api.GET("/api/studio/{slug}/library/personal", {
          params: { path: { slug }, query: { kind: kind ?? undefined, offset, limit } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  const decide = useMutation({
    mutationFn: ({ value_id, decision }: { value_id: string; decision: Personal["decision"] }) =>
      answered(
        api.POST("/api/studio/{slug}/library/personal/{value_id}", {
          params: { path: { slug, value_id } },
          body: { decision },
        }),
      ),
    onSuccess: again,
  });
  return { personal, decide };
}
