import { Button } from "@mantine/core";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { Comparison, Contestant } from "../../api/types";
import { Empty, Waiting } from "../../components/ui/Empty";
import { People } from "../../components/studio/versions/People";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { TastePair } from "../../components/studio/versions/TastePair";
import { TasteSetup } from "../../components/studio/versions/TasteSetup";
import { useLanguage } from "../../hooks/useLanguage";
import { type Asked, useTaste } from "../../hooks/useTaste";
import { studioPath } from "../../routes";
import styles from "./Studio.module.css";

/** Blind comparisons: which of two answers is more like the creator. */
export function TastePage() {
  const { slug = "" } = useParams();
  const { t } = useLanguage();
  const { taste, ask, choose } = useTaste(slug);
  const [comparison, setComparison] = useState<Comparison | null>(null);
  const open = comparison !== null && choose.data?.id !== comparison.id;
  function start(asked: Asked) {
    choose.reset();
    ask.mutate(asked, { onSuccess: setComparison });
  }
  if (taste.error) return <ProblemNote problem={taste.error} onRetry={() => void taste.refetch()} />;
  if (!taste.data) return <Waiting lines={6} />;
  const { versions, questions, answered } = taste.data;
  return (
    <div className={styles.sections}>
      <div>
        <Link to={studioPath(slug, "versions")}>← {t("taste.back")}</Link>
        <h1>{t("taste.title")}</h1>
        <p className="quiet">{t("taste.hint")}</p>
        <p className="small" data-testid="answered" role="status">
          {t("taste.answered", { count: answered })}
        </p>
      </div>
      {versions.length === 0 && <Empty title={t("versions.empty", { slug })} />}
      {comparison && (
        <div className="stack">
          <TastePair
            key={comparison.id}
            comparison={comparison}
            numberOf={(id) => versions.find((one) => one.id === id)?.number}
            revealed={choose.data?.id === comparison.id && choose.data.choice !== "skip" ? choose.data : null}
            busy={choose.isPending}
            onChoose={(chosen) => choose.mutate({ id: comparison.id, ...chosen })}
            onSkip={() =>
              choose.mutate({ id: comparison.id, choice: "skip" }, { onSuccess: () => setComparison(null) })
            }
          />
          {choose.error && <ProblemNote problem={choose.error} />}
        </div>
      )}
      {ask.error && <ProblemNote problem={ask.error} />}
      {ask.isPending && <Waiting lines={3} />}
      {versions.length > 0 && (
        <div hidden={open}>
          <TasteSetup key={slug} versions={versions} questions={questions} busy={ask.isPending} onAsk={start} />
        </div>
      )}
      {open && (
        <Button variant="subtle" color="gray" style={{ justifySelf: "start" }} onClick={() => setComparison(null)}>
          {t("taste.leave")}
        </Button>
      )}
      <Tally versions={versions} />
    </div>
  );
}

function Tally({ versions }: { versions: readonly Contestant[] }) {
  const { t } = useLanguage();
  const compared = versions.filter((one) => one.people !== null);
  if (compared.length === 0) return null;
  return (
    <section className={styles.tally}>
      <div>
        <h2>{t("taste.tally")}</h2>
        <p className="quiet">{t("taste.tallyHint")}</p>
      </div>
      {compared.map((one) => (
        <div key={one.id}>
          <h3>{t("train.version", { number: one.number })}</h3>
          <People people={one.people} />
        </div>
      ))}
    </section>
  );
}
