import { Anchor, Button, TextInput, UnstyledButton } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./Items.module.css";

interface BulkBarProps {
  count: number;
  /** Items on all pages that meet the filter; offered when more than are chosen. */
  total: number;
  tags: readonly string[];
  flagged: number;
  busy: boolean;
  onExclude: (excluded: boolean) => void;
  onTag: (tag: string) => void;
  onUntag: (tag: string) => void;
  onConfirm: () => void;
  onAll: () => void;
  onNone: () => void;
}

/** What can be done with the items that are chosen. */
export function BulkBar({
  count,
  total,
  tags,
  flagged,
  busy,
  onExclude,
  onTag,
  onUntag,
  onConfirm,
  onAll,
  onNone,
}: BulkBarProps) {
  const { t } = useLanguage();
  const [tag, setTag] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (tag.trim() === "") return;
    onTag(tag.trim());
    setTag("");
  };
  return (
    <div className={styles.bulk} role="region" aria-label={t("items.bulk")} data-testid="bulk">
      <p aria-live="polite">
        <b>{t("items.chosen", { count })}</b>{" "}
        {count < total && (
          <Anchor component="button" type="button" onClick={onAll}>
            {t("items.chooseEvery", { count: total })}
          </Anchor>
        )}{" "}
        <Anchor component="button" type="button" onClick={onNone}>
          {t("items.chooseNone")}
        </Anchor>
      </p>
      <div className={styles.bulkActions}>
        <Button size="compact-sm" variant="default" loading={busy} onClick={() => onExclude(true)}>
          {t("items.exclude")}
        </Button>
        <Button size="compact-sm" variant="default" disabled={busy} onClick={() => onExclude(false)}>
          {t("items.include")}
        </Button>
        {flagged > 0 && (
          <Button size="compact-sm" variant="default" disabled={busy} onClick={onConfirm}>
            {t("items.confirm", { count: flagged })}
          </Button>
        )}
        <form className={styles.tagForm} onSubmit={submit}>
          <TextInput
            size="xs"
            aria-label={t("items.newTag")}
            placeholder={t("items.newTag")}
            value={tag}
            maxLength={60}
            onChange={(event) => setTag(event.currentTarget.value)}
          />
          <Button type="submit" size="compact-sm" variant="default" disabled={busy || tag.trim() === ""}>
            {t("items.addTag")}
          </Button>
        </form>
      </div>
      {tags.length > 0 && (
        <p className={styles.tags}>
          {tags.map((one) => (
            <UnstyledButton
              key={one}
              className={styles.tag}
              aria-label={t("items.removeTag", { tag: one })}
              onClick={() => onUntag(one)}
            >
              {one} <span aria-hidden="true">×</span>
            </UnstyledButton>
          ))}
        </p>
      )}
    </div>
  );
}
