import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { LibraryItem } from "../../api/types";
import { Empty, Waiting } from "../../components/ui/Empty";
import { ExampleCard } from "../../components/studio/library/ExampleCard";
import { Pager } from "../../components/ui/Pager";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { useExamples } from "../../hooks/useExamples";
import { useLanguage } from "../../hooks/useLanguage";
import { transcriptPath } from "../../routes";
import styles from "./Studio.module.css";

const limit = 10;

interface ExamplesBrowserProps {
  slug: string;
  /** Only examples made from this item. */
  item: LibraryItem | null;
  onClear: () => void;
}

/** The training examples, each with the place it was made from; the creator rejects some and takes that back. */
export function ExamplesBrowser({ slug, item, onClear }: ExamplesBrowserProps) {
  const { t, word } = useLanguage();
  const [offset, setOffset] = useState(0);
  const [kind, setKind] = useState("");
  const [rejected, setRejected] = useState(false);
  const query = { offset, limit, item_id: item?.id, kind: kind || undefined, rejected: rejected || undefined };
  const { examples, reject, restore } = useExamples(slug, query);
  const { data } = examples;
  const problem = reject.error ?? restore.error;
  const deciding = reject.isPending ? reject.variables : restore.isPending ? restore.variables : null;
  const kinds = Object.entries(data?.kinds ?? {});
  const count = kinds.reduce((sum, [, many]) => sum + many, 0);
  if (data && data.total > 0 && offset >= data.total) setOffset(0);
  return (
    <>
      <div>
        <h2>{item ? t("library.examplesOf", { title: item.title }) : t("library.examples")}</h2>
        <p className="quiet">{t("library.examplesHint")}</p>
      </div>
      <div className={styles.filters}>
        <NativeSelect
          label={t("library.exampleKind")}
          value={kind}
          data-testid="kind-filter"
          data={[
            { value: "", label: `${t("common.all")} (${count})` },
            ...kinds.map(([name, many]) => ({ value: name, label: `${word("exampleKind", name)} (${many})` })),
            ...(kind && !kinds.some(([name]) => name === kind)
              ? [{ value: kind, label: `${word("exampleKind", kind)} (0)` }]
              : []),
          ]}
          onChange={(event) => {
            setKind(event.currentTarget.value);
            setOffset(0);
          }}
        />
        <Button
          variant={rejected ? "filled" : "default"}
          aria-pressed={rejected}
          data-testid="rejected-filter"
          onClick={() => {
            setRejected(!rejected);
            setOffset(0);
          }}
        >
          {t("examples.rejected", { count: data?.rejected ?? 0 })}
        </Button>
        {item && (
          <Button variant="default" onClick={onClear}>
            {t("examples.everyItem")}
          </Button>
        )}
      </div>
      {kind && <p className="small quiet">{word("exampleHint", kind)}</p>}
      {(data?.rejected ?? 0) > 0 && (
        <p className="quiet">{t("examples.fromNextTraining", { count: data?.rejected ?? 0 })}</p>
      )}
      {examples.error && <ProblemNote problem={examples.error} onRetry={() => void examples.refetch()} />}
      {problem && <ProblemNote problem={problem} />}
      {examples.isPending && <Waiting />}
      {data?.total === 0 && (
        <Empty
          title={
            rejected
              ? t("examples.nothingRejected")
              : data.version_id
                ? t("examples.noMatch")
                : t("library.examplesEmpty", { slug })
          }
        />
      )}
      {data?.examples.map((example) => (
        <ExampleCard
          key={`${example.number} ${example.id}`}
          example={example}
          twin={slug}
          href={
            example.item_id && example.item_title !== null
              ? transcriptPath(slug, example.item_id, example.anchor ?? "")
              : null
          }
          busy={deciding === example.id}
          onReject={(one) => reject.mutate(one.id)}
          onRestore={(one) => restore.mutate(one.id)}
        />
      ))}
      {data && <Pager offset={offset} limit={limit} total={data.total} onOffset={setOffset} />}
    </>
  );
}
