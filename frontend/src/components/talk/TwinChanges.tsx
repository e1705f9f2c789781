import { Button } from "@mantine/core";
import type { TwinChange } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { formatDay } from "../../i18n/time";
import { inLanguage } from "../../i18n/translate";
import { Note } from "../ui/Note";

/** What became of the twin since this fan last talked to it, in its creator's words. */
export function TwinChanges({ changes, onRead }: { changes: readonly TwinChange[]; onRead: (id: number) => void }) {
  const { t, language } = useLanguage();
  const newest = changes[0];
  if (!newest) return null;
  return (
    <Note role="status" data-testid="twin-changes">
      <ul>
        {changes.map((change) => (
          <li key={change.id}>
            {t(change.kind === "rollback" ? "talk.wentBack" : "talk.updated", {
              day: formatDay(change.at, language),
              note: inLanguage(change.note, language),
            })}
          </li>
        ))}
      </ul>
      <Button size="compact-sm" variant="default" onClick={() => onRead(newest.id)} data-testid="changes-read">
        {t("talk.understood")}
      </Button>
    </Note>
  );
}
