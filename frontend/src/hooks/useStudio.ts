/** What a creator sees of their own twin: library, versions, earnings, consents. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";
import { asProblem } from "../api/problem";

const of = (slug: string) => ({ params: { path: { slug } } });
/** Where a part of the studio is kept. */
export const studioKey = (slug: string, part: string) => ["mine", "studio", slug, part];

export const useLibrary = (slug: string) =>
  useQuery({
    queryKey: studioKey(slug, "library"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/library", of(slug))),
  });

export const useLibraryReport = (slug: string) =>
  useQuery({
    queryKey: studioKey(slug, "report"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/library/report", of(slug))),
  });

export const useEarnings = (slug: string) =>
  useQuery({
    queryKey: studioKey(slug, "earnings"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/earnings", of(slug))),
  });

export const useSigner = (slug: string) =>
  useQuery({
    queryKey: studioKey(slug, "signer"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/signer", of(slug))),
  });

export interface Publication {
  version_id: string;
  price: string;
  currency: string;
  force_reason?: string;
  note: Record<string, string>;
}

export function useVersions(slug: string) {
  const queries = useQueryClient();
  const again = () =>
    Promise.all([
      ...["versions", "publications", "training", "rollback"].map((part) =>
        queries.invalidateQueries({ queryKey: studioKey(slug, part) }),
      ),
      queries.invalidateQueries({ queryKey: ["twins"] }),
    ]);
  const versions = useQuery({
    queryKey: studioKey(slug, "versions"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/versions", of(slug))),
  });
  const publish = useMutation({
    mutationFn: ({ version_id, ...body }: Publication) =>
      answered(
        api.POST("/api/studio/{slug}/versions/{version_id}/publish", { params: { path: { slug, version_id } }, body }),
      ),
    onSuccess: again,
  });
  const rollBack = useMutation({
    mutationFn: (note: Record<string, string>) =>
      answered(api.POST("/api/studio/{slug}/rollback", { ...of(slug), body: { note } })),
    onSuccess: again,
  });
  return { versions, publish, rollBack };
}

export const usePublications = (slug: string) =>
  useQuery({
    queryKey: studioKey(slug, "publications"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/publications", of(slug))),
  });

/** What going back would mean; null where there is nothing to go back to. */
export const useRollback = (slug: string) =>
  useQuery({
    queryKey: studioKey(slug, "rollback"),
    queryFn: async () => {
      try {
        return await answered(api.GET("/api/studio/{slug}/rollback", of(slug)));
      } catch (problem) {
        if (asProblem(problem).status === 404) return null;
        throw problem;
      }
    },
    staleTime: 0,
  });

/** What fans could be told of a version. */
export const useNoteDraft = (slug: string, version_id: string | null) =>
  useQuery({
    queryKey: [...studioKey(slug, "note"), version_id],
    queryFn: () =>
      answered(
        api.GET("/api/studio/{slug}/versions/{version_id}/note", {
          params: { path: { slug, version_id: version_id ?? "" } },
        }),
      ),
    enabled: version_id !== null,
    staleTime: 0,
  });

export function useConsents(slug: string) {
  const queries = useQueryClient();
  const consents = useQuery({
    queryKey: studioKey(slug, "consents"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/consents", of(slug))),
  });
  const revoke = useMutation({
    mutationFn: (consent_id: string) =>
      answered(api.POST("/api/studio/{slug}/consents/{consent_id}/revoke", { params: { path: { slug, consent_id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: studioKey(slug, "consents") }),
  });
  return { consents, revoke };
}
