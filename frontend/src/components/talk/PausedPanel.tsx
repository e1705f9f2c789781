import type { ReactNode } from "react";
import type { Call } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import type { Key } from "../../i18n/translate";
import styles from "./StartPanel.module.css";

const sentences: Record<string, Key> = {
  idle: "call.pausedIdle",
  user: "call.pausedUser",
  empty_wallet: "call.pausedWallet",
  engine: "call.pausedEngine",
  restarted: "call.pausedEngine",
  crisis: "call.pausedCrisis",
  reconnecting: "call.pausedReconnecting",
  unacknowledged: "call.pausedUnacknowledged",
};

interface PausedPanelProps {
  call: Call;
  /** How to put money in, shown when the wallet is empty. */
  topUp: ReactNode;
}

/** Why the call stands still, and what makes it go on. */
export function PausedPanel({ call, topUp }: PausedPanelProps) {
  const { t } = useLanguage();
  const reason = call.reason ?? "user";
  const sentence = sentences[reason];
  return (
    <div className={styles.paused} data-testid="paused" data-reason={reason} role="status">
      <p>{sentence ? t(sentence) : t("call.pausedOther", { reason })}</p>
      {reason === "empty_wallet" && topUp}
    </div>
  );
}
