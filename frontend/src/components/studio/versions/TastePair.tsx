import { Button, Textarea } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Chosen, Comparison, Revealed } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./Taste.module.css";

const sides = ["left", "right"] as const;
type Side = (typeof sides)[number];

interface TastePairProps {
  comparison: Comparison;
  /** Whose answers they were, once chosen. */
  revealed: Revealed | null;
  numberOf: (version_id: string) => number | undefined;
  busy: boolean;
  onChoose: (chosen: Chosen) => void;
  onSkip: () => void;
}

/** Two answers without names, the choice between them, and room for what the creator would have said. */
export function TastePair({ comparison, revealed, numberOf, busy, onChoose, onSkip }: TastePairProps) {
  const { t } = useLanguage();
  const [edited, setEdited] = useState<Side | null>(null);
  const [edit, setEdit] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [comparison.id]);
  const changed = edited !== null && edit.trim() !== "" && edit.trim() !== comparison[edited].text.trim();
  const choose = (choice: Chosen["choice"]) => onChoose({ choice, ...(changed ? { edited, edit } : {}) });
  const owner = (side: Side) => {
    const id = revealed?.[side];
    const number = id == null ? undefined : numberOf(id);
    return number === undefined ? (id ?? t("taste.base")) : t("train.version", { number });
  };
  return (
    <section className="stack" data-testid="comparison" aria-busy={busy}>
      <h2 className={styles.asked} tabIndex={-1} ref={heading}>
        {comparison.question}
      </h2>
      <div className={styles.pair}>
        {sides.map((side) => (
          <article
            key={side}
            className={`sheet ${styles.answer}`}
            data-won={revealed?.choice === side}
            aria-label={t(`taste.${side}Answer`)}
          >
            <header>
              <span className="eyebrow">{t(`taste.${side}Answer`)}</span>
              {revealed && <span data-testid="owner">{owner(side)}</span>}
            </header>
            <p className={styles.words}>{comparison[side].text}</p>
            <p className="eyebrow">{t("taste.generated")}</p>
            {!revealed && edited !== side && (
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                className={styles.write}
                data-testid={`edit-${side}`}
                onClick={() => {
                  setEdited(side);
                  setEdit(comparison[side].text);
                }}
              >
                {t("taste.edit")}
              </Button>
            )}
          </article>
        ))}
      </div>
      {!revealed && edited !== null && (
        <Textarea
          label={t("taste.edited", { side: t(`taste.${edited}Answer`) })}
          description={t("taste.editHint")}
          value={edit}
          maxLength={4000}
          autosize
          // eslint-disable-next-line jsx-a11y/no-autofocus -- it was asked for by the button that is gone
          autoFocus
          minRows={3}
          maxRows={14}
          onChange={(event) => setEdit(event.currentTarget.value)}
          data-testid="edit"
        />
      )}
      {!revealed && (
        <div className={styles.choices} role="group" aria-label={t("taste.which")}>
          {(["left", "right", "both", "neither"] as const).map((choice) => (
            <Button
              key={choice}
              variant="default"
              disabled={busy}
              onClick={() => choose(choice)}
              data-testid={`choose-${choice}`}
            >
              {t(`taste.${choice}`)}
            </Button>
          ))}
          <Button variant="subtle" color="gray" disabled={busy} onClick={onSkip} data-testid="choose-skip">
            {t("taste.skip")}
          </Button>
        </div>
      )}
    </section>
  );
}
