/** The part of a text around the words that were looked for. Pure. */

const around = 60;

export interface Excerpt {
  before: string;
  match: string;
  after: string;
}

/** `words` in `text`, letter case aside, with some of what stands around them; the beginning when they are not in it. */
export function excerpt(text: string, words: string): Excerpt {
  const at = text.toLowerCase().indexOf(words.trim().toLowerCase());
  if (at < 0 || words.trim() === "") return { before: cut(text, 2 * around), match: "", after: "" };
  const end = at + words.trim().length;
  const from = Math.max(0, at - around);
  return {
    before: `${from > 0 ? "…" : ""}${text.slice(from, at).trimStart()}`,
    match: text.slice(at, end),
    after: cut(text.slice(end), 2 * around),
  };
}

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length).trimEnd()}…` : text);
