import { Link } from "react-router";
import { Empty } from "../components/ui/Empty";
import { useLanguage } from "../hooks/useLanguage";

/** An address with nothing at it, or a page that broke. */
export function Lost() {
  const { t } = useLanguage();
  return (
    <div className="page narrow">
      <Empty title={t("app.notFound")}>
        <Link to="/">{t("app.home")}</Link>
      </Empty>
    </div>
  );
}
