import { Button, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { LibraryItem } from "../api/types";
import { useLanguage } from "../hooks/useLanguage";
import { formatClock, formatDay } from "../i18n/time";
import styles from "./Figures.module.css";
import { placeUrl } from "./passages";

interface ItemsTableProps {
  items: readonly LibraryItem[];
  twin: string;
  onExamples: (item: LibraryItem) => void;
}

/** Every item of a library. */
export function ItemsTable({ items, twin, onExamples }: ItemsTableProps) {
  const { t, language, word } = useLanguage();
  const [filter, setFilter] = useState("");
  const shown = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    return items.filter((item) => `${item.title} ${item.path} ${word("kind", item.kind)}`.toLowerCase().includes(wanted));
  }, [items, filter, word]);
  return (
    <>
      <TextInput className={styles.toolbar} label={t("library.filter")} type="search" value={filter} onChange={(event) => setFilter(event.currentTarget.value)} />
      {shown.length === 0 ? (
        <p className="quiet">{t("library.noMatch")}</p>
      ) : (
        <div className={styles.tableBox} tabIndex={0} role="region" aria-label={t("library.items")}>
          <table className={`plain ${styles.items}`}>
            <thead>
              <tr>
                <th scope="col">{t("library.itemTitle")}</th>
                <th scope="col">{t("library.kind")}</th>
                <th scope="col">{t("library.language")}</th>
                <th scope="col">{t("library.published")}</th>
                <th scope="col" className="right">{t("library.length")}</th>
                <th scope="col" className="right">{t("library.words")}</th>
                <th scope="col" />
              </tr>
            </thead>
            <tbody>
              {shown.map((item) => (
                <tr key={item.id}>
                  <td title={item.path}>
                    {item.private ? item.title : <Link to={placeUrl(twin, { item_id: item.id, anchor: "" })}>{item.title}</Link>}{" "}
                    {item.private && <span className={styles.status}>{t("library.private")}</span>}
                  </td>
                  <td>{word("kind", item.kind)}</td>
                  <td>{word("languageName", item.language)}</td>
                  <td>{item.published ? formatDay(item.published, language) : "–"}</td>
                  <td className="right number">{item.duration_s == null ? "–" : formatClock(item.duration_s)}</td>
                  <td className="right number">{item.words.toLocaleString("en")}</td>
                  <td className="right">
                    {!item.private && (
                      <Button size="compact-sm" variant="subtle" onClick={() => onExamples(item)}>
                        {t("library.showExamples")}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
