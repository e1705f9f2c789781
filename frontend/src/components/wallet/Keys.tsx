import { Button, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useState } from "react";
import type { ApiKey } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { formatDay } from "../../i18n/time";
import { Rows } from "../ui/Rows";
import styles from "./Keys.module.css";

interface KeysProps {
  keys: readonly ApiKey[];
  /** The key that was just made; its secret can be read only now. */
  secret: string | null;
  busy: boolean;
  onCreate: (name: string) => void;
  onDelete: (id: string) => void;
}

/** API keys: make, copy once, delete. */
export function Keys({ keys, secret, busy, onCreate, onDelete }: KeysProps) {
  const { t, language } = useLanguage();
  const [name, setName] = useState("");
  return (
    <div className="stack">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onCreate(name.trim());
          setName("");
        }}
      >
        <TextInput
          label={t("keys.name")}
          value={name}
          maxLength={80}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={name.trim() === ""} loading={busy}>
          {t("keys.create")}
        </Button>
      </form>
      {secret !== null && <Secret secret={secret} />}
      {keys.length === 0 ? (
        <p className="quiet">{t("keys.empty")}</p>
      ) : (
        <Rows>
          {keys.map((key) => (
            <li key={key.id}>
              <span>{key.name}</span>
              <code className="quiet">{key.hint}</code>
              <span className="small quiet">{t("keys.created", { at: formatDay(key.created, language) })}</span>
              <Button size="compact-sm" variant="subtle" color="seal" onClick={() => onDelete(key.id)}>
                {t("keys.remove")}
              </Button>
            </li>
          ))}
        </Rows>
      )}
    </div>
  );
}

function Secret({ secret }: { secret: string }) {
  const { t } = useLanguage();
  const clipboard = useClipboard({ timeout: 4000 });
  return (
    <div className={styles.secret} role="status">
      <p>{t("keys.once")}</p>
      <code data-testid="key-secret">{secret}</code>
      <Button size="compact-sm" variant="default" onClick={() => clipboard.copy(secret)}>
        {t(clipboard.copied ? "common.copied" : "common.copy")}
      </Button>
    </div>
  );
}
