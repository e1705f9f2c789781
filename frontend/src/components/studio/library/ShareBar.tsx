import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./LibraryReport.module.css";

export interface Share {
  name: string;
  value: number;
}

const shown_max = 5;

/** One bar divided among a few names, largest first, with the names and their shares below it. */
export function ShareBar({ title, shares, unit }: { title: string; shares: readonly Share[]; unit: string }) {
  const { t, language } = useLanguage();
  const total = shares.reduce((sum, share) => sum + share.value, 0);
  if (total === 0) return null;
  const sorted = [...shares].filter((share) => share.value > 0).sort((a, b) => b.value - a.value);
  const rest = sorted.slice(shown_max).reduce((sum, share) => sum + share.value, 0);
  const parts = [...sorted.slice(0, shown_max), ...(rest > 0 ? [{ name: t("report.others"), value: rest }] : [])];
  const number = (value: number) => Math.round(value).toLocaleString(language === "zh" ? "zh-CN" : "en");
  const percent = (value: number) => `${Math.max(1, Math.round((100 * value) / total))} %`;
  return (
    <div className={styles.shares}>
      <h4>
        {title} <small>{unit}</small>
      </h4>
      <div className={styles.bar} aria-hidden="true">
        {parts.map((part, place) => (
          <span key={part.name} data-place={place} style={{ flexGrow: part.value }} />
        ))}
      </div>
      <ul>
        {parts.map((part, place) => (
          <li key={part.name}>
            <i data-place={place} aria-hidden="true" />
            {part.name} <b>{percent(part.value)}</b> <small>{number(part.value)}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}
