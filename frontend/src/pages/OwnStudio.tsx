import { Link, Navigate } from "react-router";
import { Empty, Waiting } from "../components/ui/Empty";
import { useLanguage } from "../hooks/useLanguage";
import { useSession } from "../hooks/useSession";
import { logInPath, studioHome } from "../routes";

/** `/studio` without a name: the studio of whoever is logged in. */
export function OwnStudio() {
  const { t } = useLanguage();
  const { user } = useSession();
  if (user === undefined)
    return (
      <div className="page">
        <Waiting />
      </div>
    );
  const own = user?.creators[0];
  if (own !== undefined) return <Navigate to={studioHome(own)} replace />;
  if (user === null) return <Navigate to={logInPath("/studio")} replace />;
  return (
    <div className="page narrow">
      <Empty title={t("studio.none")}>
        <Link to="/">{t("app.home")}</Link>
      </Empty>
    </div>
  );
}
