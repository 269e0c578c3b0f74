import type { Book } from '../../server/contract/reader.ts';

/** Widths asked of the server: few, so that caches hold few variants (server/reader/iiif-image.ts preferredWidths). */
const widths = [600, 1000, 1600] as const;

/** The smallest of the widths that shows all the screen can; the scan itself beyond them, or where it is smaller. */
export function imageWidth(scanWidth: number, shownWidth: number, pixelRatio: number): number | 'max' {
  // A tenth too few pixels nobody sees; twice the bytes a phone does.
  const needed = Math.min(shownWidth * pixelRatio * 0.9, scanWidth);
  const width = widths.find((one) => one >= needed);
  return width === undefined || width >= scanWidth ? 'max' : width;
}

export function imageAddress(book: Pick<Book, 'image' | 'revision'>, page: number, width: number | 'max'): string {
  return `${book.image}/${page}/full/${width === 'max' ? 'max' : `${width},`}/0/default.jpg?v=${book.revision}`;
}

export const thumbnailAddress = (
  book: Pick<Book, 'thumbnail' | 'revision'>,
  page: number,
  size: 'small' | 'large',
): string => `${book.thumbnail}/${page}/thumbnail?size=${size}&v=${book.revision}`;
