/** The API keys of the person who is logged in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";

const keys_key = ["mine", "keys"];

export function useKeys(enabled: boolean) {
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: keys_key });
  const keys = useQuery({ queryKey: keys_key, queryFn: () => answered(api.GET("/api/keys")), enabled });
  const create = useMutation({
    mutationFn: (name: string) => answered(api.POST("/api/keys", { body: { name } })),
    onSuccess: again,
  });
  const remove = useMutation({
    mutationFn: (key_id: string) => answered(api.DELETE("/api/keys/{key_id}", { params: { path: { key_id } } })),
    onSuccess: again,
  });
  return { keys: keys.data, problem: keys.error, create, remove };
}
