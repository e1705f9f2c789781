import { Button, Textarea } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./Lines.module.css";

interface LineEditorProps {
  text: string;
  onSave: (text: string) => void;
  onCancel: () => void;
}

/** A line's words to be changed: Enter saves, Escape leaves them, Ctrl+Enter begins a new line. */
export function LineEditor({ text, onSave, onCancel }: LineEditorProps) {
  const { t } = useLanguage();
  const [value, setValue] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  const at = useRef<number | null>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
  }, [text]);
  useEffect(() => {
    if (at.current !== null) field.current?.setSelectionRange(at.current, at.current);
    at.current = null;
  }, [value]);

  const changed = value.trim() !== "" && value !== text;
  const save = () => (changed ? onSave(value) : onCancel());
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, Enter chooses characters.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      onCancel();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      const { selectionStart: from, selectionEnd: to } = event.currentTarget;
      at.current = from + 1;
      setValue(`${value.slice(0, from)}\n${value.slice(to)}`);
    } else if (event.key === "Enter") {
      event.preventDefault();
      save();
    }
  };
  return (
    <div className={styles.editor}>
      <Textarea
        ref={field}
        autosize
        minRows={1}
        value={value}
        maxLength={20_000}
        aria-label={t("transcript.words")}
        data-testid="line-editor"
        onChange={(event) => setValue(event.currentTarget.value)}
        onKeyDown={press}
      />
      <p className="row">
        <Button size="compact-sm" disabled={!changed} onClick={save}>
          {t("transcript.save")}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onCancel}>
          {t("common.cancel")}
        </Button>
        <span className="small quiet">{t("transcript.keys")}</span>
      </p>
    </div>
  );
}
