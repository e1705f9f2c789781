import { Button, PasswordInput } from "@mantine/core";
import { useState } from "react";
import { useLanguage } from "../../hooks/useLanguage";

interface PasswordFormProps {
  busy: boolean;
  /** What was wrong, in words, or null. */
  wrong: string | null;
  done: boolean;
  onSubmit: (passwords: { current: string; new: string }) => void;
}

/** The password until now, and another one. */
export function PasswordForm({ busy, wrong, done, onSubmit }: PasswordFormProps) {
  const { t } = useLanguage();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const eye = { "aria-label": t("auth.show"), tabIndex: 0 };
  return (
    <form
      className="stack"
      style={{ maxWidth: "24rem" }}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit({ current, new: next });
      }}
    >
      <PasswordInput
        label={t("account.current")}
        autoComplete="current-password"
        required
        withAsterisk={false}
        maxLength={256}
        visibilityToggleButtonProps={eye}
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
      />
      <PasswordInput
        label={t("account.next")}
        description={t("auth.passwordHint")}
        autoComplete="new-password"
        required
        withAsterisk={false}
        minLength={10}
        maxLength={256}
        visibilityToggleButtonProps={eye}
        value={next}
        onChange={(event) => setNext(event.currentTarget.value)}
      />
      {wrong !== null && (
        <p role="alert" style={{ color: "var(--seal)" }}>
          {wrong}
        </p>
      )}
      {done && <p role="status">{t("account.changed")}</p>}
      <Button type="submit" variant="default" loading={busy} style={{ justifySelf: "start" }}>
        {t("account.change")}
      </Button>
    </form>
  );
}
