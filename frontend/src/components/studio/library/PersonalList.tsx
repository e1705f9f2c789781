import { Button } from "@mantine/core";
import type { Personal } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { Status } from "../../ui/Status";
import styles from "./People.module.css";

interface PersonalListProps {
  values: readonly Personal[];
  busy: string | null;
  onDecide: (value: Personal) => void;
}

/** Personal data that was found, in the clear, each masked or kept in the texts. */
export function PersonalList({ values, busy, onDecide }: PersonalListProps) {
  const { t, word } = useLanguage();
  return (
    <ul className={styles.people} data-testid="personal">
      {values.map((one) => (
        <li key={one.id} data-decision={one.decision}>
          <span className={styles.who}>
            <span>
              <b className={styles.value}>{one.value}</b>{" "}
              <Status status="found">{word("personal.kind", one.kind)}</Status>
            </span>
            <span className="small quiet">
              {t("personal.count", { count: one.count, items: one.items })} ·{" "}
              {one.decision === "mask"
                ? t("personal.shown", { reads: word("personal.reads", one.kind), shown: one.shown })
                : t("personal.kept")}
            </span>
            {one.context && <span className={styles.context}>{one.context}</span>}
          </span>
          <Button
            size="compact-sm"
            variant="default"
            loading={busy === one.id}
            aria-label={t(one.decision === "mask" ? "personal.keepValue" : "personal.maskValue", { value: one.value })}
            onClick={() => onDecide(one)}
          >
            {t(one.decision === "mask" ? "personal.keep" : "personal.mask")}
          </Button>
        </li>
      ))}
    </ul>
  );
}
