import { Link, useLocation, useParams } from "react-router";
import { Waiting } from "../components/ui/Empty";
import { ItemView } from "../components/item/ItemView";
import { ProblemNote } from "../components/ui/ProblemNote";
import { twinName } from "../components/talk/TwinCard";
import { seenTitle } from "../components/item/titles";
import { useItem } from "../hooks/useItem";
import { useLanguage } from "../hooks/useLanguage";
import { usePageTitle } from "../hooks/usePageTitle";
import { useSession } from "../hooks/useSession";
import { useTwin } from "../hooks/useTwins";
import { anchorOf, logInPath, talkPath } from "../routes";

/** One item of a library, opened at the place its address names. */
export function ItemPage() {
  const { slug = "", item_id = "" } = useParams();
  const { hash, pathname } = useLocation();
  const { user } = useSession();
  const { t, language } = useLanguage();
  const item = useItem(item_id);
  const twin = useTwin(slug);
  const name = twin.data ? twinName(twin.data, language) : slug;
  usePageTitle(item.data ? seenTitle(item.data, t) : "");
  return (
    <div className="page narrow stack">
      <Link to={talkPath(slug)}>← {t("item.toTwin", { name })}</Link>
      {item.error && <ProblemNote problem={item.error} onRetry={() => void item.refetch()} />}
      {item.isPending && <Waiting />}
      {item.data && (
        <ItemView
          item={item.data}
          anchor={anchorOf(hash)}
          logIn={user === null ? logInPath(pathname + hash) : undefined}
        />
      )}
    </div>
  );
}
