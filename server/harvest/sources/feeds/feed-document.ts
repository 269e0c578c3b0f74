import { type AsideReason, longestIdentifier, longestRecord, type RecordAside, type Saying, type ToldRecord } from '../told-records.ts';

/** A document of a feed or catalogue, as much of it as could be read. Addresses are whole. */
export interface FeedDocument {
  /** A catalogue for reading programs, or news. */
  shape: 'opds' | 'rss';
  title: string | null;
  told: (ToldRecord | RecordAside)[];
  next: string | null;
  /** All that is in the catalogue, in one list, for programs like this one. */
  crawlable: string | null;
  /** Parts of the catalogue that are documents of their own. */
  sections: string[];
  /** As the source counts, of this list alone. */
  listSize: number | null;
  /** It ends before its end. */
  cut: boolean;
}

/** What the entries of a document have in common. */
export interface FeedSetting {
  /** Addresses in it are of this one (xml:base). */
  base: string;
  /** U+FFFD stands for bytes that could not be read. */
  lossy: boolean;
  shape: FeedDocument['shape'];
}

/** One entry, with why it cannot be taken where it cannot. `text` is made when it is wanted. */
export function toldEntry(entry: { identifier: string | null; datestamp: string | null; says: Saying; size: number; lossy?: boolean; text: () => string }): ToldRecord | RecordAside {
  const identifier = entry.identifier?.trim().slice(0, longestIdentifier) || null;
  const aside = (reason: AsideReason): RecordAside => ({ identifier, reason, detail: '', text: entry.text() });
  if (identifier === null) return aside('identifier-missing');
  if (entry.size > longestRecord) return aside('record-too-large');
  if (entry.lossy && entry.text().includes('\ufffd')) return aside('encoding-broken');
  return {
    ...{ identifier, datestamp: entry.datestamp, deleted: false, says: entry.says },
    get text() {
      return entry.text();
    },
  };
}

/** An instant as feeds write it (RFC 3339, RFC 822), to the second; null where it is none. */
export function instantIn(text: string | null | undefined): string | null {
  const at = new Date(text?.trim() ?? '');
  return Number.isNaN(at.getTime()) || at.getTime() < 0 ? null : `${at.toISOString().slice(0, 19)}Z`;
}

/** A whole http(s) address; null where it is none, or a pattern that wants to be filled in. */
export function addressIn(href: string | null | undefined, base: string): string | null {
  const text = href?.trim() ?? '';
  if (text === '' || text.length > 2000 || /[{}]/.test(text) || !URL.canParse(text, base)) return null;
  const url = new URL(text, base);
  return /^https?:$/.test(url.protocol) ? url.href : null;
}

/** Where a thing can be had, best first: its own page, free, as the library gives it, to borrow; what is sold or a taste of it is left out. */
export function linkRank(rel: string, type: string): number | null {
  if (rel === 'alternate' || rel === '') return /atom\+xml|opds/.test(type) ? null : 0;
  const kind = /^http:\/\/opds-spec\.org\/acquisition(?:\/([\w-]+))?$/.exec(rel);
  if (!kind) return null;
  const at = ['open-access', '', 'borrow', 'subscribe'].indexOf(kind[1] ?? '');
  return at < 0 ? null : at + 1;
}
