import { ActionIcon, Button, useMantineColorScheme } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useLanguage } from "../../hooks/useLanguage";
import styles from "./Shell.module.css";

/** How the buttons of the frame look. */
export const quiet = { variant: "transparent", color: "var(--ink-2)", h: 40, miw: 40 } as const;

interface ShellProps {
  links: ReactNode;
  account: ReactNode;
  children: ReactNode;
}

/** The frame of every page: brand, ways around, language and light. */
export function Shell({ links, account, children }: ShellProps) {
  const { t } = useLanguage();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t("app.skip")}
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.brand} aria-label="fenshen 分身">
          <img src="/seal.svg" alt="" width={28} height={28} />
          <span className={styles.brandName}>fenshen</span>
        </Link>
        <nav className={styles.links}>{links}</nav>
        <div className={styles.settings}>
          <LanguageSwitch />
          <SchemeSwitch />
        </div>
        <div className={styles.account}>{account}</div>
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function LanguageSwitch() {
  const { t, language, setLanguage } = useLanguage();
  const other = language === "en" ? "zh" : "en";
  return (
    <Button
      {...quiet}
      px="0.25rem"
      fw={400}
      lang={other === "zh" ? "zh-CN" : "en"}
      data-testid="language"
      onClick={() => setLanguage(other)}
    >
      {t("nav.language")}
    </Button>
  );
}

function SchemeSwitch() {
  const { t } = useLanguage();
  const { toggleColorScheme } = useMantineColorScheme();
  return (
    <ActionIcon
      {...quiet}
      aria-label={t("nav.scheme")}
      title={t("nav.scheme")}
      data-testid="scheme"
      onClick={toggleColorScheme}
    >
      <svg viewBox="0 0 20 20" width="18" aria-hidden="true">
        <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" />
      </svg>
    </ActionIcon>
  );
}
