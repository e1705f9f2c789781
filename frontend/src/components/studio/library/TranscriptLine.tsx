import { type Dispatch, memo, type MouseEvent } from "react";
import type { StudioPassage } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatClock } from "../../../i18n/time";
import { LineEditor } from "./LineEditor";
import type { LineEvent } from "./lines";
import styles from "./Lines.module.css";

interface TranscriptLineProps {
  passage: StudioPassage;
  ids: readonly string[];
  active: boolean;
  chosen: boolean;
  editing: boolean;
  dispatch: Dispatch<LineEvent>;
  /** Absent when there is nothing to play. */
  onSeek?: (second: number) => void;
  onSave: (passage_id: string, text: string) => void;
}

/** One passage: when, who, what, and what was found about it. Drawn again only when it changes. */
export const TranscriptLine = memo(function TranscriptLine(props: TranscriptLineProps) {
  const { passage, ids, active, chosen, editing, dispatch, onSeek, onSave } = props;
  const { t, word } = useLanguage();
  const second = passage.start_s ?? null;
  const at = second === null ? null : formatClock(second);
  const name = passage.is_creator ? t("transcript.you") : passage.speaker || t("transcript.unknown");
  const jump = (event: MouseEvent) => {
    // Somebody who selects words does not want to go anywhere.
    if (onSeek && second !== null && event.detail === 1 && String(getSelection()) === "") onSeek(second);
  };
  return (
    <li
      id={passage.anchor}
      className={styles.line}
      data-testid="line"
      data-active={active || undefined}
      data-chosen={chosen || undefined}
      data-marked={passage.marks.length > 0 || undefined}
      aria-current={active || undefined}
    >
      <input
        type="checkbox"
        checked={chosen}
        aria-label={t("transcript.choose", { place: at ?? String(passage.ordinal + 1) })}
        onChange={(event) =>
          dispatch({
            type: "clicked",
            id: passage.id,
            ids,
            range: (event.nativeEvent as unknown as MouseEvent).shiftKey,
          })
        }
      />
      <div className={styles.about}>
        {at !== null &&
          (onSeek && second !== null ? (
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
        <button
          type="button"
          className={styles.speaker}
          data-testid="speaker"
          data-creator={passage.is_creator || undefined}
          aria-label={t("transcript.changeSpeaker", { name })}
          onClick={() => dispatch({ type: "ask", id: passage.id })}
        >
          {name}
        </button>
        {passage.marks.map((mark) => (
          <span key={mark} className={styles.mark} title={word("transcript.markHint", mark)}>
            {word("transcript.mark", mark)}
          </span>
        ))}
        {passage.edited && <span className={styles.edited}>{t("transcript.edited")}</span>}
        {!editing && (
          <button type="button" className={styles.edit} onClick={() => dispatch({ type: "edit", id: passage.id })}>
            {t("transcript.edit")}
          </button>
        )}
      </div>
      {editing ? (
        <LineEditor
          text={passage.text}
          onSave={(text) => onSave(passage.id, text)}
          onCancel={() => dispatch({ type: "edit", id: null })}
        />
      ) : (
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- the buttons above do the same for the keyboard
        <p
          className={styles.text}
          data-seeks={(onSeek !== undefined && second !== null) || undefined}
          onClick={jump}
          onDoubleClick={() => dispatch({ type: "edit", id: passage.id })}
        >
          {passage.text}
        </p>
      )}
    </li>
  );
});
