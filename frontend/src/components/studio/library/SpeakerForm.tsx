import { Button, Radio, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { StudioPassage } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { linesOf, otherNames, sameSpeaker, type Scope, speakerChange, type Who } from "./speakers";

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
  const [picked, setPicked] = useState(line.is_creator ? "unknown" : "creator");
  const [typed, setTyped] = useState("");
  const [scope, setScope] = useState<Scope>(many ? "chosen" : "line");
  const who = whoOf(picked, typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { speaker, is_creator } = speakerChange(passages, line, scope, who);
    onSet(linesOf(passages, line, scope, chosen), speaker, is_creator);
  };
  const scopes: [Scope, string][] = [
    ["line", t("transcript.thisLine")],
    ...(many ? [["chosen", t("transcript.chosenLines", { count: chosen.length })] as [Scope, string]] : []),
    ...(same > 1
      ? [
          [
            "speaker",
            t("transcript.allLines", {
              count: same,
              name: line.is_creator ? t("transcript.you") : line.speaker || t("transcript.unknown"),
            }),
          ] as [Scope, string],
        ]
      : []),
  ];
  return (
    <form className="stack" onSubmit={submit}>
      <Radio.Group aria-label={t("transcript.who")} value={picked} onChange={setPicked}>
        <Stack gap="xs">
          <Radio value="creator" label={t("transcript.creator")} />
          {names.map((name) => (
            <Radio key={name} value={`name ${name}`} label={name} />
          ))}
          <Radio value="unknown" label={t("transcript.unknown")} />
          <Radio value="typed" label={t("transcript.otherName")} />
          {picked === "typed" && (
            <TextInput
              aria-label={t("transcript.otherName")}
              maxLength={200}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
        </Stack>
      </Radio.Group>
      {scopes.length > 1 && (
        <Radio.Group label={t("transcript.where")} value={scope} onChange={(value) => setScope(value)}>
          <Stack gap="xs" mt="xs">
            {scopes.map(([one, label]) => (
              <Radio key={one} value={one} label={label} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      <div>
        <Button type="submit" loading={busy} disabled={who.kind === "name" && who.name.trim() === ""}>
          {t("transcript.setSpeaker")}
        </Button>
      </div>
    </form>
  );
}

/** The choice as it is made: a fixed one, `name …`, or `typed` with what was typed. */
function whoOf(picked: string, typed: string): Who {
  if (picked === "creator" || picked === "unknown") return { kind: picked };
  return { kind: "name", name: picked === "typed" ? typed.trim() : picked.slice("name ".length) };
}
