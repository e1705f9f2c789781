import { Table } from "@mantine/core";
import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./Taste.module.css";
import { peopleOf, type Votes } from "./people";

/** Measure 8: how often a version's answers were found more like the creator, against each rival. */
export function People({ people }: { people: unknown }) {
  const { t } = useLanguage();
  const found = peopleOf(people);
  if (found.length === 0) return null;
  return (
    <Table.ScrollContainer type="native" minWidth={0} data-testid="people">
      <Table captionSide="top">
        <Table.Caption className={styles.caption}>{t("taste.people")}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("taste.against")}</Table.Th>
            <Table.Th scope="col" ta="end">
              {t("taste.wins")}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              {t("taste.ties")}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              {t("taste.share")}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {found.map((votes) => (
            <Table.Tr key={votes.rival}>
              <Table.Td className={votes.rival === "base" ? undefined : "number"}>
                {votes.rival === "base" ? t("taste.base") : votes.rival}
              </Table.Td>
              <Table.Td className="number" ta="end">
                {votes.wins} / {votes.wins + votes.losses}
              </Table.Td>
              <Table.Td className="number" ta="end">
                {votes.ties}
              </Table.Td>
              <Table.Td className="number" ta="end">
                {shareText(votes)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function shareText({ share }: Votes): string {
  if (share === null) return "–";
  const percent = (value: number) => Math.round(value * 100);
  return `${percent(share.value)} % (${percent(share.low)}–${percent(share.high)})`;
}
