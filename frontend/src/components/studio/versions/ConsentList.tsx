import { Button } from "@mantine/core";
import { useState } from "react";
import type { Consent } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatDay } from "../../../i18n/time";
import { Status } from "../../ui/Status";

interface ConsentListProps {
  consents: readonly Consent[];
  busy: boolean;
  onRevoke: (id: string) => void;
}

/** Who allowed what until when, and taking it back. */
export function ConsentList({ consents, busy, onRevoke }: ConsentListProps) {
  const { t, language, word } = useLanguage();
  const [doomed, setDoomed] = useState<string | null>(null);
  return consents.map((consent) => (
    <article key={consent.id} className="sheet row" data-testid="consent">
      <strong>{consent.person}</strong>
      <Status status={consent.status}>{word("status", consent.status)}</Status>
      <span>{consent.scopes.map((scope) => word("scope", scope)).join(" · ")}</span>
      <span className="small quiet">
        {formatDay(consent.starts, language)} –{" "}
        {consent.until ? t("versions.until", { day: formatDay(consent.until, language) }) : t("common.never")}
      </span>
      {consent.status === "active" &&
        (doomed === consent.id ? (
          <span className="row" style={{ marginInlineStart: "auto" }}>
            <span>{t("versions.revokeConfirm")}</span>
            <Button size="compact-md" color="seal" loading={busy} onClick={() => onRevoke(consent.id)}>
              {t("versions.revoke")}
            </Button>
            <Button size="compact-md" variant="subtle" color="gray" onClick={() => setDoomed(null)}>
              {t("common.cancel")}
            </Button>
          </span>
        ) : (
          <Button
            size="compact-md"
            variant="default"
            style={{ marginInlineStart: "auto" }}
            onClick={() => setDoomed(consent.id)}
            data-testid="revoke"
          >
            {t("versions.revoke")}
          </Button>
        ))}
    </article>
  ));
}
