import { Link, useLocation, useParams } from "react-router";
import { Waiting } from "../components/Empty";
import { ItemView } from "../components/ItemView";
import { ProblemNote } from "../components/ProblemNote";
import { twinName } from "../components/TwinCard";
import { useItem } from "../hooks/useItem";
import { useLanguage } from "../hooks/useLanguage";
import { usePageTitle } from "../hooks/usePageTitle";
import { useTwin } from "../hooks/useTwins";
import { anchorOf, talkPath } from "./routes";

/** One item of a library, opened at the place its address names. */
export function ItemPage() {
  const { slug = "", item_id = "" } = useParams();
  const { hash } = useLocation();
  const { t, language } = useLanguage();
  const item = useItem(item_id);
  const twin = useTwin(slug);
  const name = twin.data ? twinName(twin.data, language) : slug;
  usePageTitle(item.data?.title ?? "");
  return (
    <div className="page narrow stack">
      <Link to={talkPath(slug)}>← {t("item.toTwin", { name })}</Link>
      {item.error && <ProblemNote problem={item.error} onRetry={() => void item.refetch()} />}
      {item.isPending && <Waiting />}
      {item.data && <ItemView item={item.data} anchor={anchorOf(hash)} />}
    </div>
  );
}
