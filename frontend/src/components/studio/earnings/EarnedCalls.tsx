import type { Earnings } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { roundingOf } from "../../../i18n/money";
import { formatClock, formatMoment } from "../../../i18n/time";
import { Money } from "../../ui/Money";

/** The calls that earned something. */
export function EarnedCalls({ calls, currency }: { calls: Earnings["calls"]; currency: string }) {
  const { t, language } = useLanguage();
  const gross = roundingOf(calls.map((call) => call.gross_micros), currency, "down");
  const share = roundingOf(calls.map((call) => call.share_micros), currency, "down");
  return (
    <div className="scroll-x">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("wallet.started")}</th>
            <th scope="col" className="right">{t("earnings.time")}</th>
            <th scope="col" className="right">{t("earnings.gross")}</th>
            <th scope="col" className="right">{t("earnings.share")}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={call.call_id}>
              <td>{formatMoment(call.started, language)}</td>
              <td className="right number">{formatClock(call.seconds)}</td>
              <td className="right"><Money micros={call.gross_micros} currency={currency} /></td>
              <td className="right"><Money micros={call.share_micros} currency={currency} /></td>
            </tr>
          ))}
        </tbody>
        {(gross !== 0 || share !== 0) && (
          <tfoot className="quiet">
            <tr>
              <td colSpan={2}>{t("wallet.rounding")}</td>
              <td className="right"><Money micros={gross} currency={currency} /></td>
              <td className="right"><Money micros={share} currency={currency} /></td>
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}
