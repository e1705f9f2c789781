import type { ComponentProps } from "react";
import styles from "./Note.module.css";

interface NoteProps extends ComponentProps<"div"> {
  /** Something went wrong. */
  problem?: boolean;
}

/** A sentence in a frame, with what can be done about it. */
export function Note({ problem = false, ...rest }: NoteProps) {
  return <div className={styles.note} data-problem={problem || undefined} {...rest} />;
}
