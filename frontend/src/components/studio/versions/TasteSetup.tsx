import { Button, NativeSelect, Textarea } from "@mantine/core";
import { useState } from "react";
import type { Contestant, TasteQuestion } from "../../../api/types";
import type { Asked } from "../../../hooks/useTaste";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatMoment } from "../../../i18n/time";
import styles from "./Taste.module.css";

interface TasteSetupProps {
  versions: readonly Contestant[];
  questions: readonly TasteQuestion[];
  busy: boolean;
  onAsk: (asked: Asked) => void;
}

const base = "";

/** Which two answer, and what they are asked. */
export function TasteSetup({ versions, questions, busy, onAsk }: TasteSetupProps) {
  const { t, language } = useLanguage();
  const [version, setVersion] = useState(versions[0]?.id ?? "");
  const [rival, setRival] = useState(base);
  const [own, setOwn] = useState("");
  const [place, setPlace] = useState(0);
  const mine = questions.filter((one) => one.language === language);
  const offered = mine.length > 0 ? mine : questions;
  const next = offered[place % Math.max(1, offered.length)];
  const typed = own.trim();
  const named = versions.map((one) => ({
    value: one.id,
    label: `${t("train.version", { number: one.number })} · ${one.base} · ${formatMoment(one.created, language)}`,
  }));
  function submit() {
    const asked = typed
      ? { question: typed, source: "own" as const }
      : next && { question: next.text, source: next.source };
    if (!asked) return;
    onAsk({ ...asked, version, rival: rival || null });
    setOwn("");
    if (!typed) setPlace(place + 1);
  }
  return (
    <form
      className={styles.setup}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <NativeSelect
        label={t("taste.version")}
        data={named}
        value={version}
        onChange={(event) => {
          setVersion(event.currentTarget.value);
          if (event.currentTarget.value === rival) setRival(base);
        }}
      />
      <NativeSelect
        label={t("taste.rival")}
        data={[{ value: base, label: t("taste.base") }, ...named.filter((one) => one.value !== version)]}
        value={rival}
        onChange={(event) => setRival(event.currentTarget.value)}
      />
      <Textarea
        className={styles.question}
        label={t("taste.question")}
        description={
          next
            ? t(next.source === "held_out" ? "taste.nextHeldOut" : "taste.nextStarter", { question: next.text })
            : undefined
        }
        placeholder={t("taste.own")}
        value={own}
        maxLength={1000}
        autosize
        minRows={1}
        maxRows={5}
        onChange={(event) => setOwn(event.currentTarget.value)}
      />
      <div className="row">
        <Button type="submit" loading={busy} disabled={!typed && !next} data-testid="taste-ask">
          {t(typed ? "taste.askOwn" : "taste.askNext")}
        </Button>
        {next && !typed && offered.length > 1 && (
          <Button variant="subtle" color="gray" onClick={() => setPlace(place + 1)}>
            {t("taste.another")}
          </Button>
        )}
      </div>
    </form>
  );
}
