import { ActionIcon } from "@mantine/core";
import type { Playback } from "../../hooks/usePlayback";
import { useLanguage } from "../../hooks/useLanguage";
import { formatClock } from "../../i18n/time";
import styles from "./Source.module.css";

interface PlayerProps {
  url: string;
  title: string;
  playback: Playback;
  /** The cited second, marked on the scale. */
  cited_s: number | null;
}

/** A recording with a scale in seconds. */
export function Player({ url, title, playback, cited_s }: PlayerProps) {
  const { t } = useLanguage();
  const { second, duration_s, playing } = playback;
  const share = (at: number) => `${duration_s > 0 ? (100 * at) / duration_s : 0}%`;
  return (
    <div className={styles.player} data-testid="player" data-second={second.toFixed(1)}>
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- its transcript stands below, line by line */}
      <video
        ref={playback.ref}
        className={playback.hasPicture ? styles.picture : "hidden"}
        src={url}
        aria-label={title}
        preload="metadata"
        playsInline
        onClick={playback.toggle}
      />
      <div className={styles.controls}>
        <ActionIcon
          className={styles.play}
          size={40}
          radius="50%"
          color="seal"
          onClick={playback.toggle}
          aria-label={t(playing ? "item.pause" : "item.play")}
        >
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d={playing ? "M5 3h4v14H5zM11 3h4v14h-4z" : "M5 2.500 17 10 5 17.500z"} />
          </svg>
        </ActionIcon>
        <div className={styles.scale}>
          {cited_s !== null && <span className={styles.cited} style={{ insetInlineStart: share(cited_s) }} />}
          <input
            type="range"
            min={0}
            max={Math.max(duration_s, 1)}
            step={1}
            value={Math.min(second, Math.max(duration_s, 1))}
            style={{ "--spent": share(second) } as React.CSSProperties}
            aria-label={t("item.position")}
            aria-valuetext={formatClock(second)}
            onChange={(event) => playback.seek(Number(event.currentTarget.value))}
          />
        </div>
        <span className="number small">
          {formatClock(second)} / {formatClock(duration_s)}
        </span>
      </div>
    </div>
  );
}
