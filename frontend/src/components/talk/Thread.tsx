import type { ReactNode } from "react";
import type { CallView, Notice } from "../../hooks/callState";
import { useLanguage } from "../../hooks/useLanguage";
import { Answer, type SourceDoor, StreamingAnswer } from "./Answer";
import styles from "./Thread.module.css";
import type { Thumb } from "./Thumbs";

interface ThreadProps {
  view: CallView;
  name: string;
  greeting: string;
  sources: SourceDoor;
  onRetry?: (answer_id: string) => void;
  onThumb?: (answer_id: string, thumb: Thumb | null) => void;
  children?: ReactNode;
}

/** The conversation: greeting, questions and answers, what is being said now. */
export function Thread({ view, name, greeting, sources, onRetry, onThumb, children }: ThreadProps) {
  const { t } = useLanguage();
  const last = view.turns.at(-1)?.id;
  return (
    <div
      className={styles.thread}
      role="log"
      aria-live="polite"
      aria-relevant="additions text"
      aria-label={t("talk.conversation")}
    >
      {greeting && <p className={styles.greeting}>{greeting}</p>}
      {view.turns.map((turn) =>
        turn.role === "user" ? (
          <article key={turn.id} className={styles.question} aria-label={t("talk.you")}>
            <p>{turn.text}</p>
          </article>
        ) : (
          <Answer
            key={turn.id}
            turn={turn}
            name={name}
            sources={sources}
            onRetry={turn.id === last ? onRetry : undefined}
            onThumb={onThumb}
          />
        ),
      )}
      {Object.entries(view.streaming).map(([id, text]) => (
        <StreamingAnswer key={id} text={text} name={name} />
      ))}
      {view.awaiting !== null && <StreamingAnswer text="" name={name} />}
      {view.notices.filter(isWorthSaying).map((notice) => (
        <p key={notice.kind + notice.text} className={styles.notice} data-kind={notice.kind}>
          {notice.text}
        </p>
      ))}
      {children}
    </div>
  );
}

/** The notice that this is an AI stands beside the conversation all the time. */
const isWorthSaying = (notice: Notice) => notice.kind !== "ai";
