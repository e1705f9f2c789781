import { Link } from "react-router";
import type { Twin } from "../../api/types";
import { useLanguage } from "../../hooks/useLanguage";
import { formatMoney } from "../../i18n/money";
import { inLanguage } from "../../i18n/translate";
import { Seal } from "../ui/Seal";
import styles from "./TwinCard.module.css";

/** The twin's name in the reader's language. */
export function twinName(twin: Pick<Twin, "name" | "name_zh" | "slug">, language: "en" | "zh"): string {
  return inLanguage({ en: twin.name, zh: twin.name_zh }, language) || twin.slug;
}

/** A twin to choose. */
export function TwinCard({ twin, href }: { twin: Twin; href: string }) {
  const { t, language, word } = useLanguage();
  const name = twinName(twin, language);
  const price = formatMoney(twin.price_micros_per_minute, twin.currency, language, "near");
  return (
    <Link className={styles.card} to={href} data-testid="twin-card">
      <Seal name={name} size="large" />
      <div className={styles.words}>
        <h2 className={styles.name}>{name}</h2>
        <p className={styles.tagline}>{inLanguage(twin.tagline, language)}</p>
        <p className={styles.about}>{inLanguage(twin.about, language)}</p>
        <p className={styles.facts}>
          <span className={styles.price}>{t("common.perMinute", { price })}</span>
          <span>{twin.languages.map((one) => word("languageName", one)).join(" · ")}</span>
        </p>
      </div>
    </Link>
  );
}
