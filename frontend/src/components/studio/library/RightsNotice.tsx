import { Button } from "@mantine/core";
import type { Rights } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { Ask } from "../Ask";

interface RightsNoticeProps {
  rights: Rights;
  busy: boolean;
  onClaim: () => void;
}

/** Said while there are items that nobody has said anything about: without a word, they are used for nothing. */
export function RightsNotice({ rights, busy, onClaim }: RightsNoticeProps) {
  const { t } = useLanguage();
  if (rights.unspoken === 0) return null;
  const nothing = Object.values(rights.usable).every((count) => count === 0);
  return (
    <Ask data-testid="rights-notice">
      <div>
        <h2>{nothing ? t("rights.nothing") : t("rights.some", { count: rights.unspoken })}</h2>
        <p>{t("rights.why")}</p>
      </div>
      {rights.rules.some((rule) => rule.match === "all") ? (
        <p className="small">{t("rights.ruleStands")}</p>
      ) : (
        <div className="row">
          <Button loading={busy} onClick={onClaim} data-testid="claim">
            {t("rights.claim")}
          </Button>
          <span className="small quiet">{t("rights.claimHint")}</span>
        </div>
      )}
    </Ask>
  );
}
