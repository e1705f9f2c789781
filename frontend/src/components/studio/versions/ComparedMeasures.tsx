import type { SideBySide } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { Status } from "../../ui/Status";
import styles from "./Versions.module.css";
import { IntervalPlot } from "./IntervalPlot";
import type { Interval } from "./measures";

type Measure = SideBySide["measures"][number];
const asInterval = (found: Measure["a"]): Interval | null =>
  found && found.value !== undefined && found.low !== undefined && found.high !== undefined
    ? { value: found.value, low: found.low, high: found.high, ...(found.n === undefined ? {} : { n: found.n }) }
    : null;
const shares = new Set([
  "style",
  "facts_exact",
  "facts_fuzzy",
  "citation_precision",
  "citation_recall",
  "recited",
  "people",
]);
const digitsOf = (name: string) => (name === "bits_per_byte" ? 3 : shares.has(name) ? 2 : 1);

/** Every measure of two versions: the plot of both, their paired difference, and what that says. */
export function ComparedMeasures({ comparison }: { comparison: SideBySide }) {
  const { t, word } = useLanguage();
  const shown = (found: Measure["a"], digits: number) => {
    const one = asInterval(found);
    return one ? `${one.value.toFixed(digits)} [${one.low.toFixed(digits)}, ${one.high.toFixed(digits)}]` : "–";
  };
  return (
    <div className={styles.plots}>
      {comparison.measures.map((measure) => {
        const digits = digitsOf(measure.name);
        const marks = (["a", "b"] as const).flatMap((side) => {
          const interval = asInterval(measure[side]);
          return interval
            ? [
                {
                  key: side,
                  label: t(side === "a" ? "compare.a" : "compare.b"),
                  interval,
                  kind: side === "a" ? ("trained" as const) : ("plain" as const),
                },
              ]
            : [];
        });
        const n = asInterval(measure.difference)?.n ?? asInterval(measure.a)?.n;
        return (
          <section key={measure.name} className={styles.plot} data-testid="compared" data-verdict={measure.verdict}>
            <h3>
              {word("compared", measure.name)}{" "}
              <Status status={measure.verdict}>{word("verdict", measure.verdict)}</Status>
            </h3>
            <p>
              {t(measure.better === "lower" ? "compare.lower" : "compare.higher")}
              {n !== undefined && ` · n = ${n}`}
              {measure.difference && ` · ${t("compare.difference", { difference: shown(measure.difference, digits) })}`}
            </p>
            <IntervalPlot marks={marks} digits={digits} />
          </section>
        );
      })}
    </div>
  );
}
