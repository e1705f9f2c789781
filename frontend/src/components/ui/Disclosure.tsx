import type { ReactNode } from "react";
import styles from "../studio/library/Panels.module.css";

interface DisclosureProps {
  title: string;
  hint: string;
  count?: number;
  children: ReactNode;
}

/** A part of a page that is opened when it is wanted. */
export function Disclosure({ title, hint, count, children }: DisclosureProps) {
  return (
    <details className={styles.disclosure}>
      <summary>
        <h2>{title}</h2>
        {count !== undefined && count > 0 && <span className="number quiet">{count}</span>}
        <span className={styles.hint}>{hint}</span>
      </summary>
      <div className="stack">{children}</div>
    </details>
  );
}
