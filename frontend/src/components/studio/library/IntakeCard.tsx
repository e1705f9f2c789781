import { Button } from "@mantine/core";
import type { Intake, IntakeFile, Sentence } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { useSecondsLeft } from "../../../hooks/usePace";
import { formatLeft } from "../../../i18n/size";
import { formatMoment } from "../../../i18n/time";
import styles from "./Intake.module.css";
import { ProblemNote } from "../../ui/ProblemNote";
import { ProgressBar } from "../../ui/ProgressBar";

interface IntakeCardProps {
  intake: Intake;
  /** Undefined while they are not there. */
  files: readonly IntakeFile[] | undefined;
  open: boolean;
  busy: boolean;
  problem: unknown;
  onToggle: () => void;
  onStart: () => void;
  onPause: () => void;
  onCancel: () => void;
}

/** As many files as the server tells of: those at hand, then the skipped ones, then the rest. */
const files_max = 500;

const can = {
  start: ["collecting", "paused", "failed"],
  pause: ["waiting", "running"],
  cancel: ["collecting", "waiting", "running", "paused", "failed"],
};

/** One batch of files: how far it is, what became of each file, and what can be done. */
export function IntakeCard({ intake, files, open, busy, problem, onToggle, onStart, onPause, onCancel }: IntakeCardProps) {
  const { t, word, sentence, language } = useLanguage();
  const { status, report, error } = intake;
  const unfinished = ["waiting", "running", "paused"].includes(status);
  const failure = error && sentence("problem", { code: error.code, sentence: error.message });
  return (
    <article className={styles.card} data-testid="intake" data-status={status}>
      <header className={styles.head}>
        <h3>
          {names(intake, t("intake.nothing"))} <span className={styles.status} data-status={status}>{word("intake.state", status)}</span>
        </h3>
        <div className={styles.actions}>
          {can.start.includes(status) && (intake.roots.length > 0 || status !== "collecting") && (
            <Button size="compact-sm" loading={busy} onClick={onStart}>
              {t(status === "collecting" ? "intake.readArrived" : "intake.goOn")}
            </Button>
          )}
          {can.pause.includes(status) && (
            <Button size="compact-sm" variant="default" loading={busy} onClick={onPause}>
              {t("intake.pause")}
            </Button>
          )}
          {can.cancel.includes(status) && (
            <Button size="compact-sm" variant="subtle" color="gray" disabled={busy} onClick={onCancel}>
              {t("common.cancel")}
            </Button>
          )}
        </div>
      </header>
      {problem != null && <ProblemNote problem={problem} />}
      {failure && (
        <p className={styles.failure} role="alert">
          {failure}
        </p>
      )}
      {status === "collecting" && <p className="small">{t("intake.brokeOff")}</p>}
      {unfinished && (
        <>
          <ProgressBar
            share={status === "waiting" || intake.share === 0 ? null : intake.share}
            label={t("intake.together")}
            resting={status !== "running"}
          />
          <p className={styles.facts}>
            <span className="number">{Math.floor(100 * intake.share)} %</span>
            <span>{intake.note}</span>
            <span>{formatLeft(intake.seconds_left ?? null, t)}</span>
          </p>
        </>
      )}
      <p className={`${styles.facts} quiet`}>
        <span>{formatMoment(intake.created, language)}</span>
        {report && <span>{t("intake.added", { count: report.added + report.replaced })}</span>}
        {report && report.unchanged > 0 && <span>{t("intake.unchanged", { count: report.unchanged })}</span>}
        {report && report.incomplete > 0 && <span>{t("intake.incomplete", { count: report.incomplete })}</span>}
        {report && report.skipped > 0 && <span>{t("intake.skipped", { count: report.skipped })}</span>}
        <button type="button" className={styles.more} aria-expanded={open} onClick={onToggle}>
          {t(open ? "intake.hideFiles" : "intake.showFiles")}
        </button>
      </p>
      {open && files?.length === 0 && <p className="small quiet">{t("intake.noFiles")}</p>}
      {open && files?.length === files_max && <p className="small quiet">{t("intake.firstFiles", { count: files_max })}</p>}
      {open && files && files.length > 0 && (
        <ul className={styles.files}>
          {files.map((file) => (
            <FileRow key={file.path} file={file} moving={status === "running"} />
          ))}
        </ul>
      )}
    </article>
  );
}

function FileRow({ file, moving }: { file: IntakeFile; moving: boolean }) {
  const { t, word } = useLanguage();
  const reading = file.status === "reading";
  const left_s = useSecondsLeft(file.share, 1, reading && moving);
  return (
    <li className={styles.file} data-status={file.status} data-testid="intake-file">
      <span className={styles.path}>{file.path}</span>
      <span className={styles.state}>
        {word("intake.file", file.status)}
        {reading && file.share > 0 && <span className="number"> {Math.floor(100 * file.share)} %</span>} {formatLeft(left_s, t)}
      </span>
      {reading && <ProgressBar share={file.share > 0 ? file.share : null} label={file.path} resting={!moving} />}
      {file.why && <Why said={file.why} group={file.status === "skipped" ? "intake.skip" : "items.dropped"} />}
    </li>
  );
}

/** Why a file was skipped or what of it was left out: in the reader's language, and where that is not the server's, in full as it found it too. */
function Why({ said, group }: { said: Sentence; group: string }) {
  const { sentence } = useLanguage();
  const short = sentence(group, said);
  return (
    <span className={styles.why}>
      {short} {short !== said.sentence && <span lang="en">({said.sentence})</span>}
    </span>
  );
}

/** What the batch is called: its folders and files, or as many as fit. */
function names(intake: Intake, nothing: string): string {
  if (intake.roots.length === 0) return nothing;
  const first = intake.roots.slice(0, 3).join(", ");
  return intake.roots.length > 3 ? `${first} + ${intake.roots.length - 3}` : first;
}
