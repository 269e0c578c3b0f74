import type { Book } from '../../server/contract/reader.ts';
import { ahead, type Mode } from './book.ts';
import { pageText } from './book-calls.ts';
import { imageAddress, imageWidth, thumbnailAddress } from './page-image.ts';

/** Puts the pages that come next into the browser's cache, at the size that the page in front has. */
export function fetchAhead(book: Book, mode: Mode, page: number, scale: number): void {
  for (const number of ahead(book.pages, mode, page)) {
    const leaf = book.pages[number - 1]!;
    new Image().src = thumbnailAddress(book, number, 'small');
    new Image().src = imageAddress(book, number, imageWidth(leaf.width, leaf.width * scale, devicePixelRatio));
    if (leaf.hasText) pageText(book, number).catch(() => {}); // asked for again when the page is shown
  }
}
