import { expect, it } from "vitest";
import { filesDropped, isWorthSending } from "./droppedFiles";

type Tree = { [name: string]: Tree | string };

/** A dropped entry; a folder's reader gives its entries two at a time, as browsers give them by the hundred. */
function entryOf(name: string, content: Tree | string): FileSystemEntry {
  if (typeof content === "string") {
    return {
      name,
      isFile: true,
      file: (take: (file: File) => void) => take(new File([content], name)),
    } as unknown as FileSystemEntry;
  }
  const createReader = () => {
    const left = Object.entries(content).map(([inner, value]) => entryOf(inner, value));
    return { readEntries: (take: (some: FileSystemEntry[]) => void) => take(left.splice(0, 2)) };
  };
  return { name, isFile: false, createReader } as unknown as FileSystemEntry;
}

it("finds every file of the folders that are dropped, with its path, and leaves litter behind", async () => {
  const tree = {
    talks: { "a.srt": "1", "b.srt": "2", "c.srt": "3", ".DS_Store": "x", deep: { "d.md": "4" }, ".git": { HEAD: "x" } },
    "e.txt": "5",
  };
  const items = Object.entries(tree).map(([name, content]) => ({ webkitGetAsEntry: () => entryOf(name, content) }));
  const found = await filesDropped({ items, files: [] } as unknown as DataTransfer);
  expect(found.map((one) => one.path)).toEqual([
    "talks/a.srt",
    "talks/b.srt",
    "talks/c.srt",
    "talks/deep/d.md",
    "e.txt",
  ]);
});

it("takes plain files where the browser knows no entries", async () => {
  const found = await filesDropped({
    items: [],
    files: [new File(["1"], "a.srt"), new File([""], "Thumbs.db")],
  } as unknown as DataTransfer);
  expect(found.map((one) => one.path)).toEqual(["a.srt"]);
});

it.each([
  ["talks/one.srt", true],
  ["talks/.hidden/one.srt", false],
  ["desktop.ini", false],
  ["__MACOSX/a", false],
])("%s: %s", (path, worth) => {
  expect(isWorthSending(path)).toBe(worth);
});
