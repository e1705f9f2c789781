import type { ReactNode } from "react";
import { ProblemNote } from "../ui/ProblemNote";
import styles from "./RunCard.module.css";

interface RunCardProps {
  title: ReactNode;
  actions: ReactNode;
  /** A request that failed. */
  problem?: unknown;
  /** Why the work itself failed. */
  failure?: string | null;
  children: ReactNode;
  [data: `data-${string}`]: string | undefined;
}

/** One piece of work of the server's: its name and state, what can be done, and how far it is. */
export function RunCard({ title, actions, problem, failure, children, ...data }: RunCardProps) {
  return (
    <article className={styles.card} {...data}>
      <header className={styles.head}>
        <h3>{title}</h3>
        <div className="row">{actions}</div>
      </header>
      {problem != null && <ProblemNote problem={problem} />}
      {failure && (
        <p className={styles.failure} role="alert">
          {failure}
        </p>
      )}
      {children}
    </article>
  );
}

/** Short facts in a line. */
export function RunFacts({ children, quiet = false }: { children: ReactNode; quiet?: boolean }) {
  return <p className={`${styles.facts} ${quiet ? "quiet" : ""}`}>{children}</p>;
}
