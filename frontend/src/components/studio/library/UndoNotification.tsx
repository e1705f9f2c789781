import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import type { Change } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { changeText } from "./changes";
import styles from "./UndoNotification.module.css";

const shown_ms = 12_000;

interface UndoNotificationProps {
  change: Change | null;
  busy: boolean;
  onUndo: (change_id: string) => void;
}

/** What was just changed, and a way back, until the next change or the end of the page. */
export function UndoNotification({ change, busy, onUndo }: UndoNotificationProps) {
  const { t } = useLanguage();
  const id = change?.id;
  useEffect(() => {
    if (id === undefined) return;
    notifications.show({ id, message: "", role: "status", "data-testid": "undo-toast", classNames: styles });
    return () => void notifications.hide(id);
  }, [id]);
  useEffect(() => {
    if (change === null) return;
    const message = (
      <Group wrap="nowrap" justify="space-between">
        <span className={styles.what}>{changeText(change, t)}</span>
        <Button size="compact-sm" variant="default" flex="none" loading={busy} onClick={() => onUndo(change.id)}>
          {t("changes.undo")}
        </Button>
      </Group>
    );
    const closeButtonProps = { "aria-label": t("common.close") };
    notifications.update({ id: change.id, message, closeButtonProps, autoClose: busy ? false : shown_ms });
  }, [change, busy, onUndo, t]);
  return null;
}
