import type { Book, PageText, SearchInside } from '../../server/contract/reader.ts';
import { request } from '../api/client.ts';

export const readBook = (fileId: string, signal?: AbortSignal): Promise<Book> =>
  request<Book>('GET', `/api/files/${encodeURIComponent(fileId)}/book`, undefined, signal);

export const searchBook = (fileId: string, q: string, signal?: AbortSignal): Promise<SearchInside> =>
  request<SearchInside>(
    'GET',
    `/api/files/${encodeURIComponent(fileId)}/search?q=${encodeURIComponent(q)}`,
    undefined,
    signal,
  );

const most = 30;
const kept = new Map<string, Promise<PageText>>();

/** The words of a page; the last few dozen stay in memory, so that turning back asks nothing. */
export function pageText(book: Pick<Book, 'text' | 'revision'>, page: number): Promise<PageText> {
  const path = `${book.text}/${page}/text`;
  const key = `${path}#${book.revision}`;
  const known = kept.get(key);
  if (known) return known;
  const asked = request<PageText>('GET', path);
  kept.set(key, asked);
  asked.catch(() => kept.delete(key));
  for (const old of kept.keys()) {
    if (kept.size <= most) break;
    kept.delete(old);
  }
  return asked;
}
