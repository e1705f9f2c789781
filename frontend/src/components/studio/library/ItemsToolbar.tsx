import { TextInput } from "@mantine/core";
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
      <label className={styles.select}>
        {t("items.state")}
        <select
          value={filter.state}
          data-testid="state-filter"
          onChange={(event) => onFilter({ ...filter, state: event.currentTarget.value as ItemFilter["state"] })}
        >
          <option value="">
            {t("common.all")} ({total})
          </option>
          {(["used", ...marks] as const)
            .filter((state) => states.has(state) || state === filter.state)
            .map((state) => (
              <option key={state} value={state}>
                {t(state === "used" ? "items.used" : `items.mark.${state}`)} ({states.get(state) ?? 0})
              </option>
            ))}
        </select>
      </label>
      {tags.length > 0 && (
        <div className={styles.tags} role="group" aria-label={t("items.tags")}>
          {tags.map(([tag, count]) => (
            <button
              key={tag}
              type="button"
              className={styles.tag}
              aria-pressed={filter.tag === tag}
              onClick={() => onFilter({ ...filter, tag: filter.tag === tag ? "" : tag })}
            >
              {tag} <span className="number">{count}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
