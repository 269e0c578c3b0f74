/** A file as it was dropped or chosen, with the folder it lay in: '' for one that came by itself. */
export type Dropped = { file: File; folder: string; path: string };

/** A list of images that belong together, or one file. */
export type Parcel = { kind: 'one'; file: File; folder: string } | { kind: 'pages'; name: string; images: Dropped[] };

const image = /\.(jpe?g|png|webp|tiff?)$/i;
export const isImage = (name: string): boolean => image.test(name);

/** Files the systems leave in folders; nobody means to upload them. */
const litter = /^(\.|Thumbs\.db$|desktop\.ini$|~\$)/i;

const natural = new Intl.Collator('vi', { numeric: true });

/** Chosen with <input type=file>, also with webkitdirectory. */
export function fromInput(files: Iterable<File>): Dropped[] {
  return [...files]
    .map((file) => ({ file, path: file.webkitRelativePath || file.name, folder: file.webkitRelativePath.split('/').slice(0, -1).join('/') }))
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

/** A folder of nothing but images (two or more) is one book; everything else goes each on its own. */
export function parcels(dropped: readonly Dropped[]): Parcel[] {
  const folders = new Map<string, Dropped[]>();
  for (const one of dropped) folders.set(one.folder, [...(folders.get(one.folder) ?? []), one]);
  const result: Parcel[] = [];
  for (const [folder, inside] of folders) {
    inside.sort((a, b) => natural.compare(a.file.name, b.file.name));
    if (folder !== '' && inside.length > 1 && inside.every(({ file }) => isImage(file.name))) {
      result.push({ kind: 'pages', name: folder.split('/').at(-1) ?? folder, images: inside });
    } else {
      result.push(...inside.map(({ file }) => ({ kind: 'one' as const, file, folder })));
    }
  }
  return result;
}

/** All the images of a selection as one book, in natural order of their names. */
export function joined(name: string, images: readonly Dropped[]): Parcel {
  return { kind: 'pages', name, images: [...images].sort((a, b) => natural.compare(a.path, b.path)) };
}
