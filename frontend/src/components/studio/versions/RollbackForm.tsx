import { Button } from "@mantine/core";
import { useState } from "react";
import type { RollbackPreview } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatMoney } from "../../../i18n/money";
import { type Note, NoteFields } from "./NoteFields";
import { ProblemNote } from "../../ui/ProblemNote";

interface RollbackFormProps {
  preview: RollbackPreview;
  busy: boolean;
  problem: unknown;
  onRollBack: (note: Note) => void;
}

/** What going back means, what fans are told, and the button. */
export function RollbackForm({ preview, busy, problem, onRollBack }: RollbackFormProps) {
  const { t, language } = useLanguage();
  const [note, setNote] = useState<Note>(preview.note);
  const price = preview.price_micros_per_minute;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onRollBack(note);
      }}
    >
      <p>{t("versions.rollbackWhat", { number: preview.number })}</p>
      {price !== null && (
        <p className="quiet">
          {t("versions.rollbackPrice", { price: formatMoney(price, preview.currency ?? "USD", language, "near") })}
        </p>
      )}
      {preview.withdrawn > 0 && <p role="alert">{t("versions.rollbackWithdrawn", { count: preview.withdrawn })}</p>}
      <NoteFields note={note} onNote={setNote} />
      {problem != null && <ProblemNote problem={problem} />}
      <Button type="submit" color="seal" loading={busy} data-testid="rollback-submit">
        {t("versions.rollback")}
      </Button>
    </form>
  );
}
