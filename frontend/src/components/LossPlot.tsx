import type { LossPoint } from "../api/types";
import { useLanguage } from "../hooks/useLanguage";
import { formatClock } from "../i18n/time";
import styles from "./Plot.module.css";
import { scale, ticks } from "./plot";

const width = 460;
const height = 190;

/** Loss against the seconds of training. */
export function LossPlot({ loss }: { loss: readonly LossPoint[] }) {
  const { t } = useLanguage();
  const values = loss.flatMap((point) => [point.train, point.heldout]).filter((value) => value != null && Number.isFinite(value)) as number[];
  const last = loss.at(-1);
  if (!last || values.length === 0) return <p>{t("versions.notMeasured")}</p>;
  const low = Math.min(...values);
  const high = Math.max(...values);
  const x = scale(0, Math.max(last.seconds, 1), 40, width - 70);
  const y = scale(low, high, height - 26, 10);
  const line = loss.filter((point) => Number.isFinite(point.train)).map((point) => `${x(point.seconds).toFixed(1)},${y(point.train).toFixed(1)}`).join(" ");
  const heldout = loss.filter((point) => point.heldout != null);
  const final = heldout.at(-1);
  const label = `${t("versions.train")}: ${loss[0]?.train.toFixed(2)} → ${last.train.toFixed(2)}`;
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
      {ticks(0, last.seconds, 4).map((value) => (
        <text key={value} className={styles.axis} x={x(value)} y={height - 6} textAnchor="middle">
          {formatClock(value)}
        </text>
      ))}
      <polyline className={styles.train} points={line} />
      {heldout.length > 1 && (
        <polyline className={styles.heldoutLine} points={heldout.map((point) => `${x(point.seconds)},${y(point.heldout ?? 0)}`).join(" ")} />
      )}
      {heldout.map((point) => (
        <circle key={point.seconds} className={styles.heldout} cx={x(point.seconds)} cy={y(point.heldout ?? 0)} r={4} />
      ))}
      <text className={styles.trainName} x={width - 64} y={y(last.train) + (final && Math.abs(y(last.train) - y(final.heldout ?? 0)) < 14 ? 12 : 4)}>
        {t("versions.train")}
      </text>
      {final?.heldout != null && (
        <text className={styles.heldoutName} x={width - 64} y={y(final.heldout) - (Math.abs(y(last.train) - y(final.heldout)) < 14 ? 6 : -4)}>
          {t("versions.heldout")}
        </text>
      )}
    </svg>
  );
}
