import { ActionIcon, Menu } from "@mantine/core";
import { Link } from "react-router";
import type { User } from "../api/types";
import { quiet } from "../components/ui/Shell";
import { useLanguage } from "../hooks/useLanguage";
import { accountPath, importsPath, studioHome } from "../routes";

/** Where somebody who is logged in can go. */
export function AccountMenu({ user, onLogOut }: { user: User; onLogOut: () => void }) {
  const { t } = useLanguage();
  return (
    <Menu position="bottom-end" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon {...quiet} aria-label={t("nav.account")} data-testid="account">
          <svg viewBox="0 0 20 20" width="18" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5">
            <circle cx="10" cy="6.5" r="3.5" />
            <path d="M3 17.500c.8-4 3.500-5.500 7-5.500s6.200 1.500 7 5.500" />
          </svg>
        </ActionIcon>
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
        <Menu.Item onClick={onLogOut} data-testid="log-out">
          {t("nav.logOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
