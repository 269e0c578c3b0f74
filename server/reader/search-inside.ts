import type { SearchInside } from '../contract/reader.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import { markText } from '../../search/vietnamese/mark-matches.ts';
import { pageTexts } from '../../storage/metadata/book-rows.ts';
import type { LoadedBook } from './book-loading.ts';
import { matchesOn, type Match, readPageText } from './page-text.ts';

/** Pages listed for one question; each costs one small object read. `total` still counts all of them. */
export const mostPages = 200;
const snippetSyllables = 24;
const readsAtOnce = 8;

export type FoundPage = SearchInside['hits'][number] & { matches: Match[] };

/** Pages of a book that match, in page order. The caller has checked that the reader may read it. Throws SearchUnavailable. */
export async function findInside(
  parts: { metadata: Metadata; objects: ObjectStore; search: SearchIndex },
  book: LoadedBook,
  q: string,
): Promise<{ total: number; pages: FoundPage[] }> {
  if (q.trim() === '') return { total: 0, pages: [] };
  const found = await parts.search.searchInside({ text: q, fileId: book.fileId, limit: mostPages });
  const rows = await pageTexts(parts.metadata.queries, book.fileId, found.pages.slice(0, mostPages));
  const pages: FoundPage[] = [];
  for (let first = 0; first < rows.length; first += readsAtOnce) {
    const batch = rows.slice(first, first + readsAtOnce).map(async (row): Promise<FoundPage> => {
      const text = row.words_key === null ? null : await readPageText(parts.objects, row.number, row.words_key);
      const matches = text ? matchesOn(text, q) : [];
      return {
        page: row.number,
        label: row.label,
        snippet: markText(row.text, q, { around: snippetSyllables }),
        boxes: matches.map((match) => match.box),
        matches,
      };
    });
    pages.push(...(await Promise.all(batch)));
  }
  return { total: found.total, pages };
}

export const searchInsideView = (q: string, found: { total: number; pages: FoundPage[] }): SearchInside => ({
  q,
  total: found.total,
  hits: found.pages.map(({ page, label, snippet, boxes }) => ({ page, label, snippet, boxes })),
});
