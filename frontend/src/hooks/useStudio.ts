/** What a creator sees of their own twin: library, versions, earnings, consents. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";

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
}

export function useVersions(slug: string) {
  const queries = useQueryClient();
  const again = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: studioKey(slug, "versions") }),
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
    mutationFn: () => answered(api.POST("/api/studio/{slug}/rollback", of(slug))),
    onSuccess: again,
  });
  return { versions, publish, rollBack };
}

export function useConsents(slug: string) {
  const queries = useQueryClient();
  const consents = useQuery({
    queryKey: studioKey(slug, "consents"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/consents", of(slug))),
  });
  const revoke = useMutation({
    mutationFn: (consent_id: string) =>
      answered(
        api.POST("/api/studio/{slug}/consents/{consent_id}/revoke", { params: { path: { slug, consent_id } } }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: studioKey(slug, "consents") }),
  });
  return { consents, revoke };
}
