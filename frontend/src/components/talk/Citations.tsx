import type { Citation } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { formatClock } from "../../i18n/time";
import styles from "./Thread.module.css";
import { seenTitle } from "../item/titles";

interface CitationsProps {
  citations: readonly Citation[];
  /** The address of the cited place, for opening it elsewhere. */
  href: (citation: Citation) => string;
  onOpen: (citation: Citation) => void;
  opened: string | null;
}

/** The numbered sources of an answer. */
export function Citations({ citations, href, onOpen, opened }: CitationsProps) {
  const { t } = useLanguage();
  if (citations.length === 0) return null;
  return (
    <div className={styles.citations} role="group" aria-label={t("talk.sources")}>
      {citations.map((citation) => {
        const { number, start_s } = citation;
        const title = seenTitle(citation, t);
        const at = start_s == null ? null : formatClock(start_s);
        const label = at === null ? t("talk.sourcePlain", { number, title }) : t("talk.source", { number, title, at });
        return (
          <a
            key={citation.number}
            className={styles.citation}
            data-testid="citation"
            data-start={start_s ?? undefined}
            aria-current={opened === citation.passage_id || undefined}
            title={citation.quote}
            href={href(citation)}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
              event.preventDefault();
              onOpen(citation);
            }}
          >
            <span className="hidden">{label}</span>
            <span className={styles.citationNumber} aria-hidden="true">
              {number}
            </span>
            <span className={styles.citationTitle} aria-hidden="true">
              {title}
            </span>
            {at !== null && (
              <span className="number" aria-hidden="true">
                {at}
              </span>
            )}
          </a>
        );
      })}
    </div>
  );
}
