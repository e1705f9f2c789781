import styles from "./Figures.module.css";

export interface Figure {
  label: string;
  value: string;
  hint?: string;
  strong?: boolean;
}

/** A few numbers that say how things stand. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className={styles.figures}>
      {figures.map((figure) => (
        <div key={figure.label} className={figure.strong ? styles.strong : undefined}>
          <dt>{figure.label}</dt>
          <dd className={styles.value}>{figure.value}</dd>
          {figure.hint && <dd className={styles.hint}>{figure.hint}</dd>}
        </div>
      ))}
    </dl>
  );
}
