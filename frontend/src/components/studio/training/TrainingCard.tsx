import { Button } from "@mantine/core";
import { Link } from "react-router";
import type { Training } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatLeft } from "../../../i18n/size";
import { formatMoment } from "../../../i18n/time";
import { comparePath, studioPath } from "../../../routes";
import { LossPlot } from "./LossPlot";
import type { LossPoint } from "../versions/measures";
import { ProgressBar } from "../../ui/ProgressBar";
import { Status } from "../../ui/Status";
import { RunCard, RunFacts } from "../RunCard";
import styles from "./Training.module.css";

interface TrainingCardProps {
  slug: string;
  training: Training;
  loss: readonly LossPoint[];
  busy: boolean;
  problem: unknown;
  onPause: () => void;
  onResume: () => void;
  onCancel: () => void;
  onEvaluate: () => void;
}

/** One training: what it does, how far it is, how long is left, its curve, and what can be done. */
export function TrainingCard({
  slug,
  training,
  loss,
  busy,
  problem,
  onPause,
  onResume,
  onCancel,
  onEvaluate,
}: TrainingCardProps) {
  const { t, word, sentence, language } = useLanguage();
  const { status, stage, version, against, error } = training;
  const open = ["waiting", "running", "paused"].includes(status);
  const compared = against !== null;
  const measured = !compared && version !== null && version.passed !== null;
  return (
    <RunCard
      data-testid="training"
      data-status={status}
      data-stage={stage}
      title={
        <>
          {word("train.kind", training.kind)}
          {version && ` · ${t("train.version", { number: version.number })}`}
          {against && ` ${t("train.against", { version: t("train.version", { number: against.number }) })}`}{" "}
          <Status status={status}>
            {status === "running" ? word("train.stage", stage) : word("train.state", status)}
          </Status>
        </>
      }
      problem={problem}
      failure={error && sentence("problem", { code: error.code ?? "", sentence: error.message ?? "" })}
      actions={
        <>
          {["waiting", "running"].includes(status) && (
            <Button size="compact-sm" variant="default" loading={busy} onClick={onPause} data-testid="train-pause">
              {t("intake.pause")}
            </Button>
          )}
          {["paused", "failed"].includes(status) && (
            <Button size="compact-sm" loading={busy} onClick={onResume} data-testid="train-resume">
              {t("intake.goOn")}
            </Button>
          )}
          {open && (
            <Button size="compact-sm" variant="subtle" color="gray" disabled={busy} onClick={onCancel}>
              {t("common.cancel")}
            </Button>
          )}
          {status === "done" && version && !measured && !compared && (
            <Button size="compact-sm" loading={busy} onClick={onEvaluate}>
              {t("train.evaluate")}
            </Button>
          )}
        </>
      }
    >
      {open && (
        <>
          <ProgressBar
            share={status === "waiting" || training.share === 0 ? null : training.share}
            label={word("train.stage", stage)}
            resting={status !== "running"}
          />
          <RunFacts>
            <span className="number">{Math.floor(100 * training.share)} %</span>
            <span>{formatLeft(training.seconds_left, t)}</span>
            {training.stages.length > 1 && (
              <span>{t("train.stageOf", { at: training.stages.indexOf(stage) + 1, of: training.stages.length })}</span>
            )}
          </RunFacts>
          {training.note && <p className="small quiet">{sentence("train.note", training.note)}</p>}
        </>
      )}
      {open && stage === "train" && loss.length > 1 && (
        <div className={styles.curve}>
          <LossPlot loss={loss} />
        </div>
      )}
      {status === "done" && training.note?.code === "not_published" && (
        <p className="small">{t("train.notPublished")}</p>
      )}
      <RunFacts quiet>
        <span>{formatMoment(training.created, language)}</span>
        {training.base && <span>{training.base}</span>}
        {training.scheduled && <span>{t("train.bySchedule")}</span>}
        {status === "done" && version && against && (
          <Link to={comparePath(slug, version.id, against.id)}>{t("train.compared")}</Link>
        )}
        {version && measured && (
          <Link to={studioPath(slug, "versions")} data-testid="to-version">
            {t(version.passed ? "train.passedSee" : "train.notPassedSee", {
              version: t("train.version", { number: version.number }),
            })}
          </Link>
        )}
      </RunFacts>
    </RunCard>
  );
}
