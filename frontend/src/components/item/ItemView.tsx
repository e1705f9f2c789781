import { useEffect, useMemo, useState } from "react";
import { Link } from "react-router";
import type { Item } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { usePlayback } from "../../hooks/usePlayback";
import { formatDay } from "../../i18n/time";
import { citedSecond, passageAtAnchor, passageAtSecond } from "./passages";
import { Player } from "./Player";
import styles from "./Source.module.css";
import { seenTitle } from "./titles";
import { Transcript } from "./Transcript";

interface ItemViewProps {
  item: Item;
  /** The cited place, such as `t=83` or `p=4`. */
  anchor: string;
  /** It stands beside something else: the lines scroll within it. */
  contained?: boolean;
  /** Where nobody is logged in: the way to log in and come back. */
  logIn?: string;
}

/** An item at the cited place: its recording where there is one, and what it says. */
export function ItemView({ item, anchor, contained = false, logIn }: ItemViewProps) {
  const { t, language, word } = useLanguage();
  const cited = useMemo(() => passageAtAnchor(item.passages, anchor), [item.passages, anchor]);
  const cited_s = citedSecond(cited, anchor);
  const playback = usePlayback(cited_s ?? 0);
  const [moved, setMoved] = useState(false);
  const { playing, seek } = playback;

  useEffect(() => setMoved(false), [anchor, item.id]);
  useEffect(() => {
    if (playing) setMoved(true);
  }, [playing]);

  const hasRecording = item.media_url != null && logIn === undefined && !playback.failed;
  const title = seenTitle(item, t);
  const active = moved && hasRecording ? passageAtSecond(item.passages, playback.second) : cited;
  const Heading = contained ? "h2" : "h1";
  const timed = item.passages.some((passage) => passage.start_s != null);
  return (
    <div className={contained ? `${styles.item} ${styles.contained}` : styles.item}>
      <header className={styles.head}>
        <p className="eyebrow">
          {word("kind", item.kind)}
          {item.published && ` · ${formatDay(item.published, language)}`}
        </p>
        <Heading className={styles.title}>{title}</Heading>
      </header>
      {hasRecording && item.media_url != null && (
        <Player url={item.media_url} title={title} playback={playback} cited_s={cited_s} />
      )}
      {item.media_url != null && logIn !== undefined && (
        <p className="small">
          <Link to={logIn}>{t("item.logInToListen")}</Link>
        </p>
      )}
      {timed && !hasRecording && logIn === undefined && (
        <p className="small quiet">{t(playback.failed ? "item.failed" : "item.noRecording")}</p>
      )}
      {item.passages.length === 0 ? (
        <p className="quiet">{t("item.empty")}</p>
      ) : (
        <Transcript
          passages={item.passages}
          activeId={active?.id ?? null}
          citedId={cited?.id ?? null}
          onSeek={
            hasRecording
              ? (second) => {
                  setMoved(true);
                  seek(second);
                }
              : undefined
          }
        />
      )}
    </div>
  );
}
