import type { Dropped } from './parcels.ts';

/** Files the systems leave in folders; nobody means to upload them. */
const litter = /^(\.|Thumbs\.db$|desktop\.ini$|~\$)/i;

/** Chosen with <input type=file>, also with webkitdirectory. */
export function fromInput(files: Iterable<File>): Dropped[] {
  return [...files]
    .map((file) => ({
      file,
      path: file.webkitRelativePath || file.name,
      folder: file.webkitRelativePath.split('/').slice(0, -1).join('/'),
    }))
    .filter(({ file }) => !litter.test(file.name));
}

/** Dropped: files and whole folders, read through webkitGetAsEntry. Must be called in the drop event itself: the list empties after it. */
export async function fromDrop(transfer: DataTransfer): Promise<Dropped[]> {
  const entries = [...transfer.items].filter(({ kind }) => kind === 'file').map((item) => item.webkitGetAsEntry());
  const loose = [...transfer.files];
  if (entries.every((entry) => entry === null)) return fromInput(loose);
  const found: Dropped[] = [];
  for (const entry of entries) if (entry) await walk(entry, '', found);
  return found;
}

async function walk(entry: FileSystemEntry, folder: string, found: Dropped[]): Promise<void> {
  if (litter.test(entry.name)) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, folder, path: folder ? `${folder}/${file.name}` : file.name });
    return;
  }
  const inside = folder ? `${folder}/${entry.name}` : entry.name;
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // readEntries gives at most 100 at a time
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const child of some) await walk(child, inside, found);
  }
}
