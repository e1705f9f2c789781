import { Textarea } from "@mantine/core";
import { useLanguage } from "../../../hooks/useLanguage";

/** A sentence to fans, by language. */
export type Note = Record<string, string>;

const languages = ["en", "zh"] as const;

/** What fans are told when another version answers them. */
export function NoteFields({ note, onNote }: { note: Note; onNote: (note: Note) => void }) {
  const { t, word } = useLanguage();
  return (
    <fieldset className="bare stack">
      <legend>{t("versions.note")}</legend>
      <p className="small quiet">{t("versions.noteHint")}</p>
      {languages.map((code) => (
        <Textarea
          key={code}
          label={word("languageName", code)}
          lang={code}
          autosize
          minRows={1}
          maxLength={300}
          value={note[code] ?? ""}
          onChange={(event) => onNote({ ...note, [code]: event.currentTarget.value })}
          data-testid={`note-${code}`}
        />
      ))}
    </fieldset>
  );
}
