import { Waiting } from "../../components/ui/Empty";
import { ConversationList } from "../../components/talk/ConversationList";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { useConversations } from "../../hooks/useConversations";

interface HistoryProps {
  slug: string;
  name: string;
  locked: boolean;
  currentId: string | null;
  onOpen: (id: string | null) => Promise<void>;
}

/** Earlier conversations with this twin. */
export function History({ slug, name, locked, currentId, onOpen }: HistoryProps) {
  const { conversations, problem, remove } = useConversations(slug, true);
  if (problem) return <ProblemNote problem={problem} />;
  if (!conversations) return <Waiting />;
  return (
    <ConversationList
      conversations={conversations}
      name={name}
      locked={locked}
      currentId={currentId}
      onOpen={(id) => void onOpen(id)}
      onDelete={(id) => remove.mutate(id, { onSuccess: () => id === currentId && !locked && void onOpen(null) })}
    />
  );
}
