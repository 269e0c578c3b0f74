import type { Book, SearchInside } from '../../server/contract/reader.ts';
import { isAbort } from '../api/client.ts';
import { readBook, searchBook } from './book-calls.ts';

type Boxes = SearchInside['hits'][number]['boxes'];

/** Milliseconds between looks at a book that is still being taken in. */
const lookAgain = 3000;

/** A book open on screen: what the server says of it, and what was found in it. */
export class Reading {
  book = $state.raw<Book | null>(null);
  error = $state.raw<unknown>(null);
  found = $state.raw<SearchInside | null>(null);
  searching = $state(false);
  searchError = $state.raw<unknown>(null);
  // Made anew with every answer and never changed.
  marks = $derived<ReadonlyMap<number, Boxes>>(new Map(this.found?.hits.map((hit) => [hit.page, hit.boxes])));

  #fileId: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = new AbortController();
  #search: AbortController | null = null;

  constructor(fileId: string) {
    this.#fileId = fileId;
  }

  /** Loads the book, and again every few seconds while pages are still to come. */
  async open(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.book = await readBook(this.#fileId, this.#closed.signal);
      this.error = null;
    } catch (error) {
      if (isAbort(error)) return;
      // A book that is on screen stays there when one look fails.
      if (this.book === null) this.error = error;
    }
    if (this.#closed.signal.aborted) return;
    if (this.book?.complete === false) this.#timer = setTimeout(() => void this.open(), lookAgain);
  }

  /** Searches inside; an empty question clears the marks. The newest question wins. */
  async search(q: string): Promise<void> {
    this.#search?.abort();
    this.searchError = null;
    if (q.trim() === '') {
      this.found = null;
      this.searching = false;
      return;
    }
    const asked = new AbortController();
    this.#search = asked;
    this.searching = true;
    try {
      const found = await searchBook(this.#fileId, q, asked.signal);
      if (this.#search !== asked) return;
      this.found = found;
    } catch (error) {
      if (isAbort(error) || this.#search !== asked) return;
      this.found = null;
      this.searchError = error;
    }
    this.searching = false;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#closed.abort();
    this.#search?.abort();
  }
}
