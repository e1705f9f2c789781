import type { SideBySide } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { Message } from "../Message";
import styles from "./Versions.module.css";

/** Which of two versions is better, and how that was measured. */
export function Verdict({ comparison: { verdict, set } }: { comparison: SideBySide }) {
  const { t, word } = useLanguage();
  return (
    <div className={styles.gate} data-passed={verdict === "better"} data-testid="comparison" data-verdict={verdict}>
      <strong>{word("overall", verdict)}</strong>
      <p className="small quiet">
        {t(set.how === "stored" ? "compare.stored" : "compare.anew", { answers: set.answers, items: set.items })}
      </p>
    </div>
  );
}

/** What both versions answer to one question. */
export function ComparedAnswers({ question, a, b }: SideBySide["questions"][number]) {
  const { t } = useLanguage();
  return (
    <article className={`sheet ${styles.card}`} data-testid="compared-question">
      <h3>{question}</h3>
      <div className={styles.pair}>
        <Message by={t("compare.a")} learned="yes">
          {a || "–"}
        </Message>
        <Message by={t("compare.b")}>{b || "–"}</Message>
      </div>
    </article>
  );
}
