import { Notifications } from "@mantine/notifications";
import { Suspense } from "react";
import { Link, NavLink, Outlet, useParams } from "react-router";
import { Empty, Waiting } from "../../components/ui/Empty";
import { twinName } from "../../components/talk/TwinCard";
import { useLanguage } from "../../hooks/useLanguage";
import { usePageTitle } from "../../hooks/usePageTitle";
import { mayManage, useSession } from "../../hooks/useSession";
import { useTwin } from "../../hooks/useTwins";
import { logInPath, studioPath } from "../../routes";
import "../../styles/studio.css";
import styles from "./Studio.module.css";

/** The creator's side of one twin; the server decides who may see it, this only says so early. */
export function Studio() {
  const { slug = "" } = useParams();
  const { t, language } = useLanguage();
  const { user } = useSession();
  const twin = useTwin(slug);
  usePageTitle(t("studio.title"));
  if (user === undefined)
    return (
      <div className="page">
        <Waiting />
      </div>
    );
  if (!mayManage(user, slug)) {
    return (
      <div className="page narrow">
        <Empty title={t(user === null ? "problem.http_401" : "studio.denied")}>
          {user === null && <Link to={logInPath(studioPath(slug, "library"))}>{t("nav.logIn")}</Link>}
        </Empty>
      </div>
    );
  }
  return (
    <div className="page">
      <h1 className={`eyebrow ${styles.title}`}>
        {t("studio.title")} · {twin.data ? twinName(twin.data, language) : slug}
      </h1>
      <nav className={styles.tabs} aria-label={t("studio.sections")}>
        <NavLink to={studioPath(slug, "library")}>{t("studio.library")}</NavLink>
        <NavLink to={studioPath(slug, "train")}>{t("studio.train")}</NavLink>
        <NavLink to={studioPath(slug, "versions")}>{t("studio.versions")}</NavLink>
        <NavLink to={studioPath(slug, "earnings")}>{t("studio.earnings")}</NavLink>
      </nav>
      <Notifications
        position="bottom-center"
        limit={1}
        layout="stacked"
        transitionDuration={0}
        containerWidth="34rem"
      />
      <Suspense fallback={<Waiting />}>
        <Outlet />
      </Suspense>
    </div>
  );
}
