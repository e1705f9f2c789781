import type { Report } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { Facts } from "../../ui/Facts";
import { GradeCards } from "./GradeCards";
import styles from "./LibraryReport.module.css";
import { MonthBars } from "./MonthBars";
import { noteText } from "./reportNotes";
import { ShareBar } from "./ShareBar";

/** How much a library holds, how good that is, and what to add next. */
export function LibraryReport({ report }: { report: Report }) {
  const { t, word, language } = useLanguage();
  const shares = (record: Record<string, number>, group: string) =>
    Object.entries(record).map(([name, value]) => ({ name: word(group, name), value }));
  const words = Object.fromEntries(Object.entries(report.by_language).map(([code, one]) => [code, one.words]));
  return (
    <section className={styles.report} aria-labelledby="report-title" data-testid="library-report">
      <h2 id="report-title">{t("report.title")}</h2>
      <GradeCards grades={report.grades} />
      {report.steps.length > 0 && (
        <div className={styles.next}>
          <h3>{t("report.next")}</h3>
          <ol data-testid="report-steps">
            {report.steps.map((note) => (
              <li key={`${note.code}${note.values.language ?? ""}`}>{noteText(note, language, t)}</li>
            ))}
          </ol>
        </div>
      )}
      {report.items > 0 && (
        <>
          {Object.keys(report.months).length > 0 && (
            <div>
              <h3>{t("report.timeLine")}</h3>
              <MonthBars months={report.months} />
            </div>
          )}
          <div className={styles.bars}>
            <ShareBar title={t("report.languages")} unit={t("report.inWords")} shares={shares(words, "languageName")} />
            <ShareBar
              title={t("report.formats")}
              unit={t("report.inItems")}
              shares={shares(report.formats, "report.format")}
            />
            <ShareBar
              title={t("report.rights")}
              unit={t("report.inItems")}
              shares={shares(report.owners, "report.owner")}
            />
          </div>
          {report.topics.length > 0 && (
            <div>
              <h3>{t("report.topics")}</h3>
              <ul className={styles.topics}>
                {report.topics.map((topic) => (
                  <li key={topic.words.join()} lang={topic.language}>
                    {topic.words.join(language === "zh" ? "、" : ", ")} <small>{Math.round(100 * topic.share)} %</small>
                  </li>
                ))}
              </ul>
            </div>
          )}
          <Details report={report} />
        </>
      )}
    </section>
  );
}

/** The plain figures that no grade names. */
function Details({ report }: { report: Report }) {
  const { t, language } = useLanguage();
  const locale = language === "zh" ? "zh-CN" : "en";
  const percent = (share: number) => share.toLocaleString(locale, { style: "percent", maximumFractionDigits: 1 });
  const noise = (report.noise.non_words ?? 0) + (report.noise.repeated ?? 0);
  const masked = Object.values(report.masked).reduce((sum, count) => sum + count, 0);
  const facts: [string, string][] = [
    [t("report.ownShare"), percent(report.own_share)],
    [t("report.speakers"), report.speakers.toLocaleString(locale)],
    [
      t("report.cleanSpeech"),
      t("report.count.minutes", { count: 2, number: Math.round(report.clean_speech_s / 60).toLocaleString(locale) }),
    ],
    [t("report.duplicates"), percent(report.duplicate_share)],
    [t("report.noise"), percent(noise)],
    [t("report.masked"), masked.toLocaleString(locale)],
    [t("report.undated"), report.undated_items.toLocaleString(locale)],
  ];
  return <Facts facts={facts} />;
}
