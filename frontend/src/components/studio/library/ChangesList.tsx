import { Button } from "@mantine/core";
import type { Change } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatMoment } from "../../../i18n/time";
import { changeText } from "./changes";
import styles from "./Changes.module.css";

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
    <ol className={styles.changes} data-testid="changes">
      {changes.map((change) => (
        <li key={change.id} data-undone={change.undone || undefined}>
          <span className={styles.what}>{changeText(change, t)}</span>
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
    </ol>
  );
}
