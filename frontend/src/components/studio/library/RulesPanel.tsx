import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { NewRule, Rights, Rule } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./Panels.module.css";

const uses = ["train", "cite", "speak", "sing"] as const;
const matches = ["all", "folder", "format", "kind", "url", "tag"] as const;

interface RulesPanelProps {
  rights: Rights;
  busy: boolean;
  onAdd: (rule: NewRule) => void;
  onRemove: (rule: Rule) => void;
}

/** What was said about many items at once; of the rules that fit an item the last decides. */
export function RulesPanel({ rights, busy, onAdd, onRemove }: RulesPanelProps) {
  const { t, word } = useLanguage();
  return (
    <>
      <p>
        {uses.map((use) => `${word("rights.use", use)} ${rights.usable[use] ?? 0}`).join(" · ")}{" "}
        <span className="quiet">{t("rights.ofItems", { count: rights.items })}</span>
      </p>
      {rights.rules.length === 0 ? (
        <p className="quiet">{t("rights.noRules")}</p>
      ) : (
        <ol className={styles.rules} data-testid="rules">
          {rights.rules.map((rule) => (
            <li key={rule.ordinal}>
              <span>
                <b>{matchText(rule.match, word)}</b>
                {": "}
                {rule.uses.length > 0 ? rule.uses.map((use) => word("rights.use", use)).join(", ") : t("rights.noUse")}
              </span>
              <span className="small quiet">
                {[word("rights.owner", rule.owner), rule.licence, rule.territory === "world" ? "" : rule.territory].filter(Boolean).join(" · ")}
              </span>
              <Button size="compact-sm" variant="subtle" disabled={busy} onClick={() => onRemove(rule)}>
                {t("rights.remove")}
              </Button>
            </li>
          ))}
        </ol>
      )}
      <RuleForm busy={busy} onAdd={onAdd} />
    </>
  );
}

function RuleForm({ busy, onAdd }: Pick<RulesPanelProps, "busy" | "onAdd">) {
  const { t, word } = useLanguage();
  const [by, setBy] = useState<(typeof matches)[number]>("folder");
  const [value, setValue] = useState("");
  const [owner, setOwner] = useState("");
  const [licence, setLicence] = useState("");
  const [allowed, setAllowed] = useState<ReadonlySet<string>>(new Set(["train", "cite", "speak"]));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const match = by === "all" ? by : `${by}:${value.trim()}`;
    onAdd({ match, uses: uses.filter((use) => allowed.has(use)), owner: owner.trim() || "mine", licence: licence.trim(), territory: "world" });
    setValue("");
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <label>
        {t("rights.match")}
        <select value={by} onChange={(event) => setBy(event.currentTarget.value as typeof by)}>
          {matches.map((one) => (
            <option key={one} value={one}>
              {word("rights.by", one)}
            </option>
          ))}
        </select>
      </label>
      {by !== "all" && (
        <TextInput label={t("rights.value")} placeholder={t(`rights.example.${by}`)} value={value} maxLength={400} required withAsterisk={false} onChange={(event) => setValue(event.currentTarget.value)} />
      )}
      <fieldset>
        <legend>{t("rights.uses")}</legend>
        {uses.map((use) => (
          <label key={use}>
            <input
              type="checkbox"
              checked={allowed.has(use)}
              onChange={() => setAllowed((before) => new Set(before.has(use) ? [...before].filter((one) => one !== use) : [...before, use]))}
            />
            {word("rights.use", use)}
          </label>
        ))}
      </fieldset>
      <TextInput label={t("rights.ownerLabel")} placeholder={word("rights.owner", "mine")} value={owner} maxLength={200} onChange={(event) => setOwner(event.currentTarget.value)} />
      <TextInput label={t("rights.licence")} placeholder="CC-BY-4.0" value={licence} maxLength={200} onChange={(event) => setLicence(event.currentTarget.value)} />
      <Button type="submit" variant="default" loading={busy}>
        {t("rights.add")}
      </Button>
    </form>
  );
}

/** `folder:talks/2024` in words; a match of a kind that is not known here stays as it is. */
function matchText(match: string, word: (group: string, value: string) => string): string {
  const [by = "", ...rest] = match.split(":");
  const value = rest.join(":");
  return value === "" ? word("rights.by", by) : `${word("rights.by", by)} ${by === "kind" ? word("kind", value) : value}`;
}
