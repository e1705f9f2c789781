import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState } from "react";
import type { LibraryItem } from "../../../api/types";
import { BulkBar } from "../../../components/studio/library/BulkBar";
import { Empty } from "../../../components/ui/Empty";
import { ItemsTable } from "../../../components/studio/library/ItemsTable";
import { ItemsToolbar } from "../../../components/studio/library/ItemsToolbar";
import { everyItem, shownItems, stateCounts, tagCounts } from "../../../components/studio/library/libraryItems";
import { Pager } from "../../../components/ui/Pager";
import { ProblemNote } from "../../../components/ui/ProblemNote";
import { afterAll, afterClick, among, nothingChosen } from "../../../components/studio/library/selection";
import { UndoNotification } from "../../../components/studio/library/UndoNotification";
import { useLanguage } from "../../../hooks/useLanguage";
import { useLibraryEdits } from "../../../hooks/useLibraryEdits";
import { useRights } from "../../../hooks/useRights";
import { transcriptPath } from "../../../routes";

const limit = 50;

interface ItemsSectionProps {
  slug: string;
  items: readonly LibraryItem[];
  onExamples: (item: LibraryItem) => void;
}

/** Every item: found, tagged, left out and taken in again. */
export function ItemsSection({ slug, items, onExamples }: ItemsSectionProps) {
  const { t, word } = useLanguage();
  const { exclude, tag, undo, latest } = useLibraryEdits(slug);
  const { confirm } = useRights(slug);
  const [filter, setFilter] = useState(everyItem);
  const [words] = useDebouncedValue(filter.words, 150);
  const [offset, setOffset] = useState(0);
  const [selection, setSelection] = useState(nothingChosen);

  const byId = useMemo(() => new Map(items.map((item) => [item.id, item])), [items]);
  const shown = useMemo(
    () => shownItems(items, { state: filter.state, tag: filter.tag, words }, (kind) => word("kind", kind)),
    [items, filter.state, filter.tag, words, word],
  );
  const states = useMemo(() => stateCounts(items), [items]);
  const tags = useMemo(() => tagCounts(items), [items]);
  const from = offset < shown.length ? offset : 0;
  const page = shown.slice(from, from + limit);
  const pageIds = page.map((item) => item.id);
  const chosen = useMemo(() => among(selection, byId.keys()), [selection, byId]);
  const chosenItems = chosen.flatMap((id) => byId.get(id) ?? []);
  const flagged = chosenItems.filter((item) => item.flags.length > 0).map((item) => item.id);
  const problem = exclude.error ?? tag.error ?? undo.error ?? confirm.error;

  if (items.length === 0) return <Empty title={t("items.empty")}>{t("items.emptyHint", { slug })}</Empty>;
  return (
    <>
      <ItemsToolbar
        filter={filter}
        states={states}
        tags={tags}
        total={items.length}
        onFilter={(changed) => {
          setFilter(changed);
          setOffset(0);
        }}
      />
      {problem && <ProblemNote problem={problem} />}
      {shown.length === 0 ? (
        <p className="quiet">{t("library.noMatch")}</p>
      ) : (
        <ItemsTable
          items={page}
          selection={selection}
          hrefOf={(item) => transcriptPath(slug, item.id)}
          titleOf={(id) => byId.get(id)?.title ?? id}
          onChoose={(item, range) => setSelection(afterClick(selection, pageIds, item.id, range))}
          onChooseAll={() => setSelection(afterAll(selection, pageIds))}
          onTag={(one) => {
            setFilter({ ...filter, tag: one });
            setOffset(0);
          }}
          onExclude={(item) => exclude.mutate({ ids: [item.id], excluded: !item.excluded })}
          onExamples={onExamples}
        />
      )}
      <Pager offset={from} limit={limit} total={shown.length} onOffset={setOffset} />
      {chosen.length > 0 && (
        <BulkBar
          count={chosen.length}
          total={shown.length}
          tags={tagCounts(chosenItems).map(([one]) => one)}
          flagged={flagged.length}
          busy={exclude.isPending || tag.isPending || confirm.isPending}
          onExclude={(excluded) => exclude.mutate({ ids: chosen, excluded })}
          onTag={(one) => tag.mutate({ ids: chosen, add: [one] })}
          onUntag={(one) => tag.mutate({ ids: chosen, remove: [one] })}
          onConfirm={() => confirm.mutate(flagged)}
          onAll={() => setSelection({ chosen: new Set(shown.map((item) => item.id)), from: null })}
          onNone={() => setSelection(nothingChosen)}
        />
      )}
      <UndoNotification change={latest} busy={undo.isPending} onUndo={undo.mutate} />
    </>
  );
}
