import { Link } from "react-router";
import type { Preferences } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";

interface PreferencesPanelProps {
  found: Preferences;
  slug: string;
  tasteHref: string;
}

/** What is known about which answers are like the creator, and whether it is enough to learn from. */
export function PreferencesPanel({ found, slug, tasteHref }: PreferencesPanelProps) {
  const { t, word } = useLanguage();
  const sources = Object.entries(found.counts).filter(([, count]) => count > 0);
  const left_out = Object.entries(found.left_out);
  const ended = Object.entries(found.ended);
  return (
    <section className="stack" data-testid="preferences">
      <div>
        <h2>{t("preferences.title")}</h2>
        <p className="quiet">{t("preferences.hint")}</p>
      </div>
      {sources.length > 0 && (
        <ul>
          {sources.map(([source, count]) => (
            <li key={source}>
              {word("preferenceSource", source)}: <span className="number">{count}</span>
            </li>
          ))}
        </ul>
      )}
      {left_out.length > 0 && (
        <p className="small quiet">
          {t("preferences.leftOut")}{" "}
          {left_out.map(([reason, count]) => `${word("preferenceReason", reason)} (${count})`).join(" · ")}
        </p>
      )}
      {ended.map(([version, count]) => (
        <p key={version} role="status">
          {t("preferences.ended", { version, count })}
        </p>
      ))}
      <p data-testid="preferences-next">
        {found.missing > 0 ? (
          t("preferences.missing", { count: found.missing })
        ) : (
          <>
            {t("preferences.enough")} <code>fenshen train {slug} --prefer</code>
          </>
        )}
      </p>
      <Link to={tasteHref} data-testid="to-taste">
        {t("preferences.compare")}
      </Link>
    </section>
  );
}
