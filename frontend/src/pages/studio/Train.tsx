import { Anchor } from "@mantine/core";
import { useState } from "react";
import { useParams } from "react-router";
import { Disclosure, Disclosures } from "../../components/ui/Disclosure";
import { Empty, Waiting } from "../../components/ui/Empty";
import { NewsPanel } from "../../components/studio/training/NewsPanel";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { ScheduleForm } from "../../components/studio/training/ScheduleForm";
import { TrainingRun } from "./TrainingRun";
import { TrainingStart } from "../../components/studio/training/TrainingStart";
import { useLanguage } from "../../hooks/useLanguage";
import { useSchedule, useTrainingPage, useTrainings } from "../../hooks/useTraining";
import styles from "./Studio.module.css";

const shown_at_first = 3;

/** What is new, training on it, and when that happens by itself. */
export function TrainPage() {
  const { slug = "" } = useParams();
  const { t } = useLanguage();
  const page = useTrainingPage(slug);
  const { trainings, start, ...actions } = useTrainings(slug);
  const [all, setAll] = useState(false);
  if (page.error) return <ProblemNote problem={page.error} onRetry={() => void page.refetch()} />;
  if (!page.data) return <Waiting lines={8} />;
  const list = trainings.data ?? [];
  const busyNow = list.find((one) => ["waiting", "running", "paused"].includes(one.status));
  const shown = all ? list : list.slice(0, shown_at_first);
  const { news } = page.data;
  return (
    <div className={styles.sections}>
      <section className="stack">
        {news ? (
          <NewsPanel slug={slug} news={news} />
        ) : (
          <Empty title={t(page.data.parent ? "train.unknown" : "train.first")} />
        )}
      </section>
      {trainings.error && <ProblemNote problem={trainings.error} onRetry={() => void trainings.refetch()} />}
      {shown.length > 0 && (
        <section className="stack" aria-labelledby="runs-title">
          <h2 id="runs-title">{t("train.runs")}</h2>
          {shown.map((one) => (
            <TrainingRun key={one.id} slug={slug} training={one} actions={actions} />
          ))}
          {shown.length < list.length && (
            <p>
              <Anchor component="button" type="button" onClick={() => setAll(true)}>
                {t("intake.earlier", { count: list.length - shown.length })}
              </Anchor>
            </p>
          )}
        </section>
      )}
      {!busyNow && (
        <section className="stack" aria-labelledby="start-title">
          <h2 id="start-title">{t("train.title")}</h2>
          <TrainingStart
            page={page.data}
            busy={start.isPending}
            problem={start.error ?? actions.evaluate.error}
            onStart={(order) => start.mutate(order)}
          />
        </section>
      )}
      <Disclosures>
        <ScheduleSection slug={slug} page={page.data} />
      </Disclosures>
    </div>
  );
}

function ScheduleSection({
  slug,
  page,
}: {
  slug: string;
  page: NonNullable<ReturnType<typeof useTrainingPage>["data"]>;
}) {
  const { t } = useLanguage();
  const { store, remove } = useSchedule(slug);
  const { schedule } = page;
  return (
    <Disclosure name="schedule" title={t("schedule.title")} hint={t(schedule ? "schedule.on" : "schedule.off")}>
      <ScheduleForm
        key={schedule ? "on" : "off"}
        schedule={schedule}
        zone={Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"}
        busy={store.isPending || remove.isPending}
        problem={store.error ?? remove.error}
        onStore={(rule) => store.mutate(rule)}
        onRemove={() => remove.mutate(undefined)}
      />
    </Disclosure>
  );
}
