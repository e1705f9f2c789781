import { Button, Modal } from "@mantine/core";
import { useCallback, useEffect, useMemo, useReducer, useState } from "react";
import type { StudioItem } from "../../../api/types";
import { afterLineEvent, untouched } from "../../../components/studio/library/lines";
import { citedSecond, passageAtAnchor, passageAtSecond } from "../../../components/item/passages";
import { Player } from "../../../components/item/Player";
import { ProblemNote } from "../../../components/ui/ProblemNote";
import { among } from "../../../components/studio/library/selection";
import { SpeakerForm } from "../../../components/studio/library/SpeakerForm";
import { TranscriptEditor } from "../../../components/studio/library/TranscriptEditor";
import { UndoNotification } from "../../../components/studio/library/UndoNotification";
import { useLanguage } from "../../../hooks/useLanguage";
import { useLibraryEdits } from "../../../hooks/useLibraryEdits";
import { usePlayback } from "../../../hooks/usePlayback";
import { formatDay } from "../../../i18n/time";
import styles from "./Transcript.module.css";

interface TranscriptWorkbenchProps {
  slug: string;
  item: StudioItem;
  /** The place to begin at, such as `t=83` or `p=4`. */
  anchor: string;
}

/** A recording beside its transcript: listened to, corrected, and said who speaks. */
export function TranscriptWorkbench({ slug, item, anchor }: TranscriptWorkbenchProps) {
  const { t, word, language } = useLanguage();
  const { editText, setSpeaker, exclude, undo, latest } = useLibraryEdits(slug);
  const [lines, dispatch] = useReducer(afterLineEvent, untouched);
  const { passages } = item;
  const place = useMemo(() => passageAtAnchor(passages, anchor), [passages, anchor]);
  const playback = usePlayback(citedSecond(place, anchor) ?? 0);
  const [moved, setMoved] = useState(false);
  const { playing, seek } = playback;
  useEffect(() => setMoved(false), [anchor]);
  useEffect(() => {
    if (playing) setMoved(true);
  }, [playing]);
  const hasRecording = item.media_url != null && !playback.failed;
  const active = moved && hasRecording ? passageAtSecond(passages, playback.second) : place;
  const onSeek = useCallback(
    (second: number) => {
      setMoved(true);
      seek(second);
    },
    [seek],
  );
  const { mutate: save } = editText;
  const onSave = useCallback(
    (passage_id: string, text: string) => {
      save({ item_id: item.id, passage_id, text });
      dispatch({ type: "edit", id: null });
    },
    [save, item.id],
  );
  const chosen = among(
    lines.selection,
    passages.map((passage) => passage.id),
  );
  const asked = passages.find((passage) => passage.id === lines.asking);
  const problem = editText.error ?? exclude.error ?? undo.error;
  return (
    <div className={styles.workbench}>
      <div className={styles.side}>
        <header>
          <p className="eyebrow">
            {word("kind", item.kind)}
            {item.published && ` · ${formatDay(item.published, language)}`} · {item.path}
          </p>
          <h1 className={styles.title}>{item.title}</h1>
        </header>
        {item.media_url != null && !playback.failed && (
          <Player url={item.media_url} title={item.title} playback={playback} cited_s={null} />
        )}
        {playback.failed && <p className="small quiet">{t("item.failed")}</p>}
        <div className="row">
          <Button
            size="compact-sm"
            variant="default"
            loading={exclude.isPending}
            onClick={() => exclude.mutate({ ids: [item.id], excluded: !item.excluded })}
          >
            {t(item.excluded ? "items.include" : "items.exclude")}
          </Button>
          {item.excluded && <span className="small quiet">{t("items.excludedHint")}</span>}
          {item.duplicate_of != null && <span className="small quiet">{t("transcript.duplicate")}</span>}
        </div>
        {chosen.length > 0 && (
          <p className={styles.chosen} aria-live="polite">
            {t("transcript.chosen", { count: chosen.length })}{" "}
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => dispatch({ type: "ask", id: chosen[0] ?? null })}
            >
              {t("transcript.who")}
            </Button>
            <Button size="compact-sm" variant="subtle" onClick={() => dispatch({ type: "none" })}>
              {t("items.chooseNone")}
            </Button>
          </p>
        )}
        {problem && <ProblemNote problem={problem} />}
      </div>
      {passages.length === 0 ? (
        <p className="quiet">{t("item.empty")}</p>
      ) : (
        <TranscriptEditor
          passages={passages}
          lines={lines}
          activeId={active?.id ?? null}
          dispatch={dispatch}
          onSeek={hasRecording ? onSeek : undefined}
          onSave={onSave}
        />
      )}
      <Modal
        opened={asked !== undefined}
        onClose={() => dispatch({ type: "ask", id: null })}
        title={t("transcript.who")}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        {setSpeaker.error && <ProblemNote problem={setSpeaker.error} />}
        {asked && (
          <SpeakerForm
            key={asked.id}
            passages={passages}
            line={asked}
            chosen={chosen}
            busy={setSpeaker.isPending}
            onSet={(passage_ids, speaker, is_creator) =>
              setSpeaker.mutate(
                { passage_ids, speaker, is_creator },
                { onSuccess: () => (dispatch({ type: "ask", id: null }), dispatch({ type: "none" })) },
              )
            }
          />
        )}
      </Modal>
      <UndoNotification change={latest} busy={undo.isPending} onUndo={undo.mutate} />
    </div>
  );
}
