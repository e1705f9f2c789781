import { Button } from "@mantine/core";
import { memo } from "react";
import type { Citation, Turn } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { Citations } from "./Citations";
import { RichText } from "./RichText";
import { Seal } from "../ui/Seal";
import { type Thumb, Thumbs } from "./Thumbs";
import styles from "./Thread.module.css";

export interface SourceDoor {
  href: (citation: Citation) => string;
  open: (citation: Citation) => void;
  opened: string | null;
}

interface AnswerProps {
  turn: Turn;
  name: string;
  sources: SourceDoor;
  /** Absent while another answer cannot be asked for. */
  onRetry?: (answer_id: string) => void;
  /** Absent where answers cannot be rated. */
  onThumb?: (answer_id: string, thumb: Thumb | null) => void;
}

/** A finished answer with its sources. */
export const Answer = memo(function Answer({ turn, name, sources, onRetry, onThumb }: AnswerProps) {
  const { t } = useLanguage();
  const broken = turn.status === "failed";
  return (
    <article className={styles.answer} data-testid="answer" data-status={turn.status} aria-label={name}>
      <Seal name={name} size="small" />
      <div className={styles.body}>
        <div className={styles.words}>
          <RichText text={turn.text} citations={turn.citations} onCitation={sources.open} />
        </div>
        {turn.status === "stopped" && <p className={styles.remark}>{t("talk.stopped")}</p>}
        {turn.status === "refused" && <p className={styles.remark}>{t("talk.refused", { name })}</p>}
        {broken && <p className={styles.remark}>{t("talk.failed")}</p>}
        <Citations citations={turn.citations} href={sources.href} onOpen={sources.open} opened={sources.opened} />
        <div className={styles.after}>
          {onThumb && turn.status === "complete" && (
            <Thumbs thumb={turn.thumb} onThumb={(thumb) => onThumb(turn.id, thumb)} />
          )}
          {onRetry && (
            <Button
              data-testid="retry"
              size="compact-sm"
              variant={broken ? "default" : "subtle"}
              color="gray"
              onClick={() => onRetry(turn.id)}
            >
              {t("talk.retry")}
            </Button>
          )}
          {turn.alternatives > 1 && <span>{t("talk.takes", { count: turn.alternatives - 1 })}</span>}
        </div>
      </div>
    </article>
  );
});

/** An answer that is being written, or waited for when `text` is empty. */
export function StreamingAnswer({ text, name }: { text: string; name: string }) {
  const { t } = useLanguage();
  return (
    <article className={styles.answer} data-testid="answer" data-status="streaming" aria-label={name}>
      <Seal name={name} size="small" speaking />
      <div className={styles.body}>
        {text === "" ? (
          <p className={styles.thinking}>{t("talk.thinking", { name })}</p>
        ) : (
          <div className={styles.words}>
            <RichText text={text} />
          </div>
        )}
      </div>
    </article>
  );
}
