import { Link } from "react-router";
import type { Example } from "../api/types";
import { useLanguage } from "../hooks/useLanguage";
import { formatClock } from "../i18n/time";
import styles from "./Figures.module.css";
import { placeUrl } from "./passages";

/** One training example: what was asked, what it learned to answer, and where that comes from. */
export function ExampleCard({ example, twin }: { example: Example; twin: string }) {
  const { t } = useLanguage();
  const asked = example.messages.filter((message) => message.role !== "system");
  return (
    <article className="sheet stack" data-testid="example">
      <header className={styles.cardHead}>
        <span className="eyebrow">{t("library.number", { number: example.number })}</span>
        <span className={styles.status}>{example.kind}</span>
        {example.item_id ? (
          <Link to={placeUrl(twin, { item_id: example.item_id, anchor: example.anchor ?? "" })} data-testid="example-source">
            {example.item_title ?? t("library.source")}
            {example.start_s != null && <span className="number"> {formatClock(example.start_s)}</span>}
          </Link>
        ) : (
          <span className="quiet">{t("library.noSource")}</span>
        )}
      </header>
      {asked.map((message, place) => (
        <div key={place} className={styles.message}>
          <span className="eyebrow">{message.role}</span>
          <p>{message.content}</p>
        </div>
      ))}
      <div className={`${styles.message} ${styles.taught}`}>
        <span className="eyebrow">{twin}</span>
        <p>{example.answer}</p>
      </div>
    </article>
  );
}
