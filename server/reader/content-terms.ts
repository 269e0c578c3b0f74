import { setImmediate as othersTurn } from 'node:timers/promises';
import { tokens } from '../../search/vietnamese/fold.ts';
import { fixCharacters } from '../../search/vietnamese/fix-characters.ts';
import { textsAfter } from '../../storage/metadata/book-rows.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import type { LoadedBook } from './book-loading.ts';
import type { IiifAddresses } from './iiif-addresses.ts';

/** Pages read at a time: a few milliseconds, after which others are answered. */
const pagesAtOnce = 50;
/** Of a longer book the rest is not looked at; what is offered stands in it all the same. */
const mostPages = 1_000;
const mostTerms = 20;
const mostTyped = 6;

export interface Term {
  value: string;
  /** Places on the pages that were looked at. */
  total: number;
}

/**
 * What the words of a book may complete what was typed to, the frequent ones first: its last word may be the beginning of one, marks make no
 * difference. The caller has checked that the reader may read the book.
 */
export async function termsInside(metadata: Metadata, book: LoadedBook, typed: string): Promise<Term[]> {
  const wanted = tokens(typed.slice(0, 200)).map(({ fold }) => fold);
  const beginning = wanted.pop();
  if (beginning === undefined || wanted.length >= mostTyped) return [];
  const found = new Map<string, number>();
  for (let after = 0, looked = 0; looked < mostPages; looked += pagesAtOnce) {
    const pages = await textsAfter(metadata.queries, book.fileId, after, pagesAtOnce);
    for (const { text } of pages) {
      const words = tokens(text);
      for (let at = 0; at + wanted.length < words.length; at++) {
        if (!words[at + wanted.length]!.fold.startsWith(beginning) || wanted.some((fold, place) => words[at + place]!.fold !== fold)) continue;
        const value = words.slice(at, at + wanted.length + 1).map((word) => fixCharacters(word.text).toLowerCase()).join(' ');
        found.set(value, (found.get(value) ?? 0) + 1);
      }
    }
    if (pages.length < pagesAtOnce) break;
    after = pages.at(-1)!.number;
    await othersTurn();
  }
  return [...found]
    .map(([value, total]) => ({ value, total }))
    .sort((a, b) => b.total - a.total || (a.value < b.value ? -1 : 1))
    .slice(0, mostTerms);
}

/** IIIF Content Search 2.0, autocomplete: each term with the address that searches for it; `min` leaves the rarer ones out. */
export function termPage(at: IiifAddresses, asked: Record<string, unknown>, terms: Term[]) {
  const q = typeof asked['q'] === 'string' ? asked['q'] : '';
  const least = /^\d{1,9}$/.test(String(asked['min'])) ? Number(asked['min']) : null;
  const ignored = ['min', 'motivation', 'date', 'user'].filter((name) => asked[name] !== undefined && (name !== 'min' || least === null));
  const shown = terms.filter(({ total }) => total >= (least ?? 1));
  return {
    '@context': 'http://iiif.io/api/search/2/context.json',
    id: `${at.autocomplete}?q=${encodeURIComponent(q)}`,
    type: 'TermPage',
    ...(ignored.length > 0 ? { ignored } : {}),
    items: shown.map(({ value, total }) => ({ type: 'Term', value, total, service: [{ id: `${at.search}?q=${encodeURIComponent(`"${value}"`)}`, type: 'SearchService2' }] })),
  };
}
