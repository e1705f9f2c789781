import { Button } from "@mantine/core";
import { asProblem } from "../../api/problem";
import { useLanguage } from "../../hooks/useLanguage";
import { Note } from "./Note";

interface ProblemNoteProps {
  problem: unknown;
  onRetry?: () => void;
  onClose?: () => void;
}

/** What went wrong, in the reader's words where there are any, and what to do next. */
export function ProblemNote({ problem, onRetry, onClose }: ProblemNoteProps) {
  const { t, sentence } = useLanguage();
  const { code, status, detail } = asProblem(problem);
  const known = (name: string) => sentence("problem", { code: name, sentence: "" });
  const text = known(code) || detail || known(`http_${status}`) || known(status >= 500 ? "http_500" : "unexpected");
  return (
    <Note problem role="alert" data-code={code}>
      <p>{text}</p>
      {onRetry && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          {t("common.retry")}
        </Button>
      )}
      {onClose && (
        <Button size="compact-sm" variant="subtle" onClick={onClose}>
          {t("common.close")}
        </Button>
      )}
    </Note>
  );
}
