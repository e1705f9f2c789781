import { Button } from "@mantine/core";
import type { ChatExport } from "../api/types";
import { useLanguage } from "../hooks/useLanguage";
import styles from "./Panels.module.css";

const speakers_max = 12;

interface ExportPanelProps {
  exports: readonly ChatExport[];
  busy: boolean;
  onChoose: (item_id: string, name: string) => void;
}

/** Chats in which nobody is the creator yet: who speaks how much, and which of them it is. */
export function ExportPanel({ exports, busy, onChoose }: ExportPanelProps) {
  const { t, word } = useLanguage();
  if (exports.length === 0) return null;
  return (
    <section className={styles.ask} data-testid="exports">
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
                    <b>{speaker.name}</b>
                    <span className="small quiet">
                      {t("exports.says", { count: speaker.passages, percent: Math.round((100 * speaker.characters) / Math.max(1, all)) })}
                    </span>
                    <span className={styles.said} aria-hidden="true">
                      <span style={{ inlineSize: `${(100 * speaker.characters) / Math.max(1, all)}%` }} />
                    </span>
                  </span>
                  <Button
                    size="compact-sm"
                    variant="default"
                    disabled={busy}
                    aria-label={t("exports.chooseName", { name: speaker.name })}
                    onClick={() => onChoose(one.item_id, speaker.name)}
                  >
                    {t("exports.choose")}
                  </Button>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
}
