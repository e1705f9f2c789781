import { Table } from "@mantine/core";
import type { TopupEntry } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { formatMoment } from "../../i18n/time";
import { Money } from "../ui/Money";

/** Money that was paid in. */
export function Topups({ topups, currency }: { topups: readonly TopupEntry[]; currency: string }) {
  const { t, language, word } = useLanguage();
  return (
    <Table.ScrollContainer type="native" minWidth={0}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("wallet.at")}</Table.Th>
            <Table.Th scope="col">{t("wallet.status")}</Table.Th>
            <Table.Th scope="col" ta="end">
              {t("wallet.amount")}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {topups.map((topup) => (
            <Table.Tr key={topup.id}>
              <Table.Td>{formatMoment(topup.at, language)}</Table.Td>
              <Table.Td>{word("topupStatus", topup.status)}</Table.Td>
              <Table.Td ta="end">
                <Money micros={topup.amount_micros} currency={currency} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
