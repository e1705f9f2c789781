import { formatClock } from "../../i18n/time";
import styles from "./Ruler.module.css";

const second_px = 9;
const reach_s = 75;

interface RulerProps {
  seconds: number;
  /** Seconds paid for at a time; each begins with a long tick. */
  quota_s: number;
  running: boolean;
}

/** Time as a tape that runs under a needle, a tick a second. */
export function Ruler({ seconds, quota_s, running }: RulerProps) {
  const step = quota_s > 0 ? quota_s : 15;
  const first = Math.max(0, seconds - reach_s);
  const ticks = Array.from({ length: seconds + reach_s - first + 1 }, (_, place) => first + place);
  return (
    <div className={`${styles.ruler} ${running ? "" : styles.still}`} aria-hidden="true">
      <div
        className={styles.tape}
        style={{ transform: `translateX(${-seconds * second_px}px)`, insetInlineStart: "50%" }}
      >
        <svg>
          {ticks.map((second) => {
            const long = second % step === 0;
            const height = long ? 16 : second % 5 === 0 ? 10 : 6;
            const x = second * second_px;
            return (
              <g key={second}>
                <line
                  className={`${styles.tick} ${second <= seconds ? styles.spent : ""}`}
                  x1={x}
                  x2={x}
                  y1={0}
                  y2={height}
                />
                {long && (
                  <text className={styles.label} x={x} y={30}>
                    {formatClock(second)}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      </div>
      <div className={styles.needle} />
    </div>
  );
}
