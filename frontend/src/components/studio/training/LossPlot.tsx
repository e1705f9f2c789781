import { useLanguage } from "../../../hooks/useLanguage";
import { formatClock } from "../../../i18n/time";
import type { LossPoint } from "../versions/measures";
import styles from "../../ui/Plot.module.css";
import { scale, smoothed, ticks } from "../../ui/plot";

const width = 460;
const height = 190;

/** Loss against the seconds of training: each step faintly, because conversations differ, and their running mean. */
export function LossPlot({ loss }: { loss: readonly LossPoint[] }) {
  const { t } = useLanguage();
  const trained = loss.flatMap((point) =>
    point.train === null ? [] : [{ seconds: point.seconds, value: point.train }],
  );
  const steps = Math.max(1, trained.length / 20);
  const means = smoothed(
    trained.map((point) => point.value),
    steps,
  );
  const trend = trained.map((point, at) => ({ seconds: point.seconds, value: means[at] ?? point.value }));
  const values = trained.map((point) => point.value);
  const last = trend.at(-1);
  const first = trend[0];
  if (!last || !first) return <p>{t("versions.notMeasured")}</p>;
  const end_s = Math.max(loss.at(-1)?.seconds ?? 0, 1);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const x = scale(0, end_s, 40, width - 70);
  const y = scale(low, high, height - 26, 10);
  const points = (curve: typeof trained) =>
    curve.map((point) => `${x(point.seconds).toFixed(1)},${y(point.value).toFixed(1)}`).join(" ");
  const label = `${t("versions.train")}: ${first.value.toFixed(2)} → ${last.value.toFixed(2)}`;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} className={styles.plot}>
      {ticks(low, high, 4).map((value) => (
        <g key={value}>
          <line className={styles.grid} x1={40} x2={width - 70} y1={y(value)} y2={y(value)} />
          <text className={styles.axis} x={32} y={y(value) + 4} textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      {ticks(0, end_s, 4).map((value) => (
        <text key={value} className={styles.axis} x={x(value)} y={height - 6} textAnchor="middle">
          {formatClock(value)}
        </text>
      ))}
      <polyline className={styles.step} points={points(trained)} />
      <polyline className={styles.train} points={points(trend)} />
      <text className={styles.trainName} x={width - 64} y={y(last.value) + 4}>
        {t("versions.train")}
      </text>
    </svg>
  );
}
