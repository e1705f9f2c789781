import { Button, Textarea } from "@mantine/core";
import { type KeyboardEvent, type RefObject, useState } from "react";
import { useLanguage } from "../../hooks/useLanguage";
import styles from "./Composer.module.css";

/** Whether a key press sends: Enter, unless it only confirms a word in an input method. */
export function sends(
  event: Pick<KeyboardEvent, "key" | "shiftKey" | "keyCode"> & { nativeEvent: { isComposing: boolean } },
): boolean {
  const composing = event.nativeEvent.isComposing || event.keyCode === 229; // 229: what Safari reports instead
  return event.key === "Enter" && !event.shiftKey && !composing;
}

interface ComposerProps {
  name: string;
  draft: string;
  onDraft: (text: string) => void;
  /** Resolves true when the text was accepted and may be forgotten. */
  onSend: (text: string) => Promise<boolean>;
  onStop: () => void;
  answering: boolean;
  disabled?: boolean;
  inputRef?: RefObject<HTMLTextAreaElement | null>;
}

const text_max = 4000;

/** Where the fan writes. */
export function Composer({ name, draft, onDraft, onSend, onStop, answering, disabled, inputRef }: ComposerProps) {
  const { t } = useLanguage();
  const [sending, setSending] = useState(false);
  const ready = draft.trim() !== "" && !answering && !sending && !disabled;

  async function send() {
    if (!ready) return;
    const text = draft.trim();
    setSending(true);
    onDraft("");
    try {
      if (!(await onSend(text))) onDraft(text);
    } finally {
      setSending(false);
      inputRef?.current?.focus();
    }
  }

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Textarea
        ref={inputRef}
        data-testid="message-input"
        aria-label={t("talk.message")}
        placeholder={t("talk.placeholder", { name })}
        classNames={{ input: styles.input }}
        autosize
        minRows={1}
        maxRows={8}
        maxLength={text_max}
        value={draft}
        disabled={disabled}
        onChange={(event) => onDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (!sends(event)) return;
          event.preventDefault();
          void send();
        }}
      />
      {answering ? (
        <Button type="button" variant="default" onClick={onStop} data-testid="stop">
          {t("talk.stop")}
        </Button>
      ) : (
        <Button type="submit" disabled={!ready} data-testid="send">
          {t("talk.send")}
        </Button>
      )}
    </form>
  );
}
