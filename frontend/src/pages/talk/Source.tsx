import { CloseButton } from "@mantine/core";
import { Link } from "react-router";
import type { Citation } from "../../api/types";
import { Waiting } from "../../components/ui/Empty";
import { ItemView } from "../../components/item/ItemView";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { placeUrl } from "../../components/item/passages";
import { useItem } from "../../hooks/useItem";
import { useLanguage } from "../../hooks/useLanguage";
import styles from "./Talk.module.css";

/** A cited place beside the conversation. */
export function Source({ twin, place, onClose }: { twin: string; place: Citation; onClose: () => void }) {
  const { t } = useLanguage();
  const item = useItem(place.item_id);
  return (
    <div className={styles.source} data-testid="source-panel">
      <div className={styles.sourceHead}>
        <Link to={placeUrl(twin, place)} target="_blank" rel="noopener">
          {t("item.open")}
        </Link>
        <CloseButton aria-label={t("common.close")} onClick={onClose} />
      </div>
      {item.error && <ProblemNote problem={item.error} onRetry={() => void item.refetch()} />}
      {item.isPending && <Waiting />}
      {item.data && <ItemView item={item.data} anchor={place.anchor} contained />}
    </div>
  );
}
