import { Table } from "@mantine/core";
import type { Earnings } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { roundingOf } from "../../../i18n/money";
import { formatClock, formatMoment } from "../../../i18n/time";
import { Money } from "../../ui/Money";

/** The calls that earned something. */
export function EarnedCalls({ calls, currency }: { calls: Earnings["calls"]; currency: string }) {
  const { t, language } = useLanguage();
  const gross = roundingOf(
    calls.map((call) => call.gross_micros),
    currency,
    "down",
  );
  const share = roundingOf(
    calls.map((call) => call.share_micros),
    currency,
    "down",
  );
  return (
    <Table.ScrollContainer type="native" minWidth={0}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("wallet.started")}</Table.Th>
            <Table.Th scope="col" ta="end">
              {t("earnings.time")}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              {t("earnings.gross")}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              {t("earnings.share")}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {calls.map((call) => (
            <Table.Tr key={call.call_id}>
              <Table.Td>{formatMoment(call.started, language)}</Table.Td>
              <Table.Td className="number" ta="end">
                {formatClock(call.seconds)}
              </Table.Td>
              <Table.Td ta="end">
                <Money micros={call.gross_micros} currency={currency} />
              </Table.Td>
              <Table.Td ta="end">
                <Money micros={call.share_micros} currency={currency} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        {(gross !== 0 || share !== 0) && (
          <Table.Tfoot className="quiet">
            <Table.Tr>
              <Table.Td colSpan={2}>{t("wallet.rounding")}</Table.Td>
              <Table.Td ta="end">
                <Money micros={gross} currency={currency} />
              </Table.Td>
              <Table.Td ta="end">
                <Money micros={share} currency={currency} />
              </Table.Td>
            </Table.Tr>
          </Table.Tfoot>
        )}
      </Table>
    </Table.ScrollContainer>
  );
}
