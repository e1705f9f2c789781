import styles from "../studio/library/Intake.module.css";

interface ProgressBarProps {
  /** 0…1; null while it moves and nobody can tell how far. */
  share: number | null;
  label: string;
  /** It stands still. */
  resting?: boolean;
}

/** How far something is. */
export function ProgressBar({ share, label, resting = false }: ProgressBarProps) {
  const percent = share === null ? undefined : Math.round(100 * Math.min(1, Math.max(0, share)));
  return (
    <div
      className={styles.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      data-resting={resting || undefined}
      data-unknown={percent === undefined || undefined}
    >
      <span style={{ inlineSize: `${percent ?? (resting ? 0 : 100)}%` }} />
    </div>
  );
}
