import { Button } from "@mantine/core";
import { useLanguage } from "../../hooks/useLanguage";

interface PagerProps {
  offset: number;
  limit: number;
  total: number;
  onOffset: (offset: number) => void;
}

/** Walks through a long list; nothing where all of it is shown. */
export function Pager({ offset, limit, total, onOffset }: PagerProps) {
  const { t } = useLanguage();
  if (total <= limit) return null;
  return (
    <nav className="row" aria-label={t("common.pages")}>
      <Button variant="default" disabled={offset === 0} onClick={() => onOffset(Math.max(0, offset - limit))}>
        {t("common.previous")}
      </Button>
      <span className="small">
        {t("common.page", { from: offset + 1, to: Math.min(offset + limit, total), total })}
      </span>
      <Button variant="default" disabled={offset + limit >= total} onClick={() => onOffset(offset + limit)}>
        {t("common.next")}
      </Button>
    </nav>
  );
}
