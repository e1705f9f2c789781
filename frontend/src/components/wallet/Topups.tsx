import type { TopupEntry } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { formatMoment } from "../../i18n/time";
import { Money } from "../ui/Money";

/** Money that was paid in. */
export function Topups({ topups, currency }: { topups: readonly TopupEntry[]; currency: string }) {
  const { t, language, word } = useLanguage();
  return (
    <div className="scroll-x">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("wallet.at")}</th>
            <th scope="col">{t("wallet.status")}</th>
            <th scope="col" className="right">
              {t("wallet.amount")}
            </th>
          </tr>
        </thead>
        <tbody>
          {topups.map((topup) => (
            <tr key={topup.id}>
              <td>{formatMoment(topup.at, language)}</td>
              <td>{word("topupStatus", topup.status)}</td>
              <td className="right">
                <Money micros={topup.amount_micros} currency={currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
