import { useRef, useState } from "react";
import { useParams } from "react-router";
import type { LibraryItem } from "../../api/types";
import { Disclosures } from "../../components/ui/Disclosure";
import { Waiting } from "../../components/ui/Empty";
import { Figures } from "../../components/ui/Figures";
import { LibraryReport } from "../../components/studio/library/LibraryReport";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { useLanguage } from "../../hooks/useLanguage";
import { useLibrary, useLibraryReport } from "../../hooks/useStudio";
import { ExamplesBrowser } from "./ExamplesBrowser";
import { BringIn } from "./library/BringIn";
import { ChangesSection } from "./library/ChangesSection";
import { ItemsSection } from "./library/ItemsSection";
import { PersonalSection } from "./library/PersonalSection";
import { SearchInside } from "./library/SearchInside";
import { RulesSection, VoicesSection, Waits } from "./library/Waits";
import styles from "./Studio.module.css";

/** What the creator brought in, how good it is, what waits for their word, and what the twin was trained on. */
export function LibraryPage() {
  const { slug = "" } = useParams();
  const { t, word, language } = useLanguage();
  const library = useLibrary(slug);
  const report = useLibraryReport(slug);
  const [item, setItem] = useState<LibraryItem | null>(null);
  const examples = useRef<HTMLElement>(null);
  if (library.error) return <ProblemNote problem={library.error} onRetry={() => void library.refetch()} />;
  if (!library.data) return <Waiting lines={8} />;
  const { counts, items } = library.data;
  const number = (value: number) =>
    value.toLocaleString(language === "zh" ? "zh-CN" : "en", { maximumFractionDigits: 1 });
  const parts = (record: Record<string, number>, group: string) =>
    Object.entries(record)
      .map(([name, count]) => `${word(group, name)} ${number(count)}`)
      .join(" · ");
  return (
    <div className={styles.sections}>
      <Figures
        figures={[
          { label: t("library.items"), value: number(counts.items), hint: parts(counts.by_kind, "kind") },
          { label: t("library.words"), value: number(counts.words), hint: parts(counts.by_language, "languageName") },
          { label: t("library.passages"), value: number(counts.passages) },
          { label: t("library.hours"), value: number(counts.hours) },
          { label: t("library.private"), value: number(counts.private), hint: t("library.privateHint") },
        ]}
      />
      <Waits slug={slug} />
      <BringIn slug={slug} />
      {report.error && <ProblemNote problem={report.error} onRetry={() => void report.refetch()} />}
      {report.isPending && <Waiting lines={4} />}
      {report.data && <LibraryReport report={report.data} />}
      <section className="stack" aria-labelledby="items-title">
        <h2 id="items-title">{t("library.items")}</h2>
        {items.length > 0 && <SearchInside slug={slug} />}
        <ItemsSection
          slug={slug}
          items={items}
          onExamples={(chosen) => {
            setItem(chosen);
            examples.current?.scrollIntoView({ behavior: "smooth" });
          }}
        />
      </section>
      <Disclosures>
        <RulesSection slug={slug} />
        <VoicesSection slug={slug} asking={false} />
        <PersonalSection slug={slug} />
        <ChangesSection slug={slug} />
      </Disclosures>
      <section ref={examples} className="stack">
        <ExamplesBrowser key={item?.id ?? ""} slug={slug} item={item} onClear={() => setItem(null)} />
      </section>
    </div>
  );
}
