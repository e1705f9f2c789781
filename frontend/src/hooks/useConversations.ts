/** Earlier conversations with one twin. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";

export function useConversations(twin: string, enabled: boolean) {
  const queries = useQueryClient();
  const conversations_key = ["mine", "conversations", twin];
  const list = useQuery({
    queryKey: conversations_key,
    queryFn: () => answered(api.GET("/api/conversations", { params: { query: { twin } } })),
    enabled,
    staleTime: 0,
  });
  const remove = useMutation({
    mutationFn: (conversation_id: string) =>
      answered(api.DELETE("/api/conversations/{conversation_id}", { params: { path: { conversation_id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: conversations_key }),
  });
  return { conversations: list.data, problem: list.error, remove };
}
