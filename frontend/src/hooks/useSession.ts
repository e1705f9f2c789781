/** Who is logged in, and the ways in and out. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "../api/client";
import type { User } from "../api/types";
import type { Language } from "../i18n/translate";

const session_key = ["me"];

interface Credentials {
  email: string;
  password: string;
}

/** `user` is null for a visitor and undefined while it is not known yet. */
export function useSession() {
  const queries = useQueryClient();
  const me = useQuery({
    queryKey: session_key,
    queryFn: (): Promise<User | null> => answered(api.GET("/api/session")),
    staleTime: 60_000,
  });
  const enter = (user: User) => {
    queries.removeQueries({ predicate: (query) => query.queryKey[0] === "mine" });
    queries.setQueryData(session_key, user);
  };
  const logIn = useMutation({
    mutationFn: (body: Credentials) => answered(api.POST("/api/auth/log-in", { body })),
    onSuccess: enter,
  });
  const signUp = useMutation({
    mutationFn: (body: Credentials & { language: Language }) => answered(api.POST("/api/auth/sign-up", { body })),
    onSuccess: enter,
  });
  const logOut = useMutation({
    mutationFn: () => answered(api.POST("/api/auth/log-out")),
    onSuccess: () => {
      queries.removeQueries({ predicate: (query) => query.queryKey[0] === "mine" });
      queries.setQueryData(session_key, null);
    },
  });
  return { user: me.isError ? null : me.data, logIn, signUp, logOut };
}

/** Whether `user` may see the studio of the creator `slug`. */
export const mayManage = (user: User | null | undefined, slug: string) =>
  !!user && (user.role === "operator" || user.creators.includes(slug));
