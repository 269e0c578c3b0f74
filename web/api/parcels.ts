/** A file as it was dropped or chosen, with the folder it lay in: '' for one that came by itself. */
export type Dropped = { file: File; folder: string; path: string };

/** A list of images that belong together, or one file. */
export type Parcel = { kind: 'one'; file: File; folder: string } | { kind: 'pages'; name: string; images: Dropped[] };

const image = /\.(jpe?g|png|webp|tiff?)$/i;
export const isImage = (name: string): boolean => image.test(name);

const natural = new Intl.Collator('vi', { numeric: true });

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
