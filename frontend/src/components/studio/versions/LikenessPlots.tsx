import { useLanguage } from "../../../hooks/useLanguage";
import type { Version } from "../../../api/types";
import styles from "./Versions.module.css";
import { LadderPlot } from "./LadderPlot";
import { LossPlot } from "../training/LossPlot";
import { IntervalPlot } from "./IntervalPlot";
import { boundsOf, gainsOf, type Level, levelsOf, lossOf } from "./measures";

const share: readonly [number, number] = [0, 1];
const plots = [
  { name: "bits", of: (level: Level) => level.bits_per_byte, ends: undefined, digits: 3 },
  { name: "style", of: (level: Level) => level.style, ends: share, digits: 2 },
  { name: "facts", of: (level: Level) => level.facts, ends: share, digits: 2 },
  { name: "precision", of: (level: Level) => level.citation_precision, ends: share, digits: 2 },
  { name: "recall", of: (level: Level) => level.citation_recall, ends: share, digits: 2 },
  { name: "recited", of: (level: Level) => level.recited, ends: share, digits: 2 },
] as const;

/** Every measure of the ladder that was taken, each between a stranger and the creator, and the learning curve. */
export function LikenessPlots({ version }: { version: Version }) {
  const { t, word } = useLanguage();
  const levels = levelsOf(version);
  const { floor, ceiling } = boundsOf(version);
  const gains = gainsOf(version);
  const taken = plots.filter(({ of, name }) => name === "bits" || levels.some((level) => of(level) !== null));
  return (
    <div className={styles.plots}>
      {taken.map(({ name, of, ends, digits }) => (
        <section key={name} className={styles.plot}>
          <h3>{word("measure", name)}</h3>
          <p>{word("measureHint", name)}</p>
          <LadderPlot levels={levels} of={of} floor={of(floor)} ceiling={of(ceiling)} ends={ends} digits={digits} />
        </section>
      ))}
      {gains.length > 0 && (
        <section className={styles.plot}>
          <h3>{word("measure", "gain")}</h3>
          <p>{word("measureHint", "gain")}</p>
          <figure>
            <IntervalPlot
              marks={gains.map(({ levels: pair, bits_per_byte }) => ({
                key: pair,
                label: pair.replace("-", " − "),
                interval: bits_per_byte,
                kind: "trained",
              }))}
            />
          </figure>
        </section>
      )}
      <section className={styles.plot}>
        <h3>{t("versions.loss")}</h3>
        <p>{t("versions.lossHint")}</p>
        <LossPlot loss={lossOf(version)} />
      </section>
    </div>
  );
}
