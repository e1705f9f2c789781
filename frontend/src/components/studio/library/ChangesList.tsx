import { Button } from "@mantine/core";
import type { Change } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatMoment } from "../../../i18n/time";
import { changeText } from "./changes";
import { Rows } from "../../ui/Rows";
import styles from "./ChangesList.module.css";

interface ChangesListProps {
  changes: readonly Change[];
  busy: string | null;
  onUndo: (change: Change) => void;
}

/** What was changed by hand, the newest first, each with a way back. */
export function ChangesList({ changes, busy, onUndo }: ChangesListProps) {
  const { t, language } = useLanguage();
  if (changes.length === 0) return <p className="quiet">{t("changes.empty")}</p>;
  return (
    <Rows ordered scrolls={t("changes.title")} testId="changes">
      {changes.map((change) => (
        <li key={change.id}>
          <span className={styles.what} data-undone={change.undone || undefined}>
            {changeText(change, t)}
          </span>
          <span className="small quiet">{formatMoment(change.at, language)}</span>
          {change.undone ? (
            <span className="small quiet">{t("changes.undone")}</span>
          ) : (
            <Button size="compact-sm" variant="subtle" loading={busy === change.id} onClick={() => onUndo(change)}>
              {t("changes.undo")}
            </Button>
          )}
        </li>
      ))}
    </Rows>
  );
}
