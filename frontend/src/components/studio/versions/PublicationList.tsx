import type { Published } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatMoment } from "../../../i18n/time";
import { inLanguage } from "../../../i18n/translate";
import { Rows } from "../../ui/Rows";

/** What fans talked to when, and what they were told. */
export function PublicationList({ publications }: { publications: readonly Published[] }) {
  const { t, language } = useLanguage();
  return (
    <Rows ordered testId="publications">
      {publications.map((one) => (
        <li key={one.id}>
          <span>
            <b>{t(one.kind === "rollback" ? "versions.wentBack" : "versions.wentOut", { number: one.number })}</b>
            {": "}
            {inLanguage(one.note, language) || t("versions.noNote")}
          </span>
          <span className="small quiet">{formatMoment(one.at, language)}</span>
        </li>
      ))}
    </Rows>
  );
}
