import { useEffect, useRef } from "react";
import { Link } from "react-router";
import type { LibraryItem } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatClock, formatDay } from "../../../i18n/time";
import styles from "./Items.module.css";
import { markOf } from "./libraryItems";
import type { Selection } from "./selection";

interface ItemsTableProps {
  /** One page of them. */
  items: readonly LibraryItem[];
  selection: Selection;
  hrefOf: (item: LibraryItem) => string;
  titleOf: (item_id: string) => string;
  onChoose: (item: LibraryItem, range: boolean) => void;
  onChooseAll: () => void;
  onTag: (tag: string) => void;
  onExclude: (item: LibraryItem) => void;
  onExamples: (item: LibraryItem) => void;
}

/** A page of a library's items, each with what stands in its way. */
export function ItemsTable(props: ItemsTableProps) {
  const { items, selection } = props;
  const { t } = useLanguage();
  const chosen = items.filter((item) => selection.chosen.has(item.id)).length;
  const all = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (all.current) all.current.indeterminate = chosen > 0 && chosen < items.length;
  }, [chosen, items.length]);
  return (
    <table className={`plain ${styles.items}`} data-testid="items">
      <thead>
        <tr>
          <th scope="col">
            <input
              ref={all}
              type="checkbox"
              checked={items.length > 0 && chosen === items.length}
              aria-label={t("items.chooseAll")}
              onChange={props.onChooseAll}
            />
            <span className={styles.allLabel} aria-hidden="true">
              {t("items.chooseAll")}
            </span>
          </th>
          <th scope="col">{t("library.itemTitle")}</th>
          <th scope="col">{t("library.kind")}</th>
          <th scope="col">{t("library.language")}</th>
          <th scope="col">{t("library.published")}</th>
          <th scope="col" className="right">{t("library.length")}</th>
          <th scope="col" className="right">{t("library.words")}</th>
          <th scope="col">
            <span className="hidden">{t("items.actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Row key={item.id} item={item} {...props} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ item, selection, hrefOf, titleOf, onChoose, onTag, onExclude, onExamples }: ItemsTableProps & { item: LibraryItem }) {
  const { t, word, language } = useLanguage();
  const mark = markOf(item);
  return (
    <tr data-testid="item" data-mark={mark ?? undefined} data-chosen={selection.chosen.has(item.id) || undefined}>
      <td className={styles.check}>
        <input
          type="checkbox"
          checked={selection.chosen.has(item.id)}
          aria-label={t("items.choose", { title: item.title })}
          onChange={(event) => onChoose(item, (event.nativeEvent as MouseEvent).shiftKey)}
        />
      </td>
      <td className={styles.title} title={item.path}>
        <Link to={hrefOf(item)}>{item.title}</Link>
        <Mark item={item} titleOf={titleOf} />
        <Gaps item={item} />
        {item.tags.length > 0 && (
          <span className={styles.tags}>
            {item.tags.map((tag) => (
              <button key={tag} type="button" className={styles.tag} aria-label={t("items.onlyTag", { tag })} onClick={() => onTag(tag)}>
                {tag}
              </button>
            ))}
          </span>
        )}
      </td>
      <td>
        {word("kind", item.kind)} <span className="quiet">{word("report.format", item.format)}</span>
      </td>
      <td>{word("languageName", item.language)}</td>
      <td>{item.published ? formatDay(item.published, language) : <span className="quiet">–</span>}</td>
      <td className="right number">{item.duration_s == null ? <span className="quiet">–</span> : formatClock(item.duration_s)}</td>
      <td className="right number" data-unit={t("library.words")}>
        {item.words.toLocaleString(language === "zh" ? "zh-CN" : "en")}
      </td>
      <td className={styles.does}>
        <button type="button" className={styles.link} onClick={() => onExclude(item)}>
          {t(item.excluded ? "items.include" : "items.exclude")}
        </button>
        <button type="button" className={styles.link} disabled={mark !== null} onClick={() => onExamples(item)}>
          {t("library.showExamples")}
        </button>
      </td>
    </tr>
  );
}

/** What of the item's file could not be read. */
function Gaps({ item }: { item: LibraryItem }) {
  const { t, sentence } = useLanguage();
  if (item.dropped.length === 0) return null;
  const reasons = item.dropped.map((one) => sentence("items.dropped", one)).join("; ");
  return (
    <span className={styles.mark}>
      <b>{t("items.gaps")}</b> {reasons}
    </span>
  );
}

/** What stands in the way of an item, with the reason beneath. */
function Mark({ item, titleOf }: { item: LibraryItem; titleOf: (item_id: string) => string }) {
  const { t, word, sentence } = useLanguage();
  const mark = markOf(item);
  if (mark === null) return null;
  const uses = item.uses.map((use) => word("rights.use", use)).join(", ");
  const reason = {
    private: t("library.privateHint"),
    excluded: t("items.excludedHint"),
    duplicate: t("items.duplicateHint", { title: titleOf(item.duplicate_of ?? "") }),
    unspoken: t("items.unspokenHint"),
    flagged: t("items.flaggedHint", { reason: item.flags.map((flag) => sentence("items.flag", flag)).join("; ") }),
    limited: item.why_not ? sentence("items.limit", { ...item.why_not, values: { ...item.why_not.values, uses } }) : "",
  }[mark];
  return (
    <span className={styles.mark} data-mark={mark}>
      <b>{t(`items.mark.${mark}`)}</b> {reason}
    </span>
  );
}
