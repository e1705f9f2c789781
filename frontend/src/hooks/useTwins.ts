/** The twins that can be talked to. */
import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../api/client";

export const useTwins = () => useQuery({ queryKey: ["twins"], queryFn: () => answered(api.GET("/api/twins")) });

export const useTwin = (slug: string) =>
  useQuery({
    queryKey: ["twins", slug],
    queryFn: () => answered(api.GET("/api/twins/{slug}", { params: { path: { slug } } })),
  });
