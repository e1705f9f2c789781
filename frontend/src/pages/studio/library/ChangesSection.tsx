import { ChangesList } from "../../../components/studio/library/ChangesList";
import { Disclosure } from "../../../components/ui/Disclosure";
import { ProblemNote } from "../../../components/ui/ProblemNote";
import { useLanguage } from "../../../hooks/useLanguage";
import { useChanges, useLibraryEdits } from "../../../hooks/useLibraryEdits";

/** Everything that was changed by hand, to be taken back. */
export function ChangesSection({ slug }: { slug: string }) {
  const { t } = useLanguage();
  const changes = useChanges(slug);
  const { undo } = useLibraryEdits(slug);
  return (
    <Disclosure name="changes" title={t("changes.title")} hint={t("changes.hint")} count={changes.data?.length}>
      {(changes.error ?? undo.error) && <ProblemNote problem={changes.error ?? undo.error} />}
      <ChangesList
        changes={changes.data ?? []}
        busy={undo.isPending ? undo.variables : null}
        onUndo={(change) => undo.mutate(change.id)}
      />
    </Disclosure>
  );
}
