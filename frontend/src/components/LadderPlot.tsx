import { useLanguage } from "../hooks/useLanguage";
import type { Level } from "./measures";
import styles from "./Plot.module.css";
import { scale, ticks } from "./plot";

const width = 460;
const row = 40;
const left = 190;

/** Bits per byte of each level as a dot with its interval; left is better. */
export function LadderPlot({ levels }: { levels: readonly Level[] }) {
  const { t, word } = useLanguage();
  const measured = levels.flatMap((level) => (level.bits_per_byte ? [{ name: level.level, ...level.bits_per_byte }] : []));
  if (measured.length === 0) return <p>{t("versions.notMeasured")}</p>;
  const low = Math.min(...measured.map((one) => one.low));
  const high = Math.max(...measured.map((one) => one.high));
  const margin = (high - low || 0.1) * 0.12;
  const x = scale(low - margin, high + margin, left, width - 62);
  const height = measured.length * row + 30;
  const described = measured.map((one) => `${word("levelName", one.name)}: ${one.value.toFixed(3)} (${one.low.toFixed(3)}–${one.high.toFixed(3)})`);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={described.join("; ")} className={styles.plot}>
      {ticks(low - margin, high + margin, 4).map((value) => (
        <g key={value}>
          <line className={styles.grid} x1={x(value)} x2={x(value)} y1={4} y2={height - 24} />
          <text className={styles.axis} x={x(value)} y={height - 8} textAnchor="middle">
            {value}
          </text>
        </g>
      ))}
      {measured.map((one, place) => {
        const y = place * row + row / 2 + 4;
        const trained = one.name >= "L2";
        return (
          <g key={one.name} className={trained ? styles.trained : styles.plain}>
            <text className={styles.name} x={0} y={y + 4}>
              {word("levelName", one.name)}
            </text>
            <line className={styles.interval} x1={x(one.low)} x2={x(one.high)} y1={y} y2={y} />
            <line className={styles.interval} x1={x(one.low)} x2={x(one.low)} y1={y - 5} y2={y + 5} />
            <line className={styles.interval} x1={x(one.high)} x2={x(one.high)} y1={y - 5} y2={y + 5} />
            <circle className={styles.dot} cx={x(one.value)} cy={y} r={5.5} />
            <text className={styles.value} x={width} y={y + 4} textAnchor="end">
              {one.value.toFixed(3)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
