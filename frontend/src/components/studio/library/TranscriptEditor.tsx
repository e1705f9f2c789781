import { type Dispatch, useEffect, useMemo, useRef } from "react";
import type { StudioPassage } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
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

/** Frames in which the lines around a place that was far away find their heights. */
const settling_frames = 4;

/** Glide to a line nearby; jump to one far away, and stay with it while the lines around it get their real heights. */
function bringIntoSight(line: Element) {
  const { top } = line.getBoundingClientRect();
  if (top > -2 * innerHeight && top < 3 * innerHeight) {
    line.scrollIntoView({ block: "nearest", behavior: "smooth" });
    return;
  }
  const settle = (frames: number) => {
    line.scrollIntoView({ block: "center", behavior: "instant" });
    if (frames > 0) requestAnimationFrame(() => settle(frames - 1));
  };
  settle(settling_frames);
}

/** A transcript whose lines can be corrected; the line that is spoken stays in sight. */
export function TranscriptEditor({ passages, lines, activeId, dispatch, onSeek, onSave }: TranscriptEditorProps) {
  const { t } = useLanguage();
  const list = useRef<HTMLOListElement>(null);
  const ids = useMemo(() => passages.map((passage) => passage.id), [passages]);
  useEffect(() => {
    if (lines.editing !== null) return;
    const line = list.current?.querySelector("[data-active]");
    if (line) bringIntoSight(line);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- leaving the editor moves nothing
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
