import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Wallet } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { coinDigits, formatMoney, microsOf, readAmount } from "../../i18n/money";
import { ProblemNote } from "../ui/ProblemNote";
import styles from "./TopUpForm.module.css";

interface TopUpFormProps {
  wallet: Wallet;
  onTopUp: (amount: string) => void;
  busy: boolean;
  problem: unknown;
}

/** Puts money into the wallet: a preset or an own amount. */
export function TopUpForm({ wallet, onTopUp, busy, problem }: TopUpFormProps) {
  const { t, language } = useLanguage();
  const [typed, setTyped] = useState(wallet.topup_presets[0] ?? "5.00");
  const digits = coinDigits(wallet.currency);
  const amount = readAmount(typed, digits);
  const shown = (value: string) => formatMoney(microsOf(value), wallet.currency, language, "near");
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (amount !== null) onTopUp(amount);
      }}
    >
      {wallet.topup_presets.length > 0 && (
        <div className="row" role="group" aria-label={t("topup.amount")}>
          {wallet.topup_presets.map((preset) => (
            <Button
              key={preset}
              className={styles.preset}
              variant="default"
              size="md"
              ff="monospace"
              fw={500}
              aria-pressed={amount === readAmount(preset, digits)}
              onClick={() => setTyped(preset)}
            >
              {shown(preset)}
            </Button>
          ))}
        </div>
      )}
      <div className={styles.own}>
        <TextInput
          data-testid="topup-amount"
          label={t("topup.own")}
          inputMode="decimal"
          value={typed}
          maxLength={10}
          error={amount === null && typed !== "" ? t("topup.invalid") : undefined}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" data-testid="topup-submit" disabled={amount === null} loading={busy}>
          {amount === null ? t("topup.submitPlain") : t("topup.submit", { amount: shown(amount) })}
        </Button>
      </div>
      {wallet.provider === "development" && <p className="small quiet">{t("topup.development")}</p>}
      {problem != null && <ProblemNote problem={problem} />}
    </form>
  );
}
