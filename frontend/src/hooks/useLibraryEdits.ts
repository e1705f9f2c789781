/** Changes of a library by hand, and taking them back. What is shown changes at once and is then read again. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answered, api } from "../api/client";
import type { Change, Library, LibraryItem, StudioItem } from "../api/types";
import { studioKey } from "./useStudio";

/** As many as one request may name. */
const ids_max = 2000;

export interface SpeakerChoice {
  passage_ids: readonly string[];
  speaker: string | null;
  is_creator: boolean;
}

export function useLibraryEdits(slug: string) {
  const queries = useQueryClient();
  const [latest, setLatest] = useState<Change | null>(null);
  const path = { path: { slug } };
  const again = (...parts: string[]) =>
    Promise.all(
      ["changes", "report", ...parts].map((part) => queries.invalidateQueries({ queryKey: studioKey(slug, part) })),
    );
  const taken_out = { code: "excluded", values: {}, sentence: "" };
  /** Show changed items at once: a large choice takes the server seconds. */
  const showItems = (ids: readonly string[], change: (item: LibraryItem) => Partial<LibraryItem>) => {
    const among = new Set(ids);
    queries.setQueryData<Library>(
      studioKey(slug, "library"),
      (library) =>
        library && {
          ...library,
          items: library.items.map((item) => (among.has(item.id) ? { ...item, ...change(item) } : item)),
        },
    );
  };
  const itemsAgain = () => again("library", "rights", "exports", "item");
  const passagesAgain = () => again("item", "found");

  const exclude = useMutation({
    mutationFn: ({ ids, excluded }: { ids: readonly string[]; excluded: boolean }) =>
      inParts(ids, (item_ids) =>
        answered(api.POST("/api/studio/{slug}/library/exclude", { params: path, body: { item_ids, excluded } })),
      ),
    onMutate: ({ ids, excluded }) =>
      showItems(ids, (item) => ({
        excluded,
        why_not: excluded ? (item.why_not ?? taken_out) : item.excluded ? null : item.why_not,
      })),
    onSuccess: setLatest,
    onSettled: itemsAgain,
  });
  const tag = useMutation({
    mutationFn: ({ ids, add = [], remove = [] }: { ids: readonly string[]; add?: string[]; remove?: string[] }) =>
      inParts(ids, (item_ids) =>
        answered(api.POST("/api/studio/{slug}/library/tags", { params: path, body: { item_ids, add, remove } })),
      ),
    onMutate: ({ ids, add = [], remove = [] }) =>
      showItems(ids, (item) => ({ tags: [...new Set([...item.tags, ...add])].filter((one) => !remove.includes(one)) })),
    onSuccess: setLatest,
    onSettled: itemsAgain,
  });
  const editText = useMutation({
    mutationFn: ({ passage_id, text }: { item_id: string; passage_id: string; text: string }) =>
      answered(
        api.PUT("/api/studio/{slug}/library/passages/{passage_id}/text", {
          params: { path: { slug, passage_id } },
          body: { text },
        }),
      ),
    onMutate: ({ item_id, passage_id, text }) =>
      queries.setQueryData<StudioItem>(
        [...studioKey(slug, "item"), item_id],
        (item) =>
          item && {
            ...item,
            passages: item.passages.map((one) => (one.id === passage_id ? { ...one, text, edited: true } : one)),
          },
      ),
    onSuccess: setLatest,
    onSettled: passagesAgain,
  });
  const setSpeaker = useMutation({
    mutationFn: ({ passage_ids, ...said }: SpeakerChoice) =>
      inParts(passage_ids, (ids) =>
        answered(
          api.POST("/api/studio/{slug}/library/speakers", { params: path, body: { passage_ids: ids, ...said } }),
        ),
      ),
    onSuccess: setLatest,
    onSettled: passagesAgain,
  });
  const remove = useMutation({
    mutationFn: (item_id: string) =>
      answered(api.DELETE("/api/studio/{slug}/library/items/{item_id}", { params: { path: { slug, item_id } } })),
    onSettled: itemsAgain,
  });
  const undo = useMutation({
    mutationFn: (change_id: string) =>
      answered(api.POST("/api/studio/{slug}/library/undo", { params: path, body: { change_id } })),
    onSuccess: () => setLatest(null),
    onSettled: () => again("library", "rights", "exports", "item", "found"),
  });
  return { exclude, tag, editText, setSpeaker, remove, undo, latest };
}

export const useChanges = (slug: string) =>
  useQuery({
    queryKey: studioKey(slug, "changes"),
    queryFn: () => answered(api.GET("/api/studio/{slug}/library/changes", { params: { path: { slug } } })),
  });

/** The last change of several, each about as many ids as one request may name. */
async function inParts(ids: readonly string[], change: (ids: string[]) => Promise<Change>): Promise<Change> {
  let done = await change(ids.slice(0, ids_max));
  for (let from = ids_max; from < ids.length; from += ids_max) done = await change(ids.slice(from, from + ids_max));
  return done;
}
