import { Button } from "@mantine/core";
import type { Ref } from "react";
import { useLanguage } from "../../hooks/useLanguage";
import { formatMoney } from "../../i18n/money";
import { Money } from "../ui/Money";
import styles from "./StartPanel.module.css";

interface StartPanelProps {
  price_micros_per_minute: number;
  currency: string;
  /** Null for a visitor who is not logged in. */
  available_micros: number | null;
  continuing: boolean;
  busy: boolean;
  /** What will be asked first, empty when nothing was chosen. */
  question: string;
  buttonRef?: Ref<HTMLButtonElement>;
  onStart: () => void;
}

/** The price, and the button that starts the meter. */
export function StartPanel(props: StartPanelProps) {
  const { t, language } = useLanguage();
  const price = formatMoney(props.price_micros_per_minute, props.currency, language, "near");
  return (
    <div className={styles.panel}>
      <div className={styles.words}>
        {props.question !== "" && <p className={styles.question}>{t("talk.first", { question: props.question })}</p>}
        <p className={styles.price}>{t("talk.price", { price })}</p>
        <p className="small quiet">{t("talk.startHint")}</p>
      </div>
      <div className={styles.action}>
        <Button ref={props.buttonRef} size="md" onClick={props.onStart} loading={props.busy} data-testid="start-call">
          {t(props.continuing ? "talk.continue" : "talk.start")}
        </Button>
        <span className="small quiet">
          {props.available_micros === null ? (
            t("talk.logInFirst")
          ) : (
            <Balance micros={props.available_micros} currency={props.currency} />
          )}
        </span>
      </div>
    </div>
  );
}

function Balance({ micros, currency }: { micros: number; currency: string }) {
  const { t } = useLanguage();
  const [before = "", after = ""] = t("talk.balance").split("{amount}");
  return (
    <>
      {before}
      <Money micros={micros} currency={currency} />
      {after}
    </>
  );
}
