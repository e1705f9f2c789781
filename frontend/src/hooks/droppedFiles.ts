/** Files and whole folders as people drop or choose them → each file with its path. Knows nothing about sending. */

export interface Picked {
  /** Relative, with the name of the folder that was dropped: `talks/2024/one.srt`. */
  path: string;
  file: File;
}

/** What systems leave lying in folders is nobody's work. */
const litter = new Set(["thumbs.db", "desktop.ini", "__macosx", "node_modules"]);

/** Whether a file is worth sending: nothing on its path is hidden or left by the system. */
export const isWorthSending = (path: string) =>
  path.split("/").every((part) => !part.startsWith(".") && !litter.has(part.toLowerCase()));

/** The files behind a drop, those of folders too. To be called before the event is over: afterwards it is empty. */
export async function filesDropped(transfer: Pick<DataTransfer, "items" | "files">): Promise<Picked[]> {
  const loose = [...transfer.files];
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry?.() ?? null)
    .filter((entry) => entry !== null);
  if (entries.length === 0) return filesChosen(loose);
  const found: Picked[] = [];
  for (const entry of entries) await walk(entry, entry.name, found);
  return found;
}

/** The files of a file field, those of a folder with their paths. */
export const filesChosen = (files: Iterable<File>): Picked[] =>
  [...files]
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
    .filter((picked) => isWorthSending(picked.path));

async function walk(entry: FileSystemEntry, path: string, found: Picked[]): Promise<void> {
  if (!isWorthSending(path)) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives a hundred entries at a time, and none when it is through.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const inner of some) await walk(inner, `${path}/${inner.name}`, found);
  }
}
