import { Button } from "@mantine/core";
import { useRef } from "react";
import type { Version } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatMoney } from "../../../i18n/money";
import { formatMoment } from "../../../i18n/time";
import { Facts } from "../../ui/Facts";
import { Status } from "../../ui/Status";
import styles from "./Versions.module.css";
import { LikenessPlots } from "./LikenessPlots";
import { forgettingOf, levelsOf, samplesOf } from "./measures";
import { People } from "./People";
import { SafetyFacts } from "./SafetyFacts";

/** One version: what it was made of, how alike it is, and whether it may be sold. */
export function VersionCard({ version, onPublish }: { version: Version; onPublish: () => void }) {
  const { t, language, word } = useLanguage();
  const sellable = version.status !== "training" && version.status !== "failed" && version.status !== "published";
  const levels = levelsOf(version);
  const card = useRef<HTMLElement>(null);
  return (
    <article ref={card} className={`sheet ${styles.card}`} data-testid="version" data-status={version.status}>
      <header className={styles.cardHead}>
        <h2>
          {t("train.version", { number: version.number })} <small className="quiet number">{version.id}</small>
        </h2>
        <Status status={version.status}>{word("status", version.status)}</Status>
        {version.status === "published" && version.published_at && version.price_micros_per_minute != null && (
          <span className="small quiet">
            {t("versions.publishedAt", {
              at: formatMoment(version.published_at, language),
              price: formatMoney(version.price_micros_per_minute, version.currency ?? "USD", language, "near"),
            })}
          </span>
        )}
        {sellable && (
          <Button className="no-print" onClick={onPublish} data-testid="publish">
            {t("versions.publish")}
          </Button>
        )}
      </header>
      <Origin version={version} />
      <Gate version={version} />
      {levels.length > 0 && <SafetyFacts version={version} currency={version.currency ?? "USD"} />}
      <Forgetting version={version} />
      <LikenessPlots version={version} />
      <People people={version.people} />
      <Samples version={version} />
      {levels.length > 0 && (
        <div className="no-print">
          <Button variant="default" onClick={() => printOnly(card.current)} data-testid="print">
            {t("versions.print")}
          </Button>
        </div>
      )}
    </article>
  );
}

/** When, from what and on how much it was trained. */
function Origin({ version }: { version: Version }) {
  const { t, word, language } = useLanguage();
  const number = (value: number | null | undefined) =>
    value == null ? "–" : value.toLocaleString("en", { maximumFractionDigits: 1 });
  const facts: [string, string][] = [
    [t("versions.created"), formatMoment(version.created, language)],
    [t("versions.base"), version.base],
    [
      t("versions.origin"),
      version.parent_number === null
        ? word("versions.from", version.origin)
        : t("versions.goesOn", { number: version.parent_number }),
    ],
    [t("versions.data"), version.data_sha256.slice(0, 12)],
    [t("versions.examples"), number(version.examples)],
    [t("versions.tokens"), number(version.tokens)],
    [t("versions.minutes"), number(version.minutes)],
  ];
  return <Facts facts={facts} />;
}

function Gate({ version }: { version: Version }) {
  const { t, sentence } = useLanguage();
  const { gate } = version;
  if (!gate) return <p className="quiet">{t("versions.noGate")}</p>;
  return (
    <div className={styles.gate} data-passed={gate.passed} data-testid="gate">
      <strong>
        {t("versions.gate")}: {t(gate.passed ? "versions.passed" : "versions.notPassed")}
      </strong>
      {gate.reasons.length > 0 && (
        <ul>
          {gate.reasons.map((reason, at) => (
            <li key={reason}>{sentence("finding", { code: "", ...gate.findings[at], sentence: reason })}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The same questions answered at every level. */
function Samples({ version }: { version: Version }) {
  const { t, word } = useLanguage();
  const samples = samplesOf(version);
  if (samples.length === 0) return null;
  return (
    <section className={styles.samples} data-testid="samples">
      <h3>{t("versions.samples")}</h3>
      {samples.map(({ question, answers }) => (
        <details key={question} open={samples.length === 1}>
          <summary>{question}</summary>
          <dl>
            {answers.map(({ level, answer }) => (
              <div key={level}>
                <dt>{word("levelName", level)}</dt>
                <dd>{answer}</dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </section>
  );
}

/** Print one card as a report: whatever is folded is opened, and the style sheet leaves the rest of the page out. */
function printOnly(card: HTMLElement | null) {
  if (!card) return;
  const folded = [...card.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
  card.dataset.print = "only";
  for (const part of folded) part.open = true;
  window.print();
  for (const part of folded) part.open = false;
  delete card.dataset.print;
}

/** What an update lost of the old and won of the new. */
function Forgetting({ version }: { version: Version }) {
  const { t } = useLanguage();
  const sides = forgettingOf(version);
  if (sides.length === 0) return null;
  return (
    <ul className={styles.forgetting} data-testid="forgetting">
      {sides.map(({ side, before, after, change }) => (
        <li key={side}>
          {t(side === "old" ? "versions.forgot" : "versions.won")}{" "}
          <span className="number">
            {before.toFixed(3)} → {after.toFixed(3)} ({signed(change.value)} [{signed(change.low)},{" "}
            {signed(change.high)}])
          </span>
        </li>
      ))}
    </ul>
  );
}

const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
