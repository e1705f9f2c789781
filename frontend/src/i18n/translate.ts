/**
 * Words for people: a key and its parameters → a sentence in English or Chinese.
 * Both languages have the same keys (a test proves it); a key that does not exist does not compile. English comes with
 * the page, Chinese when it is wanted (`loadWords`).
 */
import en from "./en.json";

export type Language = "en" | "zh";

type Keys<Node, Prefix extends string = ""> = {
  [Name in keyof Node & string]: Node[Name] extends string ? `${Prefix}${Name}` : Keys<Node[Name], `${Prefix}${Name}.`>;
}[keyof Node & string];

/** `cart.items_one` and `cart.items_other` are asked for as `cart.items` with a `count`. */
type WithoutPlural<Key> = Key extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : Key;

export type Key = WithoutPlural<Keys<typeof en>>;
export type Parameters = Record<string, string | number>;
export type Translate = (key: Key, parameters?: Parameters) => string;

const words: { en: unknown; zh: unknown } = { en, zh: null };

/** Fetches the words of `language`. Where that fails its reader gets English. */
export async function loadWords(language: Language): Promise<void> {
  if (words[language] !== null) return;
  try {
    words.zh = (await import("./zh.json")).default;
  } catch {
    // offline, or the server was updated: English until the next page
  }
}

function lookUp(language: Language, path: string): string | null {
  let node: unknown = words[language] ?? words.en;
  for (const name of path.split(".")) {
    if (typeof node !== "object" || node === null || !Object.hasOwn(node, name)) return null;
    node = (node as Record<string, unknown>)[name];
  }
  return typeof node === "string" ? node : null;
}

function template(language: Language, key: string, count: unknown): string | null {
  if (typeof count !== "number") return lookUp(language, key);
  const form = new Intl.PluralRules(language).select(count);
  return lookUp(language, `${key}_${form}`) ?? lookUp(language, `${key}_other`) ?? lookUp(language, key);
}

/** The sentence for `key`; `{name}` in it is replaced by `parameters.name`. */
export function translate(language: Language, key: Key, parameters: Parameters = {}): string {
  const text = template(language, key, parameters.count) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? String(parameters[name]) : whole,
  );
}

/** The word for a value that the server may extend, such as a kind or a reason; the value itself when unknown. */
export function wordFor(language: Language, group: string, value: string): string {
  return lookUp(language, `${group}.${value}`) ?? value;
}

/** A code of the server's, the values in its sentence, and that sentence in the server's English. */
export interface CodedSentence {
  code: string;
  values?: Parameters;
  sentence: string;
}

/** The sentence for a code in the reader's language; the server's own where the code is unknown or a value is missing. */
export function sentenceFor(language: Language, group: string, { code, values, sentence }: CodedSentence): string {
  const key = `${group}.${code}`;
  if (lookUp(language, key) === null) return sentence;
  const text = translate(language, key as Key, values);
  return /\{\w+\}/.test(text) ? sentence : text;
}

/** `text` in the reader's language, in the other one where that is empty. */
export function inLanguage(text: { en?: string | null; zh?: string | null }, language: Language): string {
  return (language === "zh" ? text.zh || text.en : text.en || text.zh) ?? "";
}
