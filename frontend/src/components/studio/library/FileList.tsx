import type { ReactNode } from "react";
import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./FileList.module.css";

/** Files on their way, a row each. */
export function FileList({ children }: { children: ReactNode }) {
  const { t } = useLanguage();
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it
    <div className={styles.scrolls} role="region" aria-label={t("intake.files")} tabIndex={0}>
      <ul className={styles.files}>{children}</ul>
    </div>
  );
}

interface FileStateProps {
  path: string;
  status: string;
  /** How it is, in words. */
  state: ReactNode;
  testId?: string;
  /** Its progress, or why it was left out. */
  children?: ReactNode;
}

/** One file: where it came from and what became of it. */
export function FileState({ path, status, state, testId, children }: FileStateProps) {
  return (
    <li className={styles.file} data-status={status} data-testid={testId}>
      <span className={styles.path}>{path}</span>
      <span className={styles.state}>{state}</span>
      {children}
    </li>
  );
}
