import type { RecordAside, ToldRecord } from './told-records.ts';

/** By what a document is known again, as its server said (RFC 9110 §8.8), and how it was read here. */
export interface Validators {
  etag: string | null;
  modified: string | null;
  /** What was made of it then; raised when the same is read differently. */
  reading: number;
  /** The document was the whole list. */
  alone: boolean;
}

/** A part of a list, as much of it as could be read: of one answer, or of several. */
export interface ToldPage {
  /** When it was told, by the clock of the source; null where it does not say. */
  responseDate: string | null;
  records: ToldRecord[];
  aside: RecordAside[];
  /** Where the list goes on, in the reader's own words; null at its end. */
  token: string | null;
  /** As the source counts; null where it does not. */
  listSize: number | null;
  /** The document ends before its end: the answer was cut off. */
  cut: boolean;
  /** What was looked at and is no record: lists of lists, pages about nothing. Such a page is not empty. */
  passed?: number;
  /** Nothing has changed since `known`: the list stands as it was, and this is its end. */
  same?: boolean;
  /** Of the first document. */
  validators?: Validators | null;
}

export interface ListAsked {
  /** Of the page before; null: the first page. */
  token: string | null;
  /** Changes since then are enough; null: everything. */
  from: string | null;
  /** The first document as it was the last time, so that its server need not send it again; null: it must. */
  known: Validators | null;
  /** Faults one after the other at this place of the list. */
  failures: number;
}

/** Reads the list of one source, a part at a time. Whatever holds a place is in the token: any process can go on with it. */
export interface SourceReader {
  /** Throws HarvestFault, or the reason of the signal. */
  page(asked: ListAsked): Promise<ToldPage>;
  /** It comes to an end whatever the source says; nobody else need watch for lists that go round in a circle. */
  endsByItself: boolean;
  /** A list of what is newest: what falls out of it is not gone. */
  newestOnly: boolean;
}

/** Records of one page; what a document holds more is told in pages of their own, so that no transaction grows with it. */
export const recordsAtOnce = 500;
