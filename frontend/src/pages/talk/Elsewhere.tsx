import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Call } from "../../api/types";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { twinName } from "../../components/talk/TwinCard";
import { useLanguage } from "../../hooks/useLanguage";
import { useTwin } from "../../hooks/useTwins";
import { talkPath } from "../../routes";
import styles from "./Talk.module.css";

/** A call with somebody else is live: go there, or end it and start here. */
export function Elsewhere({ call, name, onEnd }: { call: Call; name: string; onEnd: () => Promise<void> }) {
  const { t, language } = useLanguage();
  const twin = useTwin(call.twin);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const other = twin.data ? twinName(twin.data, language) : call.twin;
  function end() {
    setBusy(true);
    onEnd()
      .catch(setProblem)
      .finally(() => setBusy(false));
  }
  return (
    <div className={styles.strip} data-testid="call-elsewhere" role="status">
      <p>{t(call.status === "open" ? "call.elsewhere" : "call.elsewherePaused", { name: other })}</p>
      {problem != null && <ProblemNote problem={problem} />}
      <div className="row">
        <Button component={Link} to={talkPath(call.twin)} variant="default">
          {t("call.goThere", { name: other })}
        </Button>
        <Button onClick={end} loading={busy} data-testid="end-elsewhere">
          {t("call.endAndStart", { name })}
        </Button>
      </div>
    </div>
  );
}
