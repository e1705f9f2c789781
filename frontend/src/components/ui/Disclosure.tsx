import { Accordion } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./Disclosure.module.css";

/** Parts of a page that are opened when they are wanted. */
export function Disclosures({ children }: { children: ReactNode }) {
  return (
    <Accordion multiple order={2} chevronPosition="left" chevronSize={14} classNames={styles}>
      {children}
    </Accordion>
  );
}

interface DisclosureProps {
  name: string;
  title: string;
  hint: string;
  count?: number;
  children: ReactNode;
}

/** One of them. */
export function Disclosure({ name, title, hint, count, children }: DisclosureProps) {
  return (
    <Accordion.Item value={name}>
      <Accordion.Control>
        <span className={styles.title}>{title}</span>
        {count !== undefined && count > 0 && <span className="number quiet">{count}</span>}
        <span className={styles.hint}>{hint}</span>
      </Accordion.Control>
      <Accordion.Panel>
        <div className="stack">{children}</div>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
