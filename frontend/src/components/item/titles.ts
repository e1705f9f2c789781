/** What fans read as the name of an item. Pure. */
import type { Translate } from "../../i18n/translate";

/** A chat says with whom it was, so it has no title of its own. */
export const seenTitle = (item: { kind: string; title: string }, t: Translate) =>
  item.kind === "chat" ? t("item.chat") : item.title;
