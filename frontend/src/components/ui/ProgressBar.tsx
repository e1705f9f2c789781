import { Progress } from "@mantine/core";

interface ProgressBarProps {
  /** 0…1; null while it moves and nobody can tell how far. */
  share: number | null;
  label: string;
  /** It stands still. */
  resting?: boolean;
  size?: number;
}

/** How far something is. */
export function ProgressBar({ share, label, resting = false, size = 6 }: ProgressBarProps) {
  const percent = share === null ? undefined : Math.round(100 * Math.min(1, Math.max(0, share)));
  return (
    <Progress.Root
      size={size}
      transitionDuration={300}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <Progress.Section
        value={percent ?? (resting ? 0 : 100)}
        color={resting ? "var(--rule-strong)" : "var(--jade)"}
        animated={percent === undefined && !resting}
        withAria={false}
      />
    </Progress.Root>
  );
}
