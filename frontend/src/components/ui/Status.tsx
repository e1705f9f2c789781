import type { ReactNode } from "react";
import styles from "./Status.module.css";

interface StatusProps {
  /** Decides the colour, such as `running` or `failed`; plain when absent. */
  status?: string;
  title?: string;
  children: ReactNode;
}

/** A state in one word. */
export function Status({ status, title, children }: StatusProps) {
  return (
    <span className={styles.status} data-status={status} title={title}>
      {children}
    </span>
  );
}
