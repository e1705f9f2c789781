import type { ComponentProps } from "react";
import styles from "./Ask.module.css";

/** What the creator must answer before anything else. */
export function Ask(props: ComponentProps<"section">) {
  return <section className={styles.ask} {...props} />;
}
