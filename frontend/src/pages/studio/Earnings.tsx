import { useParams } from "react-router";
import { DayBars } from "../../components/studio/earnings/DayBars";
import { EarnedCalls } from "../../components/studio/earnings/EarnedCalls";
import { Empty, Waiting } from "../../components/ui/Empty";
import { Figures } from "../../components/ui/Figures";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { useLanguage } from "../../hooks/useLanguage";
import { useEarnings } from "../../hooks/useStudio";
import { formatMoney, toCoins } from "../../i18n/money";
import { formatClock } from "../../i18n/time";
import styles from "./Studio.module.css";

/** What the twin earned. */
export function EarningsPage() {
  const { slug = "" } = useParams();
  const { t, language } = useLanguage();
  const earnings = useEarnings(slug);
  if (earnings.error) return <ProblemNote problem={earnings.error} onRetry={() => void earnings.refetch()} />;
  if (!earnings.data) return <Waiting lines={8} />;
  const { currency, days, calls, ...sums } = earnings.data;
  const money = (micros: number) => formatMoney(micros, currency, language);
  // The fee is what is left of the shown gross, so that the three figures agree to the coin.
  const coins = (micros: number) => toCoins(micros, currency, "down");
  return (
    <div className={styles.sections}>
      <Figures
        figures={[
          { label: t("earnings.share"), value: money(sums.share_micros), strong: true },
          { label: t("earnings.gross"), value: money(sums.gross_micros) },
          ...(sums.others_micros > 0 ? [{ label: t("earnings.others"), value: money(coins(sums.others_micros)) }] : []),
          {
            label: t("earnings.fee"),
            value: money(coins(sums.gross_micros) - coins(sums.share_micros) - coins(sums.others_micros)),
          },
          { label: t("earnings.time"), value: formatClock(sums.seconds) },
          { label: t("earnings.fans"), value: String(sums.fans) },
        ]}
      />
      {calls.length === 0 ? (
        <Empty title={t("earnings.empty")} />
      ) : (
        <>
          <section className="stack">
            <div>
              <h2>{t("earnings.days")}</h2>
              <p className="quiet">{t("earnings.daysHint")}</p>
            </div>
            <DayBars days={days} currency={currency} />
          </section>
          <section className="stack">
            <h2>{t("earnings.calls")}</h2>
            <EarnedCalls calls={calls} currency={currency} />
          </section>
        </>
      )}
    </div>
  );
}
