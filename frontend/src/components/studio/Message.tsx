import type { ReactNode } from "react";
import styles from "./Message.module.css";

interface MessageProps {
  by: string;
  /** Whether the twin learns it; absent where that is not the question. */
  learned?: "yes" | "no";
  children: ReactNode;
}

/** A message as it was written, with its writer. */
export function Message({ by, learned, children }: MessageProps) {
  return (
    <div className={styles.message} data-learned={learned}>
      <span className="eyebrow">{by}</span>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls a long one */}
      <p tabIndex={0}>{children}</p>
    </div>
  );
}
