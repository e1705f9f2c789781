import { Anchor, Checkbox, Table, UnstyledButton } from "@mantine/core";
import { Link } from "react-router";
import type { LibraryItem } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatClock, formatDay } from "../../../i18n/time";
import styles from "./Items.module.css";
import { gapText, markOf } from "./libraryItems";
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
  return (
    <Table className={styles.items} data-testid="items">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">
            <Checkbox
              size="xs"
              classNames={{ label: styles.allLabel }}
              checked={items.length > 0 && chosen === items.length}
              indeterminate={chosen > 0 && chosen < items.length}
              label={t("items.chooseAll")}
              onChange={props.onChooseAll}
            />
          </Table.Th>
          <Table.Th scope="col">{t("library.itemTitle")}</Table.Th>
          <Table.Th scope="col">{t("library.kind")}</Table.Th>
          <Table.Th scope="col">{t("library.language")}</Table.Th>
          <Table.Th scope="col">{t("library.published")}</Table.Th>
          <Table.Th scope="col" ta="end">
            {t("library.length")}
          </Table.Th>
          <Table.Th scope="col" ta="end">
            {t("library.words")}
          </Table.Th>
          <Table.Th scope="col">
            <span className="hidden">{t("items.actions")}</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => (
          <Row key={item.id} item={item} {...props} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({
  item,
  selection,
  hrefOf,
  titleOf,
  onChoose,
  onTag,
  onExclude,
  onExamples,
}: ItemsTableProps & { item: LibraryItem }) {
  const { t, word, language } = useLanguage();
  const mark = markOf(item);
  return (
    <Table.Tr data-testid="item" data-mark={mark ?? undefined} data-chosen={selection.chosen.has(item.id) || undefined}>
      <Table.Td className={styles.check}>
        <Checkbox
          size="xs"
          checked={selection.chosen.has(item.id)}
          aria-label={t("items.choose", { title: item.title })}
          onChange={(event) => onChoose(item, (event.nativeEvent as MouseEvent).shiftKey)}
        />
      </Table.Td>
      <Table.Td className={styles.title} title={item.path}>
        <Link to={hrefOf(item)}>{item.title}</Link>
        <Mark item={item} titleOf={titleOf} />
        <Gaps item={item} />
        {item.tags.length > 0 && (
          <span className={styles.tags}>
            {item.tags.map((tag) => (
              <UnstyledButton
                key={tag}
                className={styles.tag}
                aria-label={t("items.onlyTag", { tag })}
                onClick={() => onTag(tag)}
              >
                {tag}
              </UnstyledButton>
            ))}
          </span>
        )}
      </Table.Td>
      <Table.Td>
        {word("kind", item.kind)} <span className="quiet">{word("report.format", item.format)}</span>
      </Table.Td>
      <Table.Td>{word("languageName", item.language)}</Table.Td>
      <Table.Td>{item.published ? formatDay(item.published, language) : <span className="quiet">–</span>}</Table.Td>
      <Table.Td className="number" ta="end">
        {item.duration_s == null ? <span className="quiet">–</span> : formatClock(item.duration_s)}
      </Table.Td>
      <Table.Td className="number" ta="end" data-unit={t("library.words")}>
        {item.words.toLocaleString(language === "zh" ? "zh-CN" : "en")}
      </Table.Td>
      <Table.Td className={styles.does}>
        <Anchor component="button" type="button" onClick={() => onExclude(item)}>
          {t(item.excluded ? "items.include" : "items.exclude")}
        </Anchor>
        {mark === null && (
          <Anchor component="button" type="button" onClick={() => onExamples(item)}>
            {t("library.showExamples")}
          </Anchor>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** What of the item's file could not be read. */
function Gaps({ item }: { item: LibraryItem }) {
  const { t, sentence } = useLanguage();
  if (item.dropped.length === 0) return null;
  const reasons = item.dropped.map((gap) => gapText(gap, sentence("items.dropped", gap), t)).join("; ");
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
