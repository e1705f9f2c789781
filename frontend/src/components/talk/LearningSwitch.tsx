import { useId } from "react";
import { useLanguage } from "../../hooks/useLanguage";
import styles from "./LearningSwitch.module.css";
import { ProblemNote } from "../ui/ProblemNote";

interface LearningSwitchProps {
  name: string;
  allowed: boolean;
  busy: boolean;
  problem: unknown;
  onChange: (allowed: boolean) => void;
}

/** A fan's consent that a twin learns from the answers they rated: off until they switch it on. */
export function LearningSwitch({ name, allowed, busy, problem, onChange }: LearningSwitchProps) {
  const { t } = useLanguage();
  const hint = useId();
  return (
    <div className={styles.learning} data-testid="learning">
      <label>
        <input
          type="checkbox"
          role="switch"
          checked={allowed}
          disabled={busy}
          aria-describedby={hint}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span>{t("learning.allow", { name })}</span>
      </label>
      <p id={hint}>{t(allowed ? "learning.on" : "learning.off")}</p>
      {problem != null && <ProblemNote problem={problem} />}
    </div>
  );
}
