import { ActionIcon } from "@mantine/core";
import { useLanguage } from "../../hooks/useLanguage";
import styles from "./Thumbs.module.css";

export type Thumb = "up" | "down";

interface ThumbsProps {
  thumb: Thumb | null;
  /** Null takes it back. */
  onThumb: (thumb: Thumb | null) => void;
}

/** Whether an answer was good, as two buttons that stay pressed. */
export function Thumbs({ thumb, onThumb }: ThumbsProps) {
  const { t } = useLanguage();
  return (
    <div className={styles.thumbs} role="group" aria-label={t("thumbs.rate")}>
      {(["up", "down"] as const).map((one) => (
        <ActionIcon
          key={one}
          variant="subtle"
          color={thumb === one ? "jade" : "gray"}
          size={36}
          radius="50%"
          aria-pressed={thumb === one}
          aria-label={t(`thumbs.${one}`)}
          title={t(`thumbs.${one}`)}
          data-testid={`thumb-${one}`}
          onClick={() => onThumb(thumb === one ? null : one)}
        >
          <Hand down={one === "down"} />
        </ActionIcon>
      ))}
    </div>
  );
}

function Hand({ down }: { down: boolean }) {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" transform={down ? "scale(1 -1)" : undefined}>
      <path d="M3 9h3v8H3zM8 9.5 11 3c1.4 0 2.2 1 2 2.3L12.5 8H16a1.6 1.6 0 0 1 1.6 2l-1.4 5.6A2 2 0 0 1 14.3 17H8z" />
    </svg>
  );
}
