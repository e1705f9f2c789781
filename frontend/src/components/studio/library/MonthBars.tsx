import type { Report } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./LibraryReport.module.css";
import { type Column, monthColumns } from "./monthColumns";

/** What was published when: one bar a month, as high as its words. */
export function MonthBars({ months }: { months: Report["months"] }) {
  const { t, language } = useLanguage();
  const columns = monthColumns(months);
  const most = Math.max(...columns.map((column) => column.words), 1);
  const number = (value: number) => value.toLocaleString(language === "zh" ? "zh-CN" : "en");
  const label = (column: Column) =>
    t("report.monthLabel", {
      month: column.from === column.to ? column.from : `${column.from} – ${column.to}`,
      words: number(column.words),
      items: t("report.count.items", { count: column.items, number: number(column.items) }),
    });
  return (
    <figure className={styles.months}>
      <div
        className={styles.columns}
        role="img"
        aria-label={columns
          .filter((one) => one.items > 0)
          .map(label)
          .join("; ")}
      >
        {columns.map((column) => (
          <div key={column.from} title={label(column)} data-empty={column.items === 0}>
            <span style={{ blockSize: `${Math.max(column.items > 0 ? 2 : 0, (100 * column.words) / most)}%` }} />
          </div>
        ))}
      </div>
      <figcaption>
        <span>{columns.at(0)?.from}</span>
        <span>{t("report.most", { words: number(most) })}</span>
        <span>{columns.at(-1)?.to}</span>
      </figcaption>
    </figure>
  );
}
