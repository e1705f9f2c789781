/**
 * A generated answer as blocks of words: paragraphs and lists, with emphasis and citation marks.
 * Nothing else of Markdown is read: a link, an image or HTML in an answer stays the text that it is.
 */
export type Inline = { text: string; style: "plain" | "strong" | "emphasis" } | { mark: number };

export type Block =
  { kind: "paragraph"; words: Inline[] } | { kind: "list"; ordered: boolean; start: number; items: Inline[][] };

const pattern =
  /\*\*(?=\S)([^*]+?)\*\*|__(?=\S)([^_]+?)__|(?<![\w*])\*(?=\S)([^*]+?)\*(?!\w)|(?<![\w_])_(?=\S)([^_]+?)_(?!\w)|\[(\d{1,2})\]/g;

/** The words of one line; `[2]` becomes a mark when `marks` has 2, otherwise it stays text. */
export function readInline(text: string, marks: ReadonlySet<number>): Inline[] {
  const words: Inline[] = [];
  const plain = (piece: string) => {
    if (piece === "") return;
    const last = words.at(-1);
    if (last && "text" in last && last.style === "plain") last.text += piece;
    else words.push({ text: piece, style: "plain" });
  };
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, starStrong, lineStrong, star, line, mark] = match;
    plain(text.slice(end, match.index));
    end = match.index + whole.length;
    const strong = starStrong ?? lineStrong;
    const emphasis = star ?? line;
    if (strong !== undefined) words.push({ text: strong, style: "strong" });
    else if (emphasis !== undefined) words.push({ text: emphasis, style: "emphasis" });
    else if (mark !== undefined && marks.has(Number(mark))) words.push({ mark: Number(mark) });
    else plain(whole);
  }
  plain(text.slice(end));
  return words;
}

const bullet = /^\s{0,3}[-*•]\s+(.*)$/;
const numbered = /^\s{0,3}(\d{1,3})(?:[.)]\s+|、\s*)(.*)$/;

/** The blocks of `text`. */
export function readMarkdown(text: string, marks: ReadonlySet<number>): Block[] {
  const blocks: Block[] = [];
  let open = false; // the last block goes on in the next line
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const inBullet = bullet.exec(line);
    const inNumbered = inBullet ? null : numbered.exec(line);
    const last = blocks.at(-1);
    if (line.trim() === "") open = false;
    else if (inBullet || inNumbered) {
      const ordered = inNumbered !== null;
      const item = readInline((ordered ? inNumbered[2] : inBullet?.[1]) ?? "", marks);
      if (last?.kind === "list" && last.ordered === ordered) last.items.push(item);
      else blocks.push({ kind: "list", ordered, start: Number(inNumbered?.[1] ?? 1), items: [item] });
      open = true;
    } else if (open && last?.kind === "paragraph") {
      last.words.push({ text: "\n", style: "plain" }, ...readInline(line, marks));
    } else if (open && last?.kind === "list") {
      last.items.at(-1)?.push({ text: "\n", style: "plain" }, ...readInline(line.trim(), marks));
    } else {
      blocks.push({ kind: "paragraph", words: readInline(line, marks) });
      open = true;
    }
  }
  return blocks;
}
