import { Button, Checkbox, Group, NativeSelect, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { NewRule, Rights, Rule } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { Rows } from "../../ui/Rows";
import styles from "./RulesPanel.module.css";

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
        <Rows ordered testId="rules">
          {rights.rules.map((rule) => (
            <li key={rule.ordinal}>
              <span>
                <b>{matchText(rule.match, word)}</b>
                {": "}
                {rule.uses.length > 0 ? rule.uses.map((use) => word("rights.use", use)).join(", ") : t("rights.noUse")}
              </span>
              <span className="small quiet">
                {[word("rights.owner", rule.owner), rule.licence, rule.territory === "world" ? "" : rule.territory]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
              <Button size="compact-sm" variant="subtle" disabled={busy} onClick={() => onRemove(rule)}>
                {t("rights.remove")}
              </Button>
            </li>
          ))}
        </Rows>
      )}
      <RuleForm busy={busy} onAdd={onAdd} />
    </>
  );
}

function RuleForm({ busy, onAdd }: Pick<RulesPanelProps, "busy" | "onAdd">) {
  const { t, word } = useLanguage();
  const form = useForm({
    initialValues: {
      by: "folder" as (typeof matches)[number],
      value: "",
      owner: "",
      licence: "",
      uses: ["train", "cite", "speak"],
    },
  });
  const { by } = form.values;
  const add = form.onSubmit(({ value, owner, licence, uses: allowed }) => {
    onAdd({
      match: by === "all" ? by : `${by}:${value.trim()}`,
      uses: uses.filter((use) => allowed.includes(use)),
      owner: owner.trim() || "mine",
      licence: licence.trim(),
      territory: "world",
    });
    form.setFieldValue("value", "");
  });
  return (
    <form className={styles.form} onSubmit={add}>
      <NativeSelect
        label={t("rights.match")}
        data={matches.map((one) => ({ value: one, label: word("rights.by", one) }))}
        {...form.getInputProps("by")}
      />
      {by !== "all" && (
        <TextInput
          label={t("rights.value")}
          placeholder={t(`rights.example.${by}`)}
          maxLength={400}
          required
          withAsterisk={false}
          {...form.getInputProps("value")}
        />
      )}
      <Checkbox.Group label={t("rights.uses")} {...form.getInputProps("uses")}>
        <Group h={36} gap="md">
          {uses.map((use) => (
            <Checkbox key={use} value={use} label={word("rights.use", use)} />
          ))}
        </Group>
      </Checkbox.Group>
      <TextInput
        label={t("rights.ownerLabel")}
        placeholder={word("rights.owner", "mine")}
        maxLength={200}
        {...form.getInputProps("owner")}
      />
      <TextInput
        label={t("rights.licence")}
        placeholder="CC-BY-4.0"
        maxLength={200}
        {...form.getInputProps("licence")}
      />
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
  return value === ""
    ? word("rights.by", by)
    : `${word("rights.by", by)} ${by === "kind" ? word("kind", value) : value}`;
}
