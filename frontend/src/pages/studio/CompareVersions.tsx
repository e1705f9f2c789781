import { Button, NativeSelect } from "@mantine/core";
import { Link, useParams, useSearchParams } from "react-router";
import { ComparedAnswers, Verdict } from "../../components/studio/versions/ComparedAnswers";
import { ComparedMeasures } from "../../components/studio/versions/ComparedMeasures";
import { Empty, Waiting } from "../../components/ui/Empty";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { TrainingRun } from "./TrainingRun";
import { asProblem } from "../../api/problem";
import { useComparison } from "../../hooks/useComparison";
import { useLanguage } from "../../hooks/useLanguage";
import { useVersions } from "../../hooks/useStudio";
import { useTrainings } from "../../hooks/useTraining";
import { formatMoment } from "../../i18n/time";
import { studioPath } from "../../routes";
import styles from "./Studio.module.css";

/** Any two versions side by side; the addresses `?a=` and `?b=` say which. */
export function CompareVersions() {
  const { slug = "" } = useParams();
  const { t, language } = useLanguage();
  const { versions } = useVersions(slug);
  const [query, setQuery] = useSearchParams();
  const trained = (versions.data ?? []).filter((one) => one.status !== "training" && one.status !== "failed");
  const a = query.get("a") ?? trained[0]?.id ?? "";
  const b = query.get("b") ?? trained[1]?.id ?? "";
  const choices = trained.map((one) => ({
    value: one.id,
    label: `${t("train.version", { number: one.number })} · ${one.base} · ${formatMoment(one.created, language)}`,
  }));
  const choose = (side: "a" | "b") => (event: { currentTarget: { value: string } }) =>
    setQuery({ a, b, [side]: event.currentTarget.value }, { replace: true });
  return (
    <div className={styles.sections}>
      <section className="stack">
        <Link to={studioPath(slug, "versions")}>← {t("studio.versions")}</Link>
        <h2>{t("compare.title")}</h2>
        {versions.error && <ProblemNote problem={versions.error} />}
        {versions.isPending && <Waiting lines={4} />}
        {versions.data && trained.length < 2 && <Empty title={t("compare.tooFew")} />}
        {trained.length >= 2 && (
          <div className={styles.pair}>
            <NativeSelect
              label={t("compare.a")}
              data={choices}
              value={a}
              onChange={choose("a")}
              data-testid="compare-a"
            />
            <NativeSelect
              label={t("compare.b")}
              data={choices}
              value={b}
              onChange={choose("b")}
              data-testid="compare-b"
            />
          </div>
        )}
      </section>
      {a !== "" && a === b && <Empty title={t("compare.same")} />}
      {a !== "" && b !== "" && a !== b && <Result slug={slug} a={a} b={b} />}
    </div>
  );
}

function Result({ slug, a, b }: { slug: string; a: string; b: string }) {
  const { t } = useLanguage();
  const { data, error, isPending } = useComparison(slug, a, b);
  if (error) {
    return asProblem(error).code === "not_compared" ? (
      <NotMeasured slug={slug} a={a} b={b} />
    ) : (
      <ProblemNote problem={error} />
    );
  }
  if (isPending) return <Waiting lines={8} />;
  return (
    <>
      <section className="stack">
        <Verdict comparison={data} />
        <ComparedMeasures comparison={data} />
      </section>
      <section className="stack">
        <h2>{t("compare.questions")}</h2>
        {data.questions.length === 0 && <Empty title={t("compare.noQuestions")} />}
        {data.questions.map((one) => (
          <ComparedAnswers key={one.question} {...one} />
        ))}
      </section>
    </>
  );
}

/** Two versions that were never measured on the same words: have it done, and see how far it is. */
function NotMeasured({ slug, a, b }: { slug: string; a: string; b: string }) {
  const { t } = useLanguage();
  const { trainings, evaluate, take } = useTrainings(slug);
  const run = trainings.data?.find(
    (one) => one.version?.id === a && one.against?.id === b && one.status !== "cancelled",
  );
  return (
    <section className="stack">
      {run && run.status !== "done" ? (
        <TrainingRun slug={slug} training={run} actions={{ take, evaluate }} />
      ) : (
        <Empty title={t("compare.notMeasured")}>
          <Button
            loading={evaluate.isPending}
            onClick={() => evaluate.mutate({ version_id: a, against_id: b })}
            data-testid="compare-now"
          >
            {t("compare.measure")}
          </Button>
        </Empty>
      )}
      {evaluate.error && <ProblemNote problem={evaluate.error} />}
    </section>
  );
}
