import { lazy, Suspense } from "react";
import { Link, NavLink, Outlet, ScrollRestoration, useLocation, useNavigate } from "react-router";
import { Waiting } from "../components/ui/Empty";
import { Money } from "../components/ui/Money";
import { Shell } from "../components/ui/Shell";
import { useBalance } from "../hooks/useBalance";
import { useLanguage } from "../hooks/useLanguage";
import { useSession } from "../hooks/useSession";
import { logInPath, studioHome } from "../routes";

const AccountMenu = lazy(async () => ({ default: (await import("./AccountMenu")).AccountMenu }));

/** Every page inside the frame. */
export function Layout() {
  return (
    <Shell links={<Links />} account={<Account />}>
      <Suspense fallback={<Waiting />}>
        <Outlet />
      </Suspense>
      <ScrollRestoration />
    </Shell>
  );
}

function Links() {
  const { t } = useLanguage();
  const { user } = useSession();
  const own = user?.creators[0];
  return (
    <>
      <NavLink to="/" end>
        {t("nav.discover")}
      </NavLink>
      {own !== undefined && <NavLink to={studioHome(own)}>{t("nav.studio")}</NavLink>}
    </>
  );
}

function Account() {
  const { t } = useLanguage();
  const { user, logOut } = useSession();
  const { wallet } = useBalance(!!user);
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  if (user === undefined) return null;
  if (user === null) {
    const entering = pathname === "/log-in" || pathname === "/sign-up";
    const logIn = entering ? `/log-in${search}` : logInPath(pathname + search);
    return (
      <>
        <Link to={logIn}>{t("nav.logIn")}</Link>
        <Link to={logIn.replace("/log-in", "/sign-up")}>{t("nav.signUp")}</Link>
      </>
    );
  }
  return (
    <>
      <Link to="/wallet" title={t("nav.wallet")}>
        {wallet && <span className="hidden">{t("nav.wallet")} </span>}
        {wallet ? <Money micros={wallet.available_micros} currency={wallet.currency} /> : t("nav.wallet")}
      </Link>
      <Suspense>
        <AccountMenu user={user} onLogOut={() => logOut.mutate(undefined, { onSuccess: () => navigate("/") })} />
      </Suspense>
    </>
  );
}
