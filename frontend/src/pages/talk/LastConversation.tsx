import { Button } from "@mantine/core";
import { useConversations } from "../../hooks/useConversations";
import { useLanguage } from "../../hooks/useLanguage";
import { formatMoment } from "../../i18n/time";
import styles from "./Talk.module.css";

/** The conversation that a fan was in last, so that one broken off is found again. */
export function LastConversation({ slug, onShow }: { slug: string; onShow: (id: string) => Promise<void> }) {
  const { t, language } = useLanguage();
  const last = useConversations(slug, true).conversations?.[0];
  if (last === undefined) return null;
  return (
    <div className={`${styles.strip} row small`} data-testid="last-conversation">
      <span>
        {t("talk.last", { title: last.title || t("talk.conversation"), when: formatMoment(last.updated, language) })}
      </span>
      <Button size="compact-sm" variant="subtle" onClick={() => void onShow(last.id)}>
        {t("talk.lastOpen")}
      </Button>
    </div>
  );
}
