import { Link } from "react-router";
import type { TranscriptHit } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatClock } from "../../../i18n/time";
import styles from "./Found.module.css";
import { excerpt } from "./excerpt";

interface FoundListProps {
  hits: readonly TranscriptHit[];
  words: string;
  hrefOf: (hit: TranscriptHit) => string;
}

/** Places where words are said, with who says them and when. */
export function FoundList({ hits, words, hrefOf }: FoundListProps) {
  const { t } = useLanguage();
  return (
    <ol className={styles.found} data-testid="found">
      {hits.map((hit) => {
        const { before, match, after } = excerpt(hit.text, words);
        return (
          <li key={hit.passage_id}>
            <Link to={hrefOf(hit)}>
              <span className={styles.where}>
                <b>{hit.item_title}</b>
                {hit.start_s != null && <span className="number">{formatClock(hit.start_s)}</span>}
                <span>{hit.is_creator ? t("transcript.you") : hit.speaker}</span>
              </span>
              <span className={styles.text}>
                {before}
                <mark>{match}</mark>
                {after}
              </span>
            </Link>
          </li>
        );
      })}
    </ol>
  );
}
