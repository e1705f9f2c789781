import { useEffect, useRef } from "react";
import type { Passage } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { formatClock } from "../../i18n/time";
import styles from "./Source.module.css";

interface TranscriptProps {
  passages: readonly Passage[];
  activeId: string | null;
  citedId: string | null;
  /** Absent when there is nothing to play. */
  onSeek?: (second: number) => void;
}

/** Centre a line by moving the list alone where the list scrolls, so that the page around it stays put. */
function bringIntoSight(line: HTMLElement, list: HTMLElement) {
  if (list.scrollHeight <= list.clientHeight) {
    line.scrollIntoView({ block: "nearest", behavior: "smooth" });
    return;
  }
  const offset = line.getBoundingClientRect().top - list.getBoundingClientRect().top + list.scrollTop;
  list.scrollTo({ top: offset - (list.clientHeight - line.offsetHeight) / 2, behavior: "smooth" });
}

/** What an item says, line by line, the active one in sight. */
export function Transcript({ passages, activeId, citedId, onSeek }: TranscriptProps) {
  const { t } = useLanguage();
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const line = list.current?.querySelector<HTMLElement>("[data-active]");
    if (line && list.current) bringIntoSight(line, list.current);
  }, [activeId, passages]);

  return (
    <ol ref={list} className={styles.transcript}>
      {passages.map((passage) => {
        if (passage.is_gap) {
          return (
            <li key={passage.id} className={styles.gap} data-testid="gap">
              <span aria-hidden="true">{passage.text}</span>
              <span className="hidden">{t("item.gap")}</span>
            </li>
          );
        }
        const active = passage.id === activeId;
        const second = passage.start_s;
        const at = second == null ? null : formatClock(second);
        return (
          <li
            key={passage.id}
            id={passage.anchor}
            className={styles.line}
            data-active={active || undefined}
            data-testid={active ? "passage-active" : undefined}
            data-start={second ?? undefined}
            aria-current={active || undefined}
          >
            {at !== null &&
              (onSeek && second != null ? (
                <button
                  type="button"
                  className={styles.at}
                  onClick={() => onSeek(second)}
                  aria-label={t("item.seekTo", { at })}
                >
                  {at}
                </button>
              ) : (
                <span className={styles.at}>{at}</span>
              ))}
            {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- the time beside it is the same control for the keyboard */}
            <p
              onClick={onSeek && second != null ? () => onSeek(second) : undefined}
              data-seeks={onSeek !== undefined || undefined}
            >
              {passage.id === citedId && <span className="hidden">{t("item.cited")}: </span>}
              {passage.speaker && <b className={styles.speaker}>{passage.speaker}</b>}
              {passage.text}
            </p>
          </li>
        );
      })}
    </ol>
  );
}
