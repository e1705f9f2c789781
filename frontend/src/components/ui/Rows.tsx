import type { ReactNode } from "react";
import styles from "./Rows.module.css";

interface RowsProps {
  /** `<li>`s: what it is, then what is known of it, then what can be done. */
  children: ReactNode;
  ordered?: boolean;
  /** Names a long list, which scrolls within itself. */
  scrolls?: string;
  testId?: string;
}

/** A list with a rule under each entry. */
export function Rows({ children, ordered = false, scrolls, testId }: RowsProps) {
  const List = ordered ? "ol" : "ul";
  const list = (
    <List className={styles.rows} data-testid={testId}>
      {children}
    </List>
  );
  if (scrolls === undefined) return list;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it
    <div className={styles.scrolls} role="region" aria-label={scrolls} tabIndex={0}>
      {list}
    </div>
  );
}
