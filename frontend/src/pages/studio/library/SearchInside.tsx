import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { FoundList } from "../../../components/studio/library/FoundList";
import { ProblemNote } from "../../../components/ui/ProblemNote";
import { useLanguage } from "../../../hooks/useLanguage";
import { useFound } from "../../../hooks/useTranscript";
import { transcriptPath } from "../../../routes";

const hits_max = 50;

/** Words looked for in every transcript. */
export function SearchInside({ slug }: { slug: string }) {
  const { t } = useLanguage();
  const [typed, setTyped] = useState("");
  const [words] = useDebouncedValue(typed.trim(), 250);
  const found = useFound(slug, words);
  const hits = words === "" ? undefined : found.data;
  return (
    <div className="stack">
      <TextInput
        type="search"
        label={t("found.label")}
        description={t("found.hint")}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {found.error && <ProblemNote problem={found.error} onRetry={() => void found.refetch()} />}
      {hits && (
        <p className="small quiet" aria-live="polite">
          {hits.length === 0
            ? t("found.none", { words })
            : t(hits.length < hits_max ? "search.results" : "found.first", { count: hits.length })}
        </p>
      )}
      {hits && hits.length > 0 && (
        <FoundList hits={hits} words={words} hrefOf={(hit) => transcriptPath(slug, hit.item_id, hit.anchor)} />
      )}
    </div>
  );
}
