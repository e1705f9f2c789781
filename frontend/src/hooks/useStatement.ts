/** Everything that was paid in and used, to the second. */
import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../api/client";

export const useStatement = (enabled: boolean) =>
  useQuery({
    queryKey: ["mine", "statement"],
    queryFn: () => answered(api.GET("/api/wallet/statement")),
    enabled,
    staleTime: 0,
  });
