import { Button } from "@mantine/core";
import { Link } from "react-router";
import type { Example } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatClock } from "../../../i18n/time";
import { answerParts } from "./exampleParts";
import styles from "./Examples.module.css";
import { Status } from "../../ui/Status";
import { Message } from "../Message";

interface ExampleCardProps {
  example: Example;
  twin: string;
  /** Where it was said; nothing where its item is gone or it comes from nobody's words. */
  href: string | null;
  busy: boolean;
  onReject: (example: Example) => void;
  onRestore: (example: Example) => void;
}

/** One training example: what was asked, what is learned as the answer, where that comes from, and the creator's word on it. */
export function ExampleCard({ example, twin, href, busy, onReject, onRestore }: ExampleCardProps) {
  const { t, word } = useLanguage();
  const rejected = example.rejected_at !== null;
  const asked = example.messages.filter((message) => message.role !== "system");
  const parts = answerParts(example.answer, example.unlearned);
  return (
    <article className="sheet stack" data-testid="example" data-rejected={rejected || undefined}>
      <header className={styles.head}>
        <Status title={word("exampleHint", example.kind)}>{word("exampleKind", example.kind)}</Status>
        {href ? (
          <Link to={href} data-testid="example-source">
            {example.item_title ?? t("library.source")}
            {example.start_s != null && <span className="number"> {formatClock(example.start_s)}</span>}
          </Link>
        ) : (
          <span className="quiet">{t(example.item_id ? "examples.gone" : "library.noSource")}</span>
        )}
        {rejected ? (
          <Button
            size="compact-sm"
            variant="default"
            loading={busy}
            onClick={() => onRestore(example)}
            data-testid="example-restore"
          >
            {t("examples.restore")}
          </Button>
        ) : (
          <Button
            size="compact-sm"
            variant="subtle"
            loading={busy}
            onClick={() => onReject(example)}
            data-testid="example-reject"
          >
            {t("examples.reject")}
          </Button>
        )}
      </header>
      {rejected && (
        <p className={styles.rejected} role="status">
          {t("examples.rejectedHint")}
        </p>
      )}
      {asked.map((message, place) => (
        <Message key={place} by={message.role === "user" ? t("examples.asked") : twin}>
          {message.content}
        </Message>
      ))}
      <Message by={t("examples.learned", { twin })} learned={rejected ? "no" : "yes"}>
        {parts.map((part, place) =>
          part.learned ? (
            part.text
          ) : (
            <span key={place} className={styles.unlearned}>
              {part.text}
            </span>
          ),
        )}
      </Message>
      {parts.some((part) => !part.learned) && <span className="small quiet">{t("examples.unlearnedHint")}</span>}
    </article>
  );
}
