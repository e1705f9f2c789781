import { Button, NativeSelect, NumberInput, Radio } from "@mantine/core";
import { useState } from "react";
import type { NewTraining, TrainingPage } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { ProblemNote } from "../../ui/ProblemNote";
import styles from "./Training.module.css";

type Kind = NewTraining["kind"];

interface TrainingStartProps {
  page: TrainingPage;
  busy: boolean;
  problem: unknown;
  onStart: (order: NewTraining) => void;
}

/** Minutes that are offered: an update needs about a quarter of a whole training. */
const minutes_of: Record<Kind, number> = { update: 1, full: 4, rebase: 4 };

/** The ways to train now, which base, and for how long. */
export function TrainingStart({ page, busy, problem, onStart }: TrainingStartProps) {
  const { t } = useLanguage();
  const { parent, news } = page;
  const mayUpdate = parent !== null && news !== null && news.withdrawn === 0 && news.added + news.edited > 0;
  const others = page.bases.filter((base) => base.installed && base.name !== (parent?.base ?? page.base));
  const [picked, setPicked] = useState<Kind | null>(null);
  const [minutes, setMinutes] = useState<number | null>(null);
  const [base, setBase] = useState<string | null>(null);
  const kind: Kind = picked ?? (mayUpdate ? "update" : "full");
  const time = minutes ?? minutes_of[kind];
  const version = parent ? t("train.version", { number: parent.number }) : "";
  const ways: { kind: Kind; title: string; hint: string; open: boolean }[] = [
    {
      kind: "update",
      title: parent ? t("train.update", { version }) : t("train.updateNone"),
      hint: t(
        mayUpdate || !news ? "train.updateHint" : news.withdrawn > 0 ? "train.updateCannot" : "train.updateNothing",
      ),
      open: mayUpdate,
    },
    { kind: "full", title: t("train.full"), hint: t("train.fullHint"), open: true },
    {
      kind: "rebase",
      title: t("train.rebase"),
      hint: t(others.length > 0 ? "train.rebaseHint" : "train.rebaseNone"),
      open: parent !== null && others.length > 0,
    },
  ];
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onStart({
          kind,
          minutes: time,
          recipe: page.recipes[0] ?? "cpu-demo",
          base: kind === "rebase" ? (base ?? others[0]?.name ?? null) : null,
        });
      }}
    >
      <Radio.Group aria-label={t("train.how")} value={kind} onChange={(value) => setPicked(value)}>
        <div className={styles.ways}>
          {ways.map((way) => (
            <Radio
              key={way.kind}
              className={styles.way}
              value={way.kind}
              label={way.title}
              description={way.hint}
              disabled={!way.open}
              data-testid={`kind-${way.kind}`}
            />
          ))}
        </div>
      </Radio.Group>
      <div className="row">
        {kind === "rebase" && (
          <NativeSelect
            label={t("versions.base")}
            data={others.map((one) => one.name)}
            value={base ?? others[0]?.name}
            onChange={(event) => setBase(event.currentTarget.value)}
          />
        )}
        <NumberInput
          label={t("versions.minutes")}
          value={time}
          min={0.1}
          max={10_000}
          decimalScale={1}
          w="11rem"
          onChange={(value) => setMinutes(typeof value === "number" && value > 0 ? value : null)}
        />
      </div>
      {!page.allowed && <p role="alert">{t("train.noConsent")}</p>}
      {problem != null && <ProblemNote problem={problem} />}
      <div>
        <Button type="submit" loading={busy} disabled={!page.allowed} data-testid="train-start">
          {t("train.start")}
        </Button>
      </div>
    </form>
  );
}
