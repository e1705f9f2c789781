import styles from "../../ui/Plot.module.css";
import { scale, ticks } from "../../ui/plot";
import type { Interval } from "./measures";

export interface IntervalMark {
  key: string;
  label: string;
  interval: Interval;
  /** Bounds (floor and ceiling) are drawn hollow. */
  kind: "plain" | "trained" | "bound";
}

interface IntervalPlotProps {
  marks: readonly IntervalMark[];
  /** Ends of the scale; by default what the marks need. */
  ends?: readonly [number, number];
  digits?: number;
}

const width = 460;
const row = 36;
const left = 190;

/** A dot with its interval for each mark, on one scale. */
export function IntervalPlot({ marks, ends, digits = 3 }: IntervalPlotProps) {
  if (marks.length === 0) return null;
  const low = Math.min(...marks.map((mark) => mark.interval.low));
  const high = Math.max(...marks.map((mark) => mark.interval.high));
  const margin = (high - low || 0.1) * 0.12;
  const [from, to] = ends ?? [low - margin, high + margin];
  const x = scale(from, to, left, width - 62);
  const height = marks.length * row + 30;
  const said = ({ label, interval }: IntervalMark) =>
    `${label}: ${interval.value.toFixed(digits)} (${interval.low.toFixed(digits)}–${interval.high.toFixed(digits)})`;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={marks.map(said).join("; ")} className={styles.plot}>
      {ticks(from, to, 4).map((value) => (
        <g key={value}>
          <line className={styles.grid} x1={x(value)} x2={x(value)} y1={4} y2={height - 24} />
          <text className={styles.axis} x={x(value)} y={height - 8} textAnchor="middle">
            {value}
          </text>
        </g>
      ))}
      {marks.map((mark, place) => {
        const { value, low: start, high: end } = mark.interval;
        const y = place * row + row / 2 + 4;
        return (
          <g key={mark.key} className={styles[mark.kind]}>
            <text className={styles.name} x={0} y={y + 4}>
              {mark.label}
            </text>
            <line className={styles.interval} x1={x(start)} x2={x(end)} y1={y} y2={y} />
            <line className={styles.interval} x1={x(start)} x2={x(start)} y1={y - 5} y2={y + 5} />
            <line className={styles.interval} x1={x(end)} x2={x(end)} y1={y - 5} y2={y + 5} />
            <circle className={styles.dot} cx={x(value)} cy={y} r={5.5} />
            <text className={styles.value} x={width} y={y + 4} textAnchor="end">
              {value.toFixed(digits)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
