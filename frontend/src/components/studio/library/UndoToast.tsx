import { Button, CloseButton } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Change } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { changeText } from "./changes";
import styles from "./Changes.module.css";

const shown_ms = 12_000;

interface UndoToastProps {
  change: Change | null;
  busy: boolean;
  onUndo: (change: Change) => void;
  onClose: () => void;
}

/** What was just changed, and a way back; it leaves by itself unless somebody is at it. */
export function UndoToast({ change, busy, onUndo, onClose }: UndoToastProps) {
  const { t } = useLanguage();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!change || held || busy) return;
    const leaving = setTimeout(onClose, shown_ms);
    return () => clearTimeout(leaving);
  }, [change, held, busy, onClose]);
  return (
    <div className={styles.toastPlace} role="status">
      {change && (
        <div
          className={styles.toast}
          data-testid="undo-toast"
          onMouseEnter={() => setHeld(true)}
          onMouseLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <p>{changeText(change, t)}</p>
          <Button size="compact-sm" variant="default" loading={busy} onClick={() => onUndo(change)}>
            {t("changes.undo")}
          </Button>
          <CloseButton size="sm" aria-label={t("common.close")} onClick={onClose} />
        </div>
      )}
    </div>
  );
}
