import styles from "./Seal.module.css";

/** One Chinese character or two initials: what fits on a seal. */
export function sealLetters(name: string): string {
  const trimmed = name.trim();
  if (/^\p{Script=Han}/u.test(trimmed)) return Array.from(trimmed)[0] ?? "";
  const words = trimmed.split(/\s+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => Array.from(word)[0]?.toUpperCase() ?? "")
    .join("");
}

interface SealProps {
  name: string;
  size?: "small" | "medium" | "large";
  speaking?: boolean;
}

/** The mark of a twin. */
export function Seal({ name, size = "medium", speaking = false }: SealProps) {
  const classes = [styles.seal, size !== "medium" && styles[size], speaking && styles.speaking];
  return (
    <span className={classes.filter(Boolean).join(" ")} aria-hidden="true">
      <span className={styles.face}>{sealLetters(name)}</span>
    </span>
  );
}
