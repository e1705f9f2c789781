import { useLanguage } from "../../../hooks/useLanguage";
import { IntervalPlot, type IntervalMark } from "./IntervalPlot";
import type { Interval, Level } from "./measures";

interface LadderPlotProps {
  levels: readonly Level[];
  /** What a stranger's text gets, and the creator's own: where the measure has them. */
  floor?: Interval | null;
  ceiling?: Interval | null;
  of: (level: Level) => Interval | null;
  ends?: readonly [number, number];
  digits?: number;
}

/** One measure at every level, between its floor and its ceiling. */
export function LadderPlot({ levels, floor, ceiling, of, ends, digits }: LadderPlotProps) {
  const { t, word } = useLanguage();
  const mark = (key: string, interval: Interval | null | undefined, kind: IntervalMark["kind"]): IntervalMark[] =>
    interval ? [{ key, label: word("levelName", key), interval, kind }] : [];
  const measured = levels.flatMap((level) => mark(level.level, of(level), level.level >= "L2" ? "trained" : "plain"));
  if (measured.length === 0) return <p>{t("versions.notMeasured")}</p>;
  const marks = [...mark("ceiling", ceiling, "bound"), ...measured, ...mark("floor", floor, "bound")];
  const counts = [...new Set(marks.flatMap((one) => one.interval.n ?? []))].sort((one, other) => one - other);
  return (
    <figure>
      <IntervalPlot marks={marks} ends={ends} digits={digits} />
      {counts.length > 0 && <figcaption className="small quiet">n = {counts.join(", ")}</figcaption>}
    </figure>
  );
}
