import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { TwinDetail } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { inLanguage } from "../../i18n/translate";
import { Seal } from "../ui/Seal";
import styles from "./TwinIntro.module.css";

interface TwinIntroProps {
  twin: TwinDetail;
  name: string;
  searchHref: string;
  onHistory?: () => void;
  /** One line, for a narrow screen. */
  compact: boolean;
  /** Stands below the ways, where there is room. */
  children?: ReactNode;
}

/** Who the twin is, and the ways from here. */
export function TwinIntro({ twin, name, searchHref, onHistory, compact, children }: TwinIntroProps) {
  const { t, language } = useLanguage();
  const ways = (
    <div className={styles.ways}>
      <Anchor component={Link} to={searchHref}>
        {t("talk.search")}
      </Anchor>
      {onHistory && (
        <Anchor component="button" type="button" onClick={onHistory} data-testid="history">
          {t(compact ? "talk.history" : "talk.historyTitle")}
        </Anchor>
      )}
    </div>
  );
  if (compact) {
    return (
      <div className={styles.bar}>
        <Seal name={name} size="small" />
        <h1>{name}</h1>
        {ways}
      </div>
    );
  }
  return (
    <div className={styles.intro}>
      <Seal name={name} size="large" />
      <div>
        <h1>{name}</h1>
        <p className={styles.tagline}>{inLanguage(twin.tagline, language)}</p>
      </div>
      <p className={styles.about}>{inLanguage(twin.about, language)}</p>
      {ways}
      {children}
    </div>
  );
}
