import { Pagination } from "@mantine/core";
import { useLanguage } from "../../hooks/useLanguage";

interface PagerProps {
  offset: number;
  limit: number;
  total: number;
  onOffset: (offset: number) => void;
}

/** The pages of a long list; nothing where all of it is shown. */
export function Pager({ offset, limit, total, onOffset }: PagerProps) {
  const { t } = useLanguage();
  if (total <= limit) return null;
  return (
    <nav className="row" aria-label={t("common.pages")}>
      <Pagination
        total={Math.ceil(total / limit)}
        value={Math.floor(offset / limit) + 1}
        onChange={(page) => onOffset((page - 1) * limit)}
        getControlProps={(control) => ({ "aria-label": t(control === "next" ? "common.next" : "common.previous") })}
      />
      <span className="small">
        {t("common.page", { from: offset + 1, to: Math.min(offset + limit, total), total })}
      </span>
    </nav>
  );
}
