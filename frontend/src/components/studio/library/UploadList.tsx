import { Button } from "@mantine/core";
import { type Queue, shownFirst, totals, type Upload } from "../../../hooks/uploadQueue";
import { useLanguage } from "../../../hooks/useLanguage";
import { useSecondsLeft } from "../../../hooks/usePace";
import { formatLeft, formatSize } from "../../../i18n/size";
import { ProgressBar } from "../../ui/ProgressBar";
import { RunCard, RunFacts } from "../RunCard";
import { FileList, FileState } from "./FileList";

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
    <RunCard
      data-testid="uploads"
      data-phase={queue.phase}
      title={t(queue.phase === "idle" ? "upload.refusedTitle" : `upload.${queue.phase}`)}
      problem={queue.problem}
      actions={
        <>
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
        </>
      }
    >
      {queue.phase !== "idle" && (
        <>
          <ProgressBar
            share={sum.bytes > 0 ? sum.sent / sum.bytes : null}
            label={t("upload.together")}
            resting={resting}
          />
          <RunFacts>
            <span>{t("upload.count", { count: sum.files - sum.refused, arrived: sum.arrived })}</span>
            <span className="number">
              {formatSize(sum.sent)} / {formatSize(sum.bytes)}
            </span>
            <span>{formatLeft(left_s, t)}</span>
          </RunFacts>
        </>
      )}
      <FileList>
        {shown.map((file) => (
          <UploadRow key={file.path} file={file} />
        ))}
      </FileList>
      {sum.files > shown.length && (
        <p className="small quiet">{t("upload.more", { count: sum.files - shown.length })}</p>
      )}
    </RunCard>
  );
}

function UploadRow({ file }: { file: Upload }) {
  const { t, word, sentence } = useLanguage();
  const left_s = useSecondsLeft(file.sent, file.size, file.status === "sending");
  const sending = (
    <>
      <span className="number">
        {formatSize(file.sent)} / {formatSize(file.size)}
      </span>{" "}
      {formatLeft(left_s, t)}
    </>
  );
  return (
    <FileState
      path={file.path}
      status={file.status}
      state={file.status === "sending" ? sending : word("upload.status", file.status)}
    >
      {file.status === "sending" && (
        <ProgressBar size={3} share={file.size > 0 ? file.sent / file.size : null} label={file.path} />
      )}
      {file.problem && (
        <span className="quiet">{sentence("problem", { code: file.problem.code, sentence: file.problem.detail })}</span>
      )}
    </FileState>
  );
}
