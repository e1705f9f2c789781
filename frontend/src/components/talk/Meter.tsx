import { Button } from "@mantine/core";
import type { Call } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { formatClock } from "../../i18n/time";
import styles from "./Meter.module.css";
import { Money } from "../ui/Money";
import { Ruler } from "./Ruler";

interface MeterProps {
  call: Call;
  seconds: number;
  cost_micros: number;
  alive: boolean;
  /** The fan waits for words, at no charge. */
  free: boolean;
  busy: boolean;
  onPause: () => void;
  onResume: () => void;
  onEnd: () => void;
}

/** What the call costs so far and how long it lasts, with the ways to stop it. */
export function Meter({ call, seconds, cost_micros, alive, free, busy, onPause, onResume, onEnd }: MeterProps) {
  const { t } = useLanguage();
  const open = call.status === "open";
  const running = open && alive;
  const counting = running && !free;
  const mayResume = call.status === "paused" && call.reason !== "empty_wallet";
  return (
    <section className={styles.meter} aria-label={t("call.cost")} data-status={call.status}>
      <div className={styles.figures}>
        <span
          className={`${styles.state} ${counting ? styles.live : ""}`}
          data-testid="call-state"
          data-free={running && free}
        >
          {t(counting ? "call.live" : running ? "call.free" : "call.paused")}
        </span>
        <dl className={styles.list}>
          <div className={styles.figure}>
            <dt>{t("call.time")}</dt>
            <dd className="number" data-testid="call-seconds" data-seconds={seconds}>
              {formatClock(seconds)}
            </dd>
          </div>
          <div className={styles.figure}>
            <dt>{t("call.cost")}</dt>
            <dd>
              <Money micros={cost_micros} currency={call.currency} rounding="up" testId="cost" />
            </dd>
          </div>
        </dl>
        <div className={styles.actions}>
          {open && (
            <Button
              size="compact-md"
              variant="subtle"
              color="gray"
              disabled={busy}
              onClick={onPause}
              data-testid="pause-call"
            >
              {t("call.pause")}
            </Button>
          )}
          {mayResume && (
            <Button size="compact-md" disabled={busy} onClick={onResume} data-testid="resume-call">
              {t("call.resume")}
            </Button>
          )}
          <Button size="compact-md" variant="default" disabled={busy} onClick={onEnd} data-testid="end-call">
            {t("call.end")}
          </Button>
        </div>
      </div>
      <Ruler seconds={seconds} quota_s={call.quota_s} running={counting} />
    </section>
  );
}
