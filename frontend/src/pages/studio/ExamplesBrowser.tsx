import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import type { LibraryItem } from "../../api/types";
import { Empty, Waiting } from "../../components/Empty";
import { ExampleCard } from "../../components/ExampleCard";
import { ProblemNote } from "../../components/ProblemNote";
import { useLanguage } from "../../hooks/useLanguage";
import { useExamples } from "../../hooks/useStudio";
import styles from "./Studio.module.css";

const limit = 10;

interface ExamplesBrowserProps {
  slug: string;
  /** Only examples made from this item. */
  item: LibraryItem | null;
  onClear: () => void;
}

/** The training examples, each with the place it was made from. */
export function ExamplesBrowser({ slug, item, onClear }: ExamplesBrowserProps) {
  const { t } = useLanguage();
  const [offset, setOffset] = useState(0);
  const [typedKind, setKind] = useState("");
  const [kind] = useDebouncedValue(typedKind.trim(), 300);
  const examples = useExamples(slug, { offset, limit, item_id: item?.id, kind: kind || undefined });
  const { data } = examples;
  return (
    <>
      <div>
        <h2>{item ? t("library.examplesOf", { title: item.title }) : t("library.examples")}</h2>
        <p className="quiet">{t("library.examplesHint")}</p>
      </div>
      <div className={styles.filters}>
        <TextInput
          label={t("library.exampleKind")}
          value={typedKind}
          onChange={(event) => {
            setKind(event.currentTarget.value);
            setOffset(0);
          }}
        />
        {item && (
          <Button variant="default" onClick={onClear}>
            {t("common.all")}
          </Button>
        )}
      </div>
      {examples.error && <ProblemNote problem={examples.error} onRetry={() => void examples.refetch()} />}
      {examples.isPending && <Waiting />}
      {data?.total === 0 && <Empty title={t("library.examplesEmpty", { slug })} />}
      {data?.examples.map((example) => <ExampleCard key={example.number} example={example} twin={slug} />)}
      {data && data.total > limit && (
        <div className="row">
          <Button variant="default" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - limit))}>
            {t("common.previous")}
          </Button>
          <span className="small">
            {t("common.page", { from: offset + 1, to: Math.min(offset + limit, data.total), total: data.total })}
          </span>
          <Button variant="default" disabled={offset + limit >= data.total} onClick={() => setOffset(offset + limit)}>
            {t("common.next")}
          </Button>
        </div>
      )}
    </>
  );
}
