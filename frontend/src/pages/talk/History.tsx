import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { ConversationList } from "../../components/talk/ConversationList";
import { Waiting } from "../../components/ui/Empty";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { useConversations } from "../../hooks/useConversations";
import { useLanguage } from "../../hooks/useLanguage";

interface HistoryProps {
  slug: string;
  name: string;
  locked: boolean;
  currentId: string | null;
  onOpen: (id: string | null) => Promise<void>;
  onClose: () => void;
  /** Stands above the list. */
  children?: ReactNode;
}

/** Earlier conversations with this twin, beside the page. */
export function History({ slug, name, locked, currentId, onOpen, onClose, children }: HistoryProps) {
  const { t } = useLanguage();
  const { conversations, problem, remove } = useConversations(slug, true);
  return (
    <Drawer
      opened
      onClose={onClose}
      title={t("talk.historyTitle")}
      position="right"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {children}
      {problem && <ProblemNote problem={problem} />}
      {!problem && !conversations && <Waiting />}
      {!problem && conversations && (
        <ConversationList
          conversations={conversations}
          name={name}
          locked={locked}
          currentId={currentId}
          onOpen={(id) => void onOpen(id)}
          onDelete={(id) => remove.mutate(id, { onSuccess: () => id === currentId && !locked && void onOpen(null) })}
        />
      )}
    </Drawer>
  );
}
