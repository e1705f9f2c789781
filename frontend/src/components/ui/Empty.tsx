import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { useLanguage } from "../../hooks/useLanguage";
import styles from "./Empty.module.css";

/** A list with nothing in it, and what would fill it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p>{title}</p>
      {children && <div className="small">{children}</div>}
    </div>
  );
}

/** Something is on its way. */
export function Waiting({ lines = 4 }: { lines?: number }) {
  const { t } = useLanguage();
  return (
    <div className={styles.waiting} role="status" aria-label={t("common.loading")}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={18} width={`${96 - ((line * 17) % 40)}%`} />
      ))}
    </div>
  );
}
