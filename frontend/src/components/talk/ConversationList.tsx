import { ActionIcon, Button, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { ConversationSummary } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { formatMoment } from "../../i18n/time";
import styles from "./ConversationList.module.css";

interface ConversationListProps {
  conversations: readonly ConversationSummary[];
  name: string;
  /** A call is running: nothing else can be opened now. */
  locked: boolean;
  currentId: string | null;
  onOpen: (id: string | null) => void;
  onDelete: (id: string) => void;
}

/** Earlier conversations, newest first. */
export function ConversationList(props: ConversationListProps) {
  const { t, language } = useLanguage();
  const [doomed, setDoomed] = useState<string | null>(null);
  if (props.conversations.length === 0) return <p className="quiet">{t("talk.historyEmpty", { name: props.name })}</p>;
  return (
    <div className="stack">
      {props.locked ? (
        <p className="small quiet">{t("talk.historyBusy")}</p>
      ) : (
        <Button variant="default" onClick={() => props.onOpen(null)}>
          {t("talk.newConversation")}
        </Button>
      )}
      <ul className={styles.list}>
        {props.conversations.map((one) => (
          <li key={one.id} aria-current={one.id === props.currentId || undefined}>
            <UnstyledButton className={styles.open} disabled={props.locked} onClick={() => props.onOpen(one.id)}>
              <span className={styles.title}>{one.title || t("talk.conversation")}</span>
              <span className="small quiet">
                {formatMoment(one.updated, language)} · {t("talk.historyTurns", { count: one.turns })}
              </span>
            </UnstyledButton>
            <a
              className={styles.keep}
              href={`/api/conversations/${one.id}/transcript`}
              download
              aria-label={t("talk.historyDownload")}
              title={t("talk.historyDownload")}
            >
              ↓
            </a>
            {doomed === one.id ? (
              <span className="row">
                <Button size="compact-sm" color="seal" onClick={() => props.onDelete(one.id)}>
                  {t("talk.historyConfirm")}
                </Button>
                <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setDoomed(null)}>
                  {t("common.cancel")}
                </Button>
              </span>
            ) : (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={44}
                aria-label={t("talk.historyDelete")}
                disabled={props.locked && one.id === props.currentId}
                onClick={() => setDoomed(one.id)}
              >
                ×
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
