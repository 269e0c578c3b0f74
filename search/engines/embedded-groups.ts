import type { Reading, UnderstoodGroup } from '../query/understood.ts';
import { bitOf, listed, unionOf, type List } from './embedded-lists.ts';
import { inPlaces, phraseOf } from './embedded-phrases.ts';
import { none, type Postings } from './embedded-postings.ts';
import type { FoundPages } from './embedded-pages.ts';
import type { Read } from './embedded-reading.ts';
import type { Allowed, Snapshot } from './embedded-snapshot.ts';
import { facetTerm, fields, fieldShift, initialsTerm, pageTerm, wordTerm } from './embedded-terms.ts';

/** One reading of a group with where it stands: in the fields of records, and on pages. */
export interface HeldReading {
  /** Of a facet: its records, without places. */
  entries: Postings;
  pages: Postings;
  /** Words it spans; 0 for a facet. */
  span: number;
  /** First word's tone as typed, see toneByte(). */
  tone: string;
  likeness: number;
}

/** A part of the query with the entries and pages that hold it by whichever reading. */
export interface Group {
  entries: Int32Array;
  pages: List;
  readings: HeldReading[];
  quoted: boolean;
  /** Its words as they are matched, for people. */
  typed: string;
  /** Asked for in one field of the record, so that no page holds it. */
  inField: boolean;
  /** Rarity: high is specific. */
  weight: number;
}

/** Each page is of one of the entries. */
export interface Found {
  /** Ascending. */
  entries: Int32Array;
  pages: FoundPages;
}

/** What a stage of matching looks at. */
export interface Matching extends Allowed {
  snapshot: Snapshot;
  groups: Group[];
  fieldMask: Uint32Array;
  /** The mask of a document that holds all. */
  all: number;
}

/** Whether a page is there, of a record that may be found, and holds nothing that must not be there. */
export const mayShow = ({ pageBits }: Allowed, page: number): boolean =>
  pageBits === null || (pageBits[page >>> 5]! & bitOf(page)) !== 0;

/** Weight of a word that `held` of `among` documents hold. */
export const rarity = (held: number, among: number): number => Math.log(1 + (among - held + 0.5) / (held + 0.5));

export function groupOf(read: Read, snapshot: Snapshot, wanted: UnderstoodGroup): Group {
  const readings = heldReadings(read, wanted);
  const { entries, pages } = groupDocs(readings);
  const among = snapshot.liveRecords + snapshot.livePages;
  return {
    entries,
    pages,
    readings,
    typed: typedOf(wanted),
    quoted: wanted.quoted,
    inField: wanted.field !== null,
    weight: rarity(Math.min(entries.length + pages.docs.length, among), among),
  };
}

/** The first reading is what was typed. */
export function typedOf({ readings: [first] }: UnderstoodGroup): string {
  if (first!.kind === 'words') return first!.words.map(({ fold }) => fold).join(' ');
  return first!.kind === 'initials' ? first!.letters : first!.code;
}

/** The entries and pages that hold a part of the query by any of its readings. */
export function groupDocs(readings: readonly HeldReading[]): { entries: Int32Array; pages: List } {
  const onPages = readings.map(({ pages }) => pages).filter(({ docs }) => docs.length > 0);
  const [only] = onPages;
  return {
    entries: readings.map(({ entries }) => entries.docs).reduce(unionOf),
    pages: onPages.length === 1 ? only! : listed(onPages.map(({ docs }) => docs).reduce(unionOf, noList)),
  };
}

const noList = new Int32Array(0);

export function heldReadings(read: Read, { readings, field }: UnderstoodGroup): HeldReading[] {
  return readings.map((reading) => {
    const entries = readingPostings(read, reading, wordTerm);
    const tone = reading.kind === 'words' ? reading.words[0]!.tone : '';
    const span = reading.kind === 'words' ? reading.words.length : reading.kind === 'initials' ? 1 : 0;
    const within =
      field === null || reading.kind === 'facet'
        ? entries
        : inPlaces(entries, fields[field] << fieldShift, (fields[field] + 1) << fieldShift);
    const pages = field === null && reading.kind === 'words' ? readingPostings(read, reading, pageTerm) : none;
    return { entries: within, pages, span, tone, likeness: reading.likeness };
  });
}

function readingPostings(read: Read, reading: Reading, termOf: (fold: string) => string): Postings {
  if (reading.kind === 'facet') return read(facetTerm(reading.facet, reading.code));
  if (reading.kind === 'initials') return read(initialsTerm(reading.letters));
  return phraseOf(reading.words.map(({ fold }) => read(termOf(fold))));
}
