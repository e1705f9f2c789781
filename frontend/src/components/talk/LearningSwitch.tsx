import { Switch } from "@mantine/core";
import { useLanguage } from "../../hooks/useLanguage";
import { ProblemNote } from "../ui/ProblemNote";
import styles from "./LearningSwitch.module.css";

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
  return (
    <div className={styles.learning} data-testid="learning">
      <Switch
        size="md"
        checked={allowed}
        disabled={busy}
        label={t("learning.allow", { name })}
        description={t(allowed ? "learning.on" : "learning.off")}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {problem != null && <ProblemNote problem={problem} />}
    </div>
  );
}
