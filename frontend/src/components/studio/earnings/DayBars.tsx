import type { Day } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatMoney } from "../../../i18n/money";
import { formatClock, formatDay } from "../../../i18n/time";
import styles from "../../ui/Plot.module.css";
import { scale, ticks } from "../../ui/plot";

const height = 190;
const width = 720;
const micros_per_unit = 1_000_000;

/** The creator's share day by day. */
export function DayBars({ days, currency }: { days: readonly Day[]; currency: string }) {
  const { t, language } = useLanguage();
  const most = Math.max(...days.map((day) => day.share_micros), 1);
  const y = scale(0, most, height - 24, 10);
  const slot = (width - 70) / Math.max(days.length, 7);
  const label = (day: Day) =>
    t("earnings.barLabel", {
      day: formatDay(day.day, language),
      amount: formatMoney(day.share_micros, currency, language),
      time: formatClock(day.seconds),
    });
  const every = Math.ceil(days.length / 8);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={days.map(label).join("; ")} className={styles.plot}>
      {ticks(0, most / micros_per_unit, 4).map((value) => (
        <g key={value}>
          <line
            className={styles.grid}
            x1={64}
            x2={width}
            y1={y(value * micros_per_unit)}
            y2={y(value * micros_per_unit)}
          />
          <text className={styles.axis} x={56} y={y(value * micros_per_unit) + 4} textAnchor="end">
            {formatMoney(Math.round(value * micros_per_unit), currency, language, "near")}
          </text>
        </g>
      ))}
      {days.map((day, place) => {
        const x = 70 + place * slot;
        const wide = Math.min(slot * 0.7, 44);
        return (
          <g key={day.day}>
            <rect
              className={styles.bar}
              x={x}
              y={y(day.share_micros)}
              width={wide}
              height={Math.max(1, height - 24 - y(day.share_micros))}
            >
              <title>{label(day)}</title>
            </rect>
            {place % every === 0 && (
              <text className={styles.axis} x={x + wide / 2} y={height - 6} textAnchor="middle">
                {day.day.slice(5)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
