import { Menu } from "@mantine/core";
import { Suspense } from "react";
import { Link, NavLink, Outlet, ScrollRestoration, useLocation, useNavigate } from "react-router";
import { Waiting } from "../components/ui/Empty";
import { Money } from "../components/ui/Money";
import { Shell } from "../components/ui/Shell";
import styles from "../components/ui/Shell.module.css";
import { useBalance } from "../hooks/useBalance";
import { useLanguage } from "../hooks/useLanguage";
import { useSession } from "../hooks/useSession";
import { accountPath, importsPath, logInPath, studioHome } from "../routes";

/** Every page inside the frame. */
export function Layout() {
  return (
    <Shell brand={<Brand />} links={<Links />} account={<Account />}>
      <Suspense fallback={<Waiting />}>
        <Outlet />
      </Suspense>
      <ScrollRestoration />
    </Shell>
  );
}

function Brand() {
  return (
    <Link to="/" className={styles.brand} aria-label="fenshen 分身">
      <img src="/seal.svg" alt="" width={28} height={28} />
      <span className={styles.brandName}>fenshen</span>
    </Link>
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
        <Link to={logIn.replace("/log-in", "/sign-up")}>
          {t("nav.signUp")}
        </Link>
      </>
    );
  }
  const leave = () => logOut.mutate(undefined, { onSuccess: () => navigate("/") });
  return (
    <>
      <Link to="/wallet" title={t("nav.wallet")}>
        {wallet && <span className={styles.unseen}>{t("nav.wallet")} </span>}
        {wallet ? <Money micros={wallet.available_micros} currency={wallet.currency} /> : t("nav.wallet")}
      </Link>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <button type="button" className={styles.plain} aria-label={t("nav.account")} data-testid="account">
            <svg viewBox="0 0 20 20" width="18" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5">
              <circle cx="10" cy="6.5" r="3.5" />
              <path d="M3 17.500c.8-4 3.500-5.500 7-5.500s6.200 1.500 7 5.500" />
            </svg>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{user.email}</Menu.Label>
          <Menu.Item component={Link} to="/wallet">
            {t("nav.wallet")}
          </Menu.Item>
          <Menu.Item component={Link} to={accountPath}>
            {t("nav.account")}
          </Menu.Item>
          {user.creators.map((slug) => (
            <Menu.Item key={slug} component={Link} to={studioHome(slug)}>
              {t("nav.studio")} · {slug}
            </Menu.Item>
          ))}
          {user.role === "operator" && (
            <Menu.Item component={Link} to={importsPath}>
              {t("nav.imports")}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item onClick={leave} data-testid="log-out">
            {t("nav.logOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
