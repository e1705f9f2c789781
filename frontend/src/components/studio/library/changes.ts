/** A change by hand in words. */
import type { Change } from "../../../api/types";
import type { Translate } from "../../../i18n/translate";

export const changeText = (change: Change, t: Translate) =>
  t(`changes.kind.${change.kind}`, { count: change.rows, note: change.note || t("changes.nobody") });
