import type { Book } from '../contract/reader.ts';
import { Refusal } from '../errors.ts';
import type { PageOutline } from '../../storage/metadata/book-rows.ts';
import type { LoadedBook } from './book-loading.ts';

/** Still on its way: pages may appear. */
const isComing = (book: LoadedBook): boolean => book.state === 'waiting' || book.state === 'reading';

/**
 * GET /api/files/:id/book. Pages that the file is known to have but that are not read yet are listed as not ready, so that
 * page numbers and positions stay put while the rest arrives. Throws file-not-readable when there is nothing to read and
 * nothing to wait for.
 */
export function bookView(book: LoadedBook, rows: PageOutline[]): Book {
  if (rows.length === 0 && !isComing(book)) throw new Refusal('file-not-readable', { format: book.format });
  const pages: Book['pages'] = rows.map((row) => ({
    index: row.number,
    label: row.label,
    width: row.image_key === null ? 0 : row.width,
    height: row.image_key === null ? 0 : row.height,
    ready: row.image_key !== null,
    hasText: row.text_source === 'layer' || row.text_source === 'ocr',
  }));
  for (let index = pages.length + 1; isComing(book) && index <= book.pageCount; index++) {
    pages.push({ index, label: null, width: 0, height: 0, ready: false, hasText: false });
  }
  return {
    fileId: book.fileId,
    recordId: book.record.id,
    revision: book.revision,
    title: book.record.title,
    direction: 'left-to-right',
    pages,
    contents: book.contents,
    downloadable: book.downloadable,
    complete: !isComing(book),
    image: `/iiif/${book.fileId}/pages`,
    text: `/api/files/${book.fileId}/pages`,
    thumbnail: `/api/files/${book.fileId}/pages`,
    manifest: `/iiif/${book.fileId}/manifest`,
  };
}
