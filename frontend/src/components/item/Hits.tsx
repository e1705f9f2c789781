import { Link } from "react-router";
import type { Hit } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { formatClock, formatDay } from "../../i18n/time";
import styles from "./Hits.module.css";
import { placeUrl } from "./passages";
import { seenTitle } from "./titles";

/** Found places, best first. */
export function Hits({ hits, twin }: { hits: readonly Hit[]; twin: string }) {
  const { language, t, word } = useLanguage();
  return (
    <ol className={styles.hits}>
      {hits.map((hit) => (
        <li key={hit.passage_id} data-testid="hit">
          <Link to={placeUrl(twin, hit)} className={styles.title}>
            {seenTitle(hit, t)}
            {hit.start_s != null && <span className="number"> {formatClock(hit.start_s)}</span>}
          </Link>
          <p className="eyebrow">
            {word("kind", hit.kind)}
            {hit.published && ` · ${formatDay(hit.published, language)}`}
          </p>
          <p className={styles.text}>{hit.text}</p>
        </li>
      ))}
    </ol>
  );
}
