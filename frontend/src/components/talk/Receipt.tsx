import { Link } from "react-router";
import type { Call } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import type { Key } from "../../i18n/translate";
import { formatClock } from "../../i18n/time";
import { lastedSeconds } from "../wallet/statementGroups";
import { Money } from "../ui/Money";
import styles from "./Receipt.module.css";

const heads: Record<string, Key> = { revoked: "receipt.revoked", minor: "receipt.minor" };

interface ReceiptProps {
  call: Call;
  name: string;
  statementHref: string;
}

/** What an ended call cost. */
export function Receipt({ call, name, statementHref }: ReceiptProps) {
  const { t } = useLanguage();
  const { currency } = call;
  const lasted = lastedSeconds(call);
  return (
    <section className={styles.receipt} data-testid="receipt" data-call={call.id} aria-label={t("receipt.title")}>
      <p className={styles.head}>{t(heads[call.reason ?? ""] ?? "receipt.thanks", { name })}</p>
      <dl>
        {lasted > call.seconds_charged && (
          <>
            <dt>{t("receipt.lasted")}</dt>
            <dd className="number">{formatClock(lasted)}</dd>
          </>
        )}
        <dt>{t("receipt.time")}</dt>
        <dd className="number" data-seconds={call.seconds_charged}>
          {formatClock(call.seconds_charged)}
        </dd>
        <dt>{t("receipt.rate")}</dt>
        <dd>
          <Money micros={call.price_micros_per_minute} currency={currency} rounding="near" /> / min
        </dd>
        <dt className={styles.total}>{t("receipt.total")}</dt>
        <dd className={styles.total}>
          <Money micros={call.charged_micros} currency={currency} rounding="up" testId="receipt-total" />
        </dd>
        <dt>{t("receipt.left")}</dt>
        <dd>
          <Money micros={call.available_micros} currency={currency} />
        </dd>
      </dl>
      {lasted > call.seconds_charged && <p className="small quiet">{t("receipt.free")}</p>}
      <Link to={statementHref}>{t("receipt.statement")}</Link>
    </section>
  );
}
