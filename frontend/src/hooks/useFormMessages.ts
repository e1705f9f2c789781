/** What a browser says of a field that does not fit, in the language of the page instead of the browser's. */
import { useEffect } from "react";
import type { Translate } from "../i18n/translate";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const isField = (target: EventTarget | null): target is Field =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;

function message(field: Field, t: Translate): string {
  const { validity } = field;
  const bound = (name: string) => field.getAttribute(name) ?? "";
  if (validity.valueMissing) return t("form.required");
  if (validity.typeMismatch && field.type === "email") return t("form.email");
  if (validity.tooShort) return t("form.short", { count: bound("minlength") });
  if (validity.tooLong) return t("form.long", { count: bound("maxlength") });
  if (validity.rangeUnderflow) return t("form.low", { count: bound("min") });
  if (validity.rangeOverflow) return t("form.high", { count: bound("max") });
  return t("form.invalid");
}

export function useFormMessages(t: Translate): void {
  useEffect(() => {
    const explain = ({ target }: Event) => {
      if (!isField(target)) return;
      target.setCustomValidity("");
      if (!target.validity.valid) target.setCustomValidity(message(target, t));
    };
    const forget = ({ target }: Event) => {
      if (isField(target)) target.setCustomValidity("");
    };
    document.addEventListener("invalid", explain, true);
    document.addEventListener("input", forget, true);
    return () => {
      document.removeEventListener("invalid", explain, true);
      document.removeEventListener("input", forget, true);
    };
  }, [t]);
}
