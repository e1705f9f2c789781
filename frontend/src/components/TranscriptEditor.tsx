import { type Dispatch, useEffect, useMemo, useRef } from "react";
import type { StudioPassage } from "../api/types";
import { useLanguage } from "../hooks/useLanguage";
import type { LineEvent, Lines } from "./lines";
import styles from "./Lines.module.css";
import { TranscriptLine } from "./TranscriptLine";

interface TranscriptEditorProps {
  passages: readonly StudioPassage[];
  lines: Lines;
  activeId: string | null;
  dispatch: Dispatch<LineEvent>;
  onSeek?: (second: number) => void;
  onSave: (passage_id: string, text: string) => void;
}

/** A transcript whose lines can be corrected; the line that is spoken stays in sight. */
export function TranscriptEditor({ passages, lines, activeId, dispatch, onSeek, onSave }: TranscriptEditorProps) {
  const { t } = useLanguage();
  const list = useRef<HTMLOListElement>(null);
  const ids = useMemo(() => passages.map((passage) => passage.id), [passages]);
  useEffect(() => {
    if (lines.editing !== null) return;
    list.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    // Leaving the editor moves nothing.
  }, [activeId]);
  return (
    <ol ref={list} className={styles.lines} aria-label={t("item.transcript")}>
      {passages.map((passage) => (
        <TranscriptLine
          key={passage.id}
          passage={passage}
          ids={ids}
          active={passage.id === activeId}
          chosen={lines.selection.chosen.has(passage.id)}
          editing={passage.id === lines.editing}
          dispatch={dispatch}
          onSeek={onSeek}
          onSave={onSave}
        />
      ))}
    </ol>
  );
}
