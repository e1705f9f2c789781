import { Table, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { CallEntry } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { roundingOf, toCoins } from "../../i18n/money";
import { formatClock, formatMoment } from "../../i18n/time";
import { Money } from "../ui/Money";
import { lastedSeconds, type StatementGroup, statementGroups } from "./statementGroups";
import styles from "./Statement.module.css";

/** Calls, and answers of the API by the hour, with their seconds and what they cost; opened, each of them exactly. */
export function StatementCalls({ calls, currency }: { calls: readonly CallEntry[]; currency: string }) {
  const { t } = useLanguage();
  const [opened, setOpened] = useState<string | null>(null);
  const groups = statementGroups(calls);
  const charges = groups.map((group) => group.charged_micros);
  const rounding = roundingOf(charges, currency, "up");
  return (
    <>
      <ul className={styles.calls}>
        {groups.map((group) => (
          <li
            key={group.key}
            data-testid="statement-call"
            data-call={group.calls[0].call_id}
            data-calls={group.calls.length}
          >
            <Summary
              group={group}
              currency={currency}
              open={opened === group.key}
              onToggle={() => setOpened(opened === group.key ? null : group.key)}
            />
            {opened === group.key && group.calls.length > 1 && <Answers group={group} currency={currency} />}
            {opened === group.key && group.calls.length === 1 && <Quotas call={group.calls[0]} currency={currency} />}
          </li>
        ))}
      </ul>
      <dl className={styles.totals} data-testid="statement-total">
        {rounding !== 0 && (
          <>
            <dt className="quiet">{t("wallet.rounding")}</dt>
            <dd className="quiet">
              <Money micros={rounding} currency={currency} />
            </dd>
          </>
        )}
        <dt>{t("wallet.charged")}</dt>
        <dd>
          <Money micros={charges.reduce((sum, one) => sum + one, 0)} currency={currency} rounding="up" />
        </dd>
      </dl>
    </>
  );
}

interface SummaryProps {
  group: StatementGroup;
  currency: string;
  open: boolean;
  onToggle: () => void;
}

function Summary({ group, currency, open, onToggle }: SummaryProps) {
  const { t, language, word } = useLanguage();
  const call = group.calls[0];
  return (
    <UnstyledButton className={styles.summary} aria-expanded={open} onClick={onToggle}>
      <span className={styles.twin}>{language === "zh" ? call.name_zh : call.name}</span>
      <span className={styles.when}>
        {formatMoment((group.calls.at(-1) ?? call).started, language)}
        {call.kind === "answer" && ` · ${t("wallet.answers", { count: group.calls.length })}`}
        {call.status !== "ended" && ` · ${word("status", call.status)}`}
      </span>
      <span className={`number ${styles.length}`} data-seconds={group.seconds} title={t("wallet.seconds")}>
        {formatClock(group.seconds)}
      </span>
      <span className={styles.sum}>
        <Money micros={group.charged_micros} currency={currency} rounding="up" />
      </span>
    </UnstyledButton>
  );
}

function Answers({ group, currency }: { group: StatementGroup; currency: string }) {
  const { t, language } = useLanguage();
  return (
    <div className={styles.quotas}>
      <Table.ScrollContainer type="native" minWidth={0}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t("wallet.at")}</Table.Th>
              <Table.Th scope="col" ta="end">
                {t("wallet.seconds")}
              </Table.Th>
              <Table.Th scope="col" ta="end">
                {t("wallet.price")}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {group.calls.map((call) => (
              <Table.Tr key={call.call_id}>
                <Table.Td>{formatMoment(call.started, language)}</Table.Td>
                <Table.Td className="number" ta="end">
                  {call.seconds}
                </Table.Td>
                <Table.Td ta="end">
                  <Money micros={call.charged_micros} currency={currency} rounding="up" />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}

function Quotas({ call, currency }: { call: CallEntry; currency: string }) {
  const { t, language } = useLanguage();
  const lasted = lastedSeconds(call);
  const why = lasted > call.seconds && (
    <p className="small quiet">
      {t("wallet.lasted", { lasted: formatClock(lasted), charged: formatClock(call.seconds) })}
    </p>
  );
  if (call.quotas.length === 0) {
    return (
      <div className={styles.quotas}>
        <p className="small quiet">{t("wallet.noQuotas")}</p>
        {why}
      </div>
    );
  }
  // Shown prices are the steps of the shown total, so that both columns agree to the coin.
  const totals = call.quotas.map((_, place) =>
    call.quotas.slice(0, place + 1).reduce((sum, one) => sum + one.micros, 0),
  );
  const coins = (micros = 0) => toCoins(micros, currency, "up");
  return (
    <div className={styles.quotas}>
      <p className="small quiet">
        {t("wallet.rate")} <Money micros={call.price_micros_per_minute} currency={currency} rounding="near" />
      </p>
      {why}
      <Table.ScrollContainer type="native" minWidth={0}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t("wallet.quota")}</Table.Th>
              <Table.Th scope="col">{t("wallet.at")}</Table.Th>
              <Table.Th scope="col" ta="end">
                {t("wallet.seconds")}
              </Table.Th>
              <Table.Th scope="col" ta="end">
                {t("wallet.price")}
              </Table.Th>
              <Table.Th scope="col" ta="end">
                {t("wallet.total")}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {call.quotas.map((quota, place) => (
              <Table.Tr key={quota.sequence}>
                <Table.Td className="number">{quota.sequence}</Table.Td>
                <Table.Td>{formatMoment(quota.at, language)}</Table.Td>
                <Table.Td className="number" ta="end">
                  {quota.seconds}
                </Table.Td>
                <Table.Td ta="end">
                  <Money micros={coins(totals[place]) - coins(totals[place - 1])} currency={currency} />
                </Table.Td>
                <Table.Td ta="end">
                  <Money micros={totals[place] ?? 0} currency={currency} rounding="up" />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
