import { Button, Group, Progress } from "@mantine/core";
import type { ChatExport, OwnerAnswer } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { Ask } from "../Ask";
import styles from "./People.module.css";

const speakers_max = 12;
/** How the library calls those who speak without a name. */
const unnamed = "unnamed";

interface ExportPanelProps {
  exports: readonly ChatExport[];
  busy: boolean;
  onChoose: (item_id: string, answer: OwnerAnswer, name?: string) => void;
}

/** Conversations in which nobody is the creator yet: who speaks how much, and which of them it is. */
export function ExportPanel({ exports, busy, onChoose }: ExportPanelProps) {
  const { t, word } = useLanguage();
  const named = (name: string) => (name === unnamed ? t("exports.unnamed") : name);
  if (exports.length === 0) return null;
  return (
    <Ask data-testid="exports">
      <div>
        <h2>{t("exports.title")}</h2>
        <p>{t("exports.why")}</p>
      </div>
      {exports.map((one) => {
        const all = one.speakers.reduce((sum, speaker) => sum + speaker.characters, 0);
        return (
          <div key={one.item_id}>
            <h3>{one.title}</h3>
            <p className="small quiet">
              {word("report.format", one.format)} · {one.path} · {t("exports.items", { count: one.items })}
            </p>
            <ul className={styles.people}>
              {one.speakers.slice(0, speakers_max).map((speaker) => (
                <li key={speaker.name}>
                  <span className={styles.who}>
                    <b>{named(speaker.name)}</b>
                    <span className="small quiet">
                      {t("exports.says", {
                        count: speaker.passages,
                        percent: Math.round((100 * speaker.characters) / Math.max(1, all)),
                      })}
                    </span>
                    <Progress
                      size={4}
                      maw="24rem"
                      mt={5}
                      aria-hidden
                      value={(100 * speaker.characters) / Math.max(1, all)}
                    />
                  </span>
                  <Button
                    size="compact-sm"
                    variant="default"
                    disabled={busy}
                    aria-label={t("exports.chooseName", { name: named(speaker.name) })}
                    onClick={() => onChoose(one.item_id, "speaker", speaker.name)}
                  >
                    {t("exports.choose")}
                  </Button>
                </li>
              ))}
            </ul>
            <Group gap="xs">
              {(["nobody", "all"] as const).map((answer) => (
                <Button
                  key={answer}
                  size="compact-sm"
                  variant="subtle"
                  disabled={busy}
                  aria-label={t(`exports.${answer}Of`, { title: one.title })}
                  onClick={() => onChoose(one.item_id, answer)}
                >
                  {t(`exports.${answer}`)}
                </Button>
              ))}
            </Group>
          </div>
        );
      })}
    </Ask>
  );
}
