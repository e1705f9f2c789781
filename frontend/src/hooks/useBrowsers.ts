/** The browsers in which this person is logged in, and their password. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";

const browsers_key = ["mine", "sessions"];

export function useBrowsers(enabled: boolean) {
  const queries = useQueryClient();
  const again = { onSuccess: () => queries.invalidateQueries({ queryKey: browsers_key }) };
  const browsers = useQuery({ queryKey: browsers_key, queryFn: () => answered(api.GET("/api/sessions")), enabled });
  const end = useMutation({
    mutationFn: (session_id: string) =>
      answered(api.DELETE("/api/sessions/{session_id}", { params: { path: { session_id } } })),
    ...again,
  });
  const endOthers = useMutation({ mutationFn: () => answered(api.DELETE("/api/sessions")), ...again });
  const changePassword = useMutation({
    mutationFn: (body: { current: string; new: string }) => answered(api.PUT("/api/me/password", { body })),
    ...again,
  });
  return { browsers: browsers.data, problem: browsers.error, end, endOthers, changePassword };
}
