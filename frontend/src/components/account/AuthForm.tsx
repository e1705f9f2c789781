import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLanguage } from "../../hooks/useLanguage";

interface AuthFormProps {
  kind: "log-in" | "sign-up";
  busy: boolean;
  /** What was wrong, in words, or null. */
  wrong: string | null;
  onSubmit: (credentials: { email: string; password: string }) => void;
}

/** E-mail and password. */
export function AuthForm({ kind, busy, wrong, onSubmit }: AuthFormProps) {
  const { t } = useLanguage();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const prefix = kind === "sign-up" ? "signup" : "login";
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit({ email: email.trim(), password });
      }}
    >
      <TextInput
        data-testid={`${prefix}-email`}
        type="email"
        name="email"
        label={t("auth.email")}
        size="md"
        autoComplete="email"
        required
        withAsterisk={false}
        maxLength={254}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        data-testid={`${prefix}-password`}
        name="password"
        label={t("auth.password")}
        description={kind === "sign-up" ? t("auth.passwordHint") : undefined}
        size="md"
        autoComplete={kind === "sign-up" ? "new-password" : "current-password"}
        required
        withAsterisk={false}
        minLength={kind === "sign-up" ? 10 : 1}
        maxLength={256}
        visibilityToggleButtonProps={{ "aria-label": t("auth.show"), tabIndex: 0 }}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <p role="alert" style={{ color: "var(--seal)" }} hidden={wrong === null}>
        {wrong}
      </p>
      <Button type="submit" size="md" loading={busy} data-testid={`${prefix}-submit`}>
        {t(kind === "sign-up" ? "nav.signUp" : "nav.logIn")}
      </Button>
    </form>
  );
}
