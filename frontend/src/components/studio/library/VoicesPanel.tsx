import { Button } from "@mantine/core";
import type { Voice } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatClock } from "../../../i18n/time";
import { Status } from "../../ui/Status";
import styles from "./People.module.css";

interface VoicesPanelProps {
  voices: readonly Voice[];
  playing: string | null;
  busy: boolean;
  onPlay: (voice: Voice) => void;
  onChoose: (voice: Voice) => void;
  onDisown: (voice: Voice) => void;
}

/** The people heard in recordings, each to listen to, and which of them is the creator. */
export function VoicesPanel({ voices, playing, busy, onPlay, onChoose, onDisown }: VoicesPanelProps) {
  const { t, word } = useLanguage();
  return (
    <ul className={styles.people} data-testid="voices">
      {voices.map((voice, at) => (
        <li key={voice.id}>
          <span className={styles.who}>
            <span>
              <b>{t("voices.voice", { number: at + 1 })}</b>{" "}
              <Status status="found">
                {t(voice.is_guess ? "voices.guess" : "voices.is", { who: word("voices.decision", voice.decision) })}
              </Status>
            </span>
            <span className="small quiet">
              {t("voices.heard", { count: voice.items, time: formatClock(voice.seconds) })} · {voice.item_title},{" "}
              {formatClock(voice.start_s)}
            </span>
          </span>
          <span className={styles.choices}>
            {voice.media_url != null && (
              <Button
                size="compact-sm"
                variant="default"
                aria-pressed={playing === voice.id}
                onClick={() => onPlay(voice)}
              >
                {t(playing === voice.id ? "voices.stop" : "voices.listen")}
              </Button>
            )}
            {voice.decision !== "creator" && (
              <Button size="compact-sm" variant="default" disabled={busy} onClick={() => onChoose(voice)}>
                {t("voices.mine")}
              </Button>
            )}
            {voice.decision !== "other" && (
              <Button size="compact-sm" variant="default" disabled={busy} onClick={() => onDisown(voice)}>
                {t("voices.notMine")}
              </Button>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
