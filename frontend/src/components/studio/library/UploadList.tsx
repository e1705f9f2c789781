import { Button } from "@mantine/core";
import { type Queue, shownFirst, totals, type Upload } from "../../../hooks/uploadQueue";
import { useLanguage } from "../../../hooks/useLanguage";
import { useSecondsLeft } from "../../../hooks/usePace";
import { formatLeft, formatSize } from "../../../i18n/size";
import styles from "./Intake.module.css";
import { ProblemNote } from "../../ui/ProblemNote";
import { ProgressBar } from "../../ui/ProgressBar";

const shown_max = 12;

interface UploadListProps {
  queue: Queue;
  onPause: () => void;
  onResume: () => void;
  onCancel: () => void;
  onDismiss: () => void;
}

/** Files on their way to the server: all together, and those that travel one by one. */
export function UploadList({ queue, onPause, onResume, onCancel, onDismiss }: UploadListProps) {
  const { t } = useLanguage();
  const sum = totals(queue);
  const left_s = useSecondsLeft(sum.sent, sum.bytes, queue.phase === "sending");
  const shown = shownFirst(queue, shown_max);
  if (queue.files.length === 0) return null;
  const resting = queue.phase === "paused" || queue.phase === "stopped";
  return (
    <article className={styles.card} data-testid="uploads" data-phase={queue.phase}>
      <header className={styles.head}>
        <h3>{t(queue.phase === "idle" ? "upload.refusedTitle" : `upload.${queue.phase}`)}</h3>
        <div className={styles.actions}>
          {queue.phase === "sending" && (
            <Button size="compact-sm" variant="default" onClick={onPause}>
              {t("intake.pause")}
            </Button>
          )}
          {resting && (
            <Button size="compact-sm" onClick={onResume}>
              {t("intake.goOn")}
            </Button>
          )}
          {queue.phase === "idle" ? (
            <Button size="compact-sm" variant="subtle" onClick={onDismiss}>
              {t("common.close")}
            </Button>
          ) : (
            <Button size="compact-sm" variant="subtle" color="gray" onClick={onCancel}>
              {t("common.cancel")}
            </Button>
          )}
        </div>
      </header>
      {queue.problem && <ProblemNote problem={queue.problem} />}
      {queue.phase !== "idle" && (
        <>
          <ProgressBar share={sum.bytes > 0 ? sum.sent / sum.bytes : null} label={t("upload.together")} resting={resting} />
          <p className={styles.facts}>
            <span>{t("upload.count", { count: sum.files - sum.refused, arrived: sum.arrived })}</span>
            <span className="number">
              {formatSize(sum.sent)} / {formatSize(sum.bytes)}
            </span>
            <span>{formatLeft(left_s, t)}</span>
          </p>
        </>
      )}
      <ul className={styles.files}>
        {shown.map((file) => (
          <UploadRow key={file.path} file={file} />
        ))}
      </ul>
      {sum.files > shown.length && <p className="small quiet">{t("upload.more", { count: sum.files - shown.length })}</p>}
    </article>
  );
}

function UploadRow({ file }: { file: Upload }) {
  const { t, word, sentence } = useLanguage();
  const left_s = useSecondsLeft(file.sent, file.size, file.status === "sending");
  return (
    <li className={styles.file} data-status={file.status}>
      <span className={styles.path}>{file.path}</span>
      <span className={styles.state}>
        {file.status === "sending" ? (
          <>
            <span className="number">
              {formatSize(file.sent)} / {formatSize(file.size)}
            </span>{" "}
            {formatLeft(left_s, t)}
          </>
        ) : (
          word("upload.status", file.status)
        )}
      </span>
      {file.status === "sending" && <ProgressBar share={file.size > 0 ? file.sent / file.size : null} label={file.path} />}
      {file.problem && (
        <span className={styles.why}>
          {sentence("problem", { code: file.problem.code, sentence: file.problem.detail })}
        </span>
      )}
    </li>
  );
}
