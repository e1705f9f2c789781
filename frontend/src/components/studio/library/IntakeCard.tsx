import { Anchor, Button } from "@mantine/core";
import type { Intake, IntakeFile, Sentence } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { useSecondsLeft } from "../../../hooks/usePace";
import { formatLeft } from "../../../i18n/size";
import { formatMoment } from "../../../i18n/time";
import { FileList, FileState } from "./FileList";
import { ProgressBar } from "../../ui/ProgressBar";
import { Status } from "../../ui/Status";
import { RunCard, RunFacts } from "../RunCard";
import { gapText } from "./libraryItems";

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
export function IntakeCard({
  intake,
  files,
  open,
  busy,
  problem,
  onToggle,
  onStart,
  onPause,
  onCancel,
}: IntakeCardProps) {
  const { t, word, sentence, language } = useLanguage();
  const { status, report, error } = intake;
  const unfinished = ["waiting", "running", "paused"].includes(status);
  return (
    <RunCard
      data-testid="intake"
      data-status={status}
      title={
        <>
          {names(intake, t("intake.nothing"))} <Status status={status}>{word("intake.state", status)}</Status>
        </>
      }
      actions={
        <>
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
        </>
      }
      problem={problem}
      failure={error && sentence("problem", { code: error.code, sentence: error.message })}
    >
      {status === "collecting" && <p className="small">{t("intake.brokeOff")}</p>}
      {unfinished && (
        <>
          <ProgressBar
            share={status === "waiting" || intake.share === 0 ? null : intake.share}
            label={t("intake.together")}
            resting={status !== "running"}
          />
          <RunFacts>
            <span className="number">{Math.floor(100 * intake.share)} %</span>
            <span>{intake.note}</span>
            <span>{formatLeft(intake.seconds_left ?? null, t)}</span>
          </RunFacts>
        </>
      )}
      <RunFacts quiet>
        <span>{formatMoment(intake.created, language)}</span>
        {report && <span>{t("intake.added", { count: report.added + report.replaced })}</span>}
        {report && report.unchanged > 0 && <span>{t("intake.unchanged", { count: report.unchanged })}</span>}
        {report && report.incomplete > 0 && <span>{t("intake.incomplete", { count: report.incomplete })}</span>}
        {report && report.skipped > 0 && <span>{t("intake.skipped", { count: report.skipped })}</span>}
        <Anchor component="button" type="button" aria-expanded={open} onClick={onToggle}>
          {t(open ? "intake.hideFiles" : "intake.showFiles")}
        </Anchor>
      </RunFacts>
      {open && files?.length === 0 && <p className="small quiet">{t("intake.noFiles")}</p>}
      {open && files?.length === files_max && (
        <p className="small quiet">{t("intake.firstFiles", { count: files_max })}</p>
      )}
      {open && files && files.length > 0 && (
        <FileList>
          {files.map((file) => (
            <FileRow key={file.path} file={file} moving={status === "running"} />
          ))}
        </FileList>
      )}
    </RunCard>
  );
}

function FileRow({ file, moving }: { file: IntakeFile; moving: boolean }) {
  const { t, word } = useLanguage();
  const reading = file.status === "reading";
  const left_s = useSecondsLeft(file.share, 1, reading && moving);
  return (
    <FileState
      path={file.path}
      status={file.status}
      testId="intake-file"
      state={
        <>
          {word("intake.file", file.status)}
          {reading && file.share > 0 && <span className="number"> {Math.floor(100 * file.share)} %</span>}{" "}
          {formatLeft(left_s, t)}
        </>
      }
    >
      {reading && (
        <ProgressBar size={3} share={file.share > 0 ? file.share : null} label={file.path} resting={!moving} />
      )}
      {file.why && (file.status === "skipped" ? <WhySkipped why={file.why} /> : <WhyIncomplete gap={file.why} />)}
    </FileState>
  );
}

/** Why a file was left out; where the server knows more than its code says, in its own English too. */
function WhySkipped({ why }: { why: Sentence }) {
  const { sentence } = useLanguage();
  const text = sentence("intake.skip", why);
  const plain = (words: string) => words.toLowerCase().replace(/[.\s]+$/, "");
  return (
    <span className="quiet">
      {text} {plain(text) !== plain(why.sentence) && <span lang="en">({why.sentence})</span>}
    </span>
  );
}

/** What of a file could not be read. */
function WhyIncomplete({ gap }: { gap: Sentence }) {
  const { t, sentence } = useLanguage();
  return <span className="quiet">{gapText(gap, sentence("items.dropped", gap), t)}</span>;
}

/** What the batch is called: its folders and files, or as many as fit. */
function names(intake: Intake, nothing: string): string {
  if (intake.roots.length === 0) return nothing;
  const first = intake.roots.slice(0, 3).join(", ");
  return intake.roots.length > 3 ? `${first} + ${intake.roots.length - 3}` : first;
}
