import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { StudioPassage } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./Lines.module.css";
import { meant, otherNames, said, sameSpeaker, type Scope, type Who } from "./speakers";

interface SpeakerFormProps {
  passages: readonly StudioPassage[];
  line: StudioPassage;
  chosen: readonly string[];
  busy: boolean;
  onSet: (ids: string[], speaker: string | null, is_creator: boolean) => void;
}

const names_max = 20;

/** Who speaks, and in which lines. */
export function SpeakerForm({ passages, line, chosen, busy, onSet }: SpeakerFormProps) {
  const { t } = useLanguage();
  const names = otherNames(passages).slice(0, names_max);
  const many = chosen.length > 1 && chosen.includes(line.id);
  const same = sameSpeaker(passages, line).length;
  const [who, setWho] = useState<Who>(line.is_creator ? { kind: "unknown" } : { kind: "creator" });
  const [typed, setTyped] = useState(false);
  const [scope, setScope] = useState<Scope>(many ? "chosen" : "line");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { speaker, is_creator } = said(passages, line, scope, who);
    onSet(meant(passages, line, scope, chosen), speaker, is_creator);
  };
  const radio = (key: string, label: string, one: Who, checked: boolean, isTyped = false) => (
    <label key={key}>
      <input
        type="radio"
        name="who"
        checked={checked}
        onChange={() => {
          setTyped(isTyped);
          setWho(one);
        }}
      />
      {label}
    </label>
  );
  const scopes: [Scope, string][] = [
    ["line", t("transcript.thisLine")],
    ...(many ? [["chosen", t("transcript.chosenLines", { count: chosen.length })] as [Scope, string]] : []),
    ...(same > 1 ? [["speaker", t("transcript.allLines", { count: same, name: line.is_creator ? t("transcript.you") : line.speaker || t("transcript.unknown") })] as [Scope, string]] : []),
  ];
  return (
    <form className={styles.speakerForm} onSubmit={submit}>
      <fieldset>
        <legend className="hidden">{t("transcript.who")}</legend>
        {radio("creator", t("transcript.creator"), { kind: "creator" }, who.kind === "creator")}
        {names.map((name) => radio(`name ${name}`, name, { kind: "name", name }, !typed && who.kind === "name" && who.name === name))}
        {radio("unknown", t("transcript.unknown"), { kind: "unknown" }, who.kind === "unknown")}
        {radio("typed", t("transcript.otherName"), { kind: "name", name: "" }, typed, true)}
        {typed && (
          <TextInput
            autoFocus
            aria-label={t("transcript.otherName")}
            maxLength={200}
            value={who.kind === "name" ? who.name : ""}
            onChange={(event) => setWho({ kind: "name", name: event.currentTarget.value })}
          />
        )}
      </fieldset>
      {scopes.length > 1 && (
        <fieldset>
          <legend>{t("transcript.where")}</legend>
          {scopes.map(([one, label]) => (
            <label key={one}>
              <input type="radio" name="scope" checked={scope === one} onChange={() => setScope(one)} />
              {label}
            </label>
          ))}
        </fieldset>
      )}
      <div>
        <Button type="submit" loading={busy} disabled={who.kind === "name" && who.name.trim() === ""}>
          {t("transcript.setSpeaker")}
        </Button>
      </div>
    </form>
  );
}
