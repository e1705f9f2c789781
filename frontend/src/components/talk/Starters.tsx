import { UnstyledButton } from "@mantine/core";
import { useLanguage } from "../../hooks/useLanguage";
import styles from "./StartPanel.module.css";

/** Questions to begin with. */
export function Starters({ questions, onPick }: { questions: readonly string[]; onPick: (question: string) => void }) {
  const { t } = useLanguage();
  if (questions.length === 0) return null;
  return (
    <div className={styles.starters} role="group" aria-label={t("talk.starters")}>
      <span className="eyebrow">{t("talk.starters")}</span>
      {questions.map((question) => (
        <UnstyledButton key={question} data-testid="starter" onClick={() => onPick(question)}>
          {question}
        </UnstyledButton>
      ))}
    </div>
  );
}
