import styles from "./Facts.module.css";

interface FactsProps {
  facts: readonly (readonly [name: string, value: string])[];
  testId?: string;
}

/** Names with their values, in a line that wraps. */
export function Facts({ facts, testId }: FactsProps) {
  return (
    <dl className={styles.facts} data-testid={testId}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
