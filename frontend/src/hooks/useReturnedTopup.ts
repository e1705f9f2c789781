/** A top-up whose fan comes back from a payment page: asked for until it is finished. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { answered, api } from "../api/client";

const ASK_AGAIN_MS = 3000;

export function useReturnedTopup(topupId: string | null) {
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ["topup", topupId],
    queryFn: () =>
      answered(api.GET("/api/wallet/topups/{topup_id}", { params: { path: { topup_id: topupId ?? "" } } })),
    enabled: topupId !== null,
    refetchInterval: ({ state }) => (state.data?.status === "started" ? ASK_AGAIN_MS : false),
  });
  const isPaid = data?.status === "credited";
  useEffect(() => {
    if (isPaid) void queries.invalidateQueries({ queryKey: ["mine"] });
  }, [isPaid, queries]);
  return { topup: data, problem: error };
}
