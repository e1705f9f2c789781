import { Button } from "@mantine/core";
import { useState } from "react";
import { useLanguage } from "../../../hooks/useLanguage";
import { ProblemNote } from "../../ui/ProblemNote";

interface DeleteItemProps {
  busy: boolean;
  error: Error | null;
  onDelete: () => void;
}

/** Deletes an item for good, after a second word. */
export function DeleteItem({ busy, error, onDelete }: DeleteItemProps) {
  const { t } = useLanguage();
  const [asked, setAsked] = useState(false);
  return (
    <div className="stack">
      {error && <ProblemNote problem={error} />}
      {asked ? (
        <>
          <p>{t("library.deleteWarning")}</p>
          <div className="row">
            <Button color="seal" loading={busy} onClick={onDelete}>
              {t("library.deleteConfirm")}
            </Button>
            <Button variant="subtle" color="gray" onClick={() => setAsked(false)}>
              {t("common.cancel")}
            </Button>
          </div>
        </>
      ) : (
        <div>
          <Button variant="subtle" color="seal" onClick={() => setAsked(true)}>
            {t("library.deleteItem")}
          </Button>
        </div>
      )}
    </div>
  );
}
