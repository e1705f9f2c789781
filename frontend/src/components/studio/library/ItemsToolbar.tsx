import { NativeSelect, TextInput, UnstyledButton } from "@mantine/core";
import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./Items.module.css";
import { type ItemFilter, type Mark, marks } from "./libraryItems";

interface ItemsToolbarProps {
  filter: ItemFilter;
  states: ReadonlyMap<"used" | Mark, number>;
  tags: readonly [string, number][];
  total: number;
  onFilter: (filter: ItemFilter) => void;
}

/** Which items are shown: by words, by what stands in their way, by tag. */
export function ItemsToolbar({ filter, states, tags, total, onFilter }: ItemsToolbarProps) {
  const { t } = useLanguage();
  return (
    <div className={styles.toolbar}>
      <TextInput
        label={t("library.filter")}
        type="search"
        value={filter.words}
        onChange={(event) => onFilter({ ...filter, words: event.currentTarget.value })}
      />
      <NativeSelect
        label={t("items.state")}
        value={filter.state}
        data-testid="state-filter"
        data={[
          { value: "", label: `${t("common.all")} (${total})` },
          ...(["used", ...marks] as const)
            .filter((state) => states.has(state) || state === filter.state)
            .map((state) => ({
              value: state,
              label: `${t(state === "used" ? "items.used" : `items.mark.${state}`)} (${states.get(state) ?? 0})`,
            })),
        ]}
        onChange={(event) => onFilter({ ...filter, state: event.currentTarget.value as ItemFilter["state"] })}
      />
      {tags.length > 0 && (
        <div className={styles.tags} role="group" aria-label={t("items.tags")}>
          {tags.map(([tag, count]) => (
            <UnstyledButton
              key={tag}
              className={styles.tag}
              aria-pressed={filter.tag === tag}
              onClick={() => onFilter({ ...filter, tag: filter.tag === tag ? "" : tag })}
            >
              {tag} <span className="number">{count}</span>
            </UnstyledButton>
          ))}
        </div>
      )}
    </div>
  );
}
