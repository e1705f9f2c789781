import { useState } from "react";
import type { CallEntry } from "../api/types";
import { useLanguage } from "../hooks/useLanguage";
import { roundingOf, toCoins } from "../i18n/money";
import { formatClock, formatMoment } from "../i18n/time";
import { Money } from "./Money";
import styles from "./Statement.module.css";

/** Every call with its seconds and what they cost; opened, its quotas one by one. */
export function StatementCalls({ calls, currency }: { calls: readonly CallEntry[]; currency: string }) {
  const { t } = useLanguage();
  const [opened, setOpened] = useState<string | null>(null);
  const charges = calls.map((call) => call.charged_micros);
  const rounding = roundingOf(charges, currency, "up");
  return (
    <>
      <ul className={styles.calls}>
        {calls.map((call) => (
          <li key={call.call_id} data-testid="statement-call" data-call={call.call_id}>
            <Summary call={call} currency={currency} open={opened === call.call_id} onToggle={() => setOpened(opened === call.call_id ? null : call.call_id)} />
            {opened === call.call_id && <Quotas call={call} currency={currency} />}
          </li>
        ))}
      </ul>
      <dl className={styles.totals} data-testid="statement-total">
        {rounding !== 0 && (
          <>
            <dt className="quiet">{t("wallet.rounding")}</dt>
            <dd className="quiet"><Money micros={rounding} currency={currency} /></dd>
          </>
        )}
        <dt>{t("wallet.charged")}</dt>
        <dd><Money micros={charges.reduce((sum, one) => sum + one, 0)} currency={currency} rounding="up" /></dd>
      </dl>
    </>
  );
}

interface SummaryProps {
  call: CallEntry;
  currency: string;
  open: boolean;
  onToggle: () => void;
}

function Summary({ call, currency, open, onToggle }: SummaryProps) {
  const { t, language, word } = useLanguage();
  return (
    <button type="button" className={styles.summary} aria-expanded={open} onClick={onToggle}>
      <span className={styles.twin}>{call.twin}</span>
      <span className={styles.when}>
        {formatMoment(call.started, language)}
        {call.status !== "ended" && ` · ${word("status", call.status)}`}
      </span>
      <span className={`number ${styles.length}`} data-seconds={call.seconds} title={t("wallet.seconds")}>
        {formatClock(call.seconds)}
      </span>
      <span className={styles.sum}>
        <Money micros={call.charged_micros} currency={currency} rounding="up" />
      </span>
    </button>
  );
}

function Quotas({ call, currency }: { call: CallEntry; currency: string }) {
  const { t, language } = useLanguage();
  if (call.quotas.length === 0) return <p className="small quiet">{t("wallet.noQuotas")}</p>;
  // Shown prices are the steps of the shown total, so that both columns agree to the coin.
  const totals = call.quotas.map((_, place) => call.quotas.slice(0, place + 1).reduce((sum, one) => sum + one.micros, 0));
  const coins = (micros = 0) => toCoins(micros, currency, "up");
  return (
    <div className={styles.quotas}>
      <p className="small quiet">
        {t("wallet.rate")} <Money micros={call.price_micros_per_minute} currency={currency} rounding="near" />
      </p>
      <div className="scroll-x">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("wallet.quota")}</th>
              <th scope="col">{t("wallet.at")}</th>
              <th scope="col" className="right">{t("wallet.seconds")}</th>
              <th scope="col" className="right">{t("wallet.price")}</th>
              <th scope="col" className="right">{t("wallet.total")}</th>
            </tr>
          </thead>
          <tbody>
            {call.quotas.map((quota, place) => (
              <tr key={quota.sequence}>
                  <td className="number">{quota.sequence}</td>
                  <td>{formatMoment(quota.at, language)}</td>
                  <td className="right number">{quota.seconds}</td>
                  <td className="right"><Money micros={coins(totals[place]) - coins(totals[place - 1])} currency={currency} /></td>
                  <td className="right"><Money micros={totals[place] ?? 0} currency={currency} rounding="up" /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
