/** Reasons and steps of a library's report in the reader's language. Pure. */
import type { Sentence } from "../../../api/types";
import { type Key, type Language, type Parameters, type Translate, wordFor } from "../../../i18n/translate";

const counted = ["items", "minutes", "exports", "voices"] as const;

/** The sentence for `note`; a code that the pages do not know yet is said in the server's English. */
export function noteText(note: Sentence, language: Language, t: Translate): string {
  const key = `report.note.${note.code}` as Key;
  const text = t(key, shown(note, language, t));
  if (text === key) return note.sentence;
  const { subject, from, to } = note.values;
  if (to === undefined || from === undefined) return text;
  return t("report.lifts", { text, subject: wordFor(language, "report.subject", String(subject)), from, to });
}

function shown(note: Sentence, language: Language, t: Translate): Parameters {
  const locale = language === "zh" ? "zh-CN" : "en";
  const values: Parameters = { ...note.values };
  for (const name of counted) {
    const count = note.values[name];
    if (typeof count === "number")
      values[name] = t(`report.count.${name}`, { count, number: count.toLocaleString(locale) });
  }
  if (typeof values.amount === "number") {
    const unit = wordFor(language, "report.unit", String(values.unit));
    values.amount = `${values.amount.toLocaleString(locale)} ${unit}`;
  }
  if (values.language !== undefined) values.language = wordFor(language, "languageName", String(values.language));
  if (values.subjects !== undefined) {
    const names = String(values.subjects)
      .split(",")
      .map((name) => wordFor(language, "report.subject", name));
    values.subjects = new Intl.ListFormat(locale).format(names);
  }
  return values;
}
