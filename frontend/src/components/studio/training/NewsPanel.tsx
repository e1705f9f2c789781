import { Anchor } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "react-router";
import type { TrainingNews } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { transcriptPath } from "../../../routes";
import { Rows } from "../../ui/Rows";
import { Ask } from "../Ask";
import styles from "./Training.module.css";

/** What the twin does not know of its library yet; what it must not know comes first. */
export function NewsPanel({ slug, news }: { slug: string; news: TrainingNews }) {
  const { t, language } = useLanguage();
  const [open, { toggle }] = useDisclosure(false);
  const whole = (value: number) =>
    value.toLocaleString(language === "zh" ? "zh-CN" : "en", { maximumFractionDigits: 1 });
  const version = t("train.version", { number: news.since.number });
  const nothing = news.added + news.edited + news.withdrawn === 0;
  return (
    <div className="stack" data-testid="news">
      {news.withdrawn > 0 && (
        <Ask role="alert" data-testid="withdrawn">
          <h2>{t("train.withdrawn", { count: news.withdrawn })}</h2>
          <p>{t("train.withdrawnWhat", { version })}</p>
          <Rows>
            {news.withdrawn_items.slice(0, 5).map((item) => (
              <li key={item.id}>
                <span>{item.title}</span>
                <span className="small quiet">
                  {t(`train.why.${item.reason as "excluded" | "not_allowed" | "deleted"}`)}
                </span>
              </li>
            ))}
          </Rows>
        </Ask>
      )}
      <p className={styles.news} data-testid="news-line">
        {nothing && t("train.nothingNew", { version })}
        {news.added > 0 && t("train.added", { count: news.added, version })}
        {news.added > 0 && (
          <span className="quiet">
            {" "}
            {t("train.words", { words: whole(news.words) })}
            {news.hours >= 0.1 && ` · ${t("train.hours", { hours: whole(news.hours) })}`}
          </span>
        )}
        {news.edited > 0 && <span className={styles.edited}>{t("train.edited", { count: news.edited })}</span>}
      </p>
      {news.unwritten > 0 && <p className="quiet">{t("train.unwritten", { count: news.unwritten })}</p>}
      {news.added_items.length > 0 && (
        <div>
          <Anchor component="button" type="button" aria-expanded={open} onClick={toggle}>
            {t("train.which")}
          </Anchor>
          {open && (
            <Rows scrolls={t("train.which")}>
              {[...news.added_items, ...news.edited_items].map((item) => (
                <li key={item.id}>
                  <Link to={transcriptPath(slug, item.id)}>{item.title}</Link>
                  <span className="small quiet number">{t("train.words", { words: whole(item.words) })}</span>
                </li>
              ))}
            </Rows>
          )}
        </div>
      )}
    </div>
  );
}
