import type { FoundBy } from '../search-index.ts';
import type { Reading, UnderstoodGroup, UnderstoodQuery } from '../query/understood.ts';
import { eitherOf, followedBy, inPlaces, type Postings } from './embedded-postings.ts';
import type { Snapshot } from './embedded-snapshot.ts';
import { audienceTerm, facetTerm, fields, fieldShift, initialsTerm, wordTerm } from './embedded-terms.ts';

/** One reading of a group with where it stands. */
export interface HeldReading {
  /** Of a facet: its records, without places. */
  postings: Postings;
  /** Words it spans; 0 for a facet. */
  span: number;
  /** First word's tone as typed, see toneByte(). */
  tone: string;
  likeness: number;
}

/** A part of the query with where it stands, by whichever reading. */
export interface Group {
  postings: Postings;
  readings: HeldReading[];
  quoted: boolean;
  /** Its words as they are matched, for people. */
  typed: string;
  /** Asked for in one field of the record, so that no page holds it. */
  inField: boolean;
  /** Rarity: high is specific. */
  weight: number;
}

export interface Matches {
  foundBy: FoundBy;
  groups: Group[];
  /** By record, 1 where it matches. */
  records: Uint8Array;
  /** By document, 1 where a page matches. */
  pages: Uint8Array;
  /** By record, the groups that its fields hold, a bit each. */
  fieldMask: Uint32Array;
}

type Read = (term: string) => Postings;

/** Records that share a token with the reader. */
export function allowedRecords(read: Read, snapshot: Snapshot, audience: string[]): Uint8Array {
  const allowed = new Uint8Array(snapshot.records);
  for (const token of new Set(audience)) {
    for (const doc of read(audienceTerm(token)).docs) {
      const record = snapshot.recordOf[doc]!;
      if (record >= 0) allowed[record] = 1;
    }
  }
  return allowed;
}

/**
 * Which records and pages hold the query, of those allowed (which it narrows by what must not be there).
 * A record matches by its fields, or by its fields and one page that together hold everything. When nothing does: by its
 * fields and all its pages together; when nothing does so either: by the most specific words, while quoted phrases stay required.
 * What is found here never depends on records that are not allowed, but for the weights of words.
 */
export function matching(read: Read, snapshot: Snapshot, query: UnderstoodQuery, allowed: Uint8Array): Matches {
  const blocked = new Uint8Array(snapshot.nextDoc);
  for (const unwanted of query.unwanted) {
    for (const doc of groupPostings(read, unwanted).docs) {
      const record = snapshot.recordOf[doc]!;
      if (record < 0) continue;
      if (snapshot.fileOf[doc]! < 0) allowed[record] = 0;
      else blocked[doc] = 1;
    }
  }
  const groups = query.wanted.map((wanted) => group(read, snapshot, wanted));
  const fieldMask = new Uint32Array(snapshot.records);
  const pageMask = new Uint32Array(snapshot.nextDoc);
  groups.forEach(({ postings, inField }, number) => {
    const bit = 1 << number;
    for (const doc of postings.docs) {
      const record = snapshot.recordOf[doc]!;
      if (record < 0 || allowed[record] === 0) continue;
      if (snapshot.fileOf[doc]! < 0) fieldMask[record]! |= bit;
      else if (blocked[doc] === 0 && !inField) pageMask[doc]! |= bit;
    }
  });
  if (groups.length === 0)
    return { foundBy: 'together', groups, records: allowed, pages: new Uint8Array(snapshot.nextDoc), fieldMask };
  const masks: Masks = { snapshot, fieldMask, pageMask, all: (2 ** groups.length - 1) >>> 0 };
  const found =
    by('together', onOnePage(masks)) ??
    by('apart', onAllPages(masks)) ??
    by('some', mostSpecific(masks, groups)) ??
    by('nothing', nothing(masks))!;
  return { groups, ...found, fieldMask };
}

interface Masks {
  snapshot: Snapshot;
  fieldMask: Uint32Array;
  pageMask: Uint32Array;
  all: number;
}
type Found = Pick<Matches, 'records' | 'pages'>;

const by = (foundBy: FoundBy, found: Found | null): (Found & { foundBy: FoundBy }) | null =>
  found && { ...found, foundBy };

const nothing = ({ snapshot }: Masks): Found => ({
  records: new Uint8Array(snapshot.records),
  pages: new Uint8Array(snapshot.nextDoc),
});

function onOnePage(masks: Masks): Found | null {
  const { snapshot, fieldMask, pageMask, all } = masks;
  const found = nothing(masks);
  let any = false;
  for (let record = 0; record < snapshot.records; record++) {
    if (fieldMask[record] === all) any = Boolean((found.records[record] = 1));
  }
  for (let doc = 0; doc < snapshot.nextDoc; doc++) {
    const mask = pageMask[doc]!;
    if (mask === 0) continue;
    const record = snapshot.recordOf[doc]!;
    const ofFields = fieldMask[record]!;
    // A record that holds everything itself lists only the pages that do so too, not each page with the number 6.
    if (mask !== all && (ofFields === all || (mask | ofFields) >>> 0 !== all)) continue;
    found.pages[doc] = 1;
    found.records[record] = 1;
    any = true;
  }
  return any ? found : null;
}

function unionOfPages({ snapshot, fieldMask, pageMask }: Masks): Uint32Array {
  const union = fieldMask.slice();
  for (let doc = 0; doc < snapshot.nextDoc; doc++) {
    if (pageMask[doc] !== 0) union[snapshot.recordOf[doc]!]! |= pageMask[doc]!;
  }
  return union;
}

function onAllPages(masks: Masks): Found | null {
  const { snapshot, fieldMask, pageMask, all } = masks;
  const union = unionOfPages(masks);
  const found = nothing(masks);
  let any = false;
  for (let record = 0; record < snapshot.records; record++) {
    if (union[record] === all) any = Boolean((found.records[record] = 1));
  }
  if (!any) return null;
  for (let doc = 0; doc < snapshot.nextDoc; doc++) {
    if (pageMask[doc] === 0) continue;
    const record = snapshot.recordOf[doc]!;
    if (found.records[record] === 1 && (pageMask[doc]! & ~fieldMask[record]!) !== 0) found.pages[doc] = 1;
  }
  return found;
}

/** Less than this share of the query's weight is chance, not a match. */
export const leastShare = 0.4;
/** And what is so far behind the best is noise. */
export const behindBest = 0.75;

function mostSpecific(masks: Masks, groups: Group[]): Found | null {
  const { snapshot, fieldMask, pageMask } = masks;
  const quoted = groups.reduce((mask, one, number) => (one.quoted ? (mask | (1 << number)) >>> 0 : mask), 0);
  const weighed = new Map<number, number>();
  const weightOf = (mask: number): number => {
    if ((mask & quoted) >>> 0 !== quoted) return 0;
    let weight = weighed.get(mask);
    if (weight === undefined) {
      weight = groups.reduce((sum, one, number) => (mask & (1 << number) ? sum + one.weight : sum), 0);
      weighed.set(mask, weight);
    }
    return weight;
  };
  const best = new Float64Array(snapshot.records);
  for (let record = 0; record < snapshot.records; record++) best[record] = weightOf(fieldMask[record]!);
  for (let doc = 0; doc < snapshot.nextDoc; doc++) {
    if (pageMask[doc] === 0) continue;
    const record = snapshot.recordOf[doc]!;
    best[record] = Math.max(best[record]!, weightOf((pageMask[doc]! | fieldMask[record]!) >>> 0));
  }
  const top = best.reduce((most, weight) => Math.max(most, weight), 0);
  const least = Math.max(top * behindBest, weightOf(masks.all) * leastShare);
  if (top === 0 || top < least) return null;
  const found = nothing(masks);
  for (let record = 0; record < snapshot.records; record++) if (best[record]! >= least) found.records[record] = 1;
  for (let doc = 0; doc < snapshot.nextDoc; doc++) {
    if (pageMask[doc] === 0) continue;
    const ofFields = fieldMask[snapshot.recordOf[doc]!]!;
    const adds = (pageMask[doc]! & ~ofFields) !== 0;
    if (adds && weightOf((pageMask[doc]! | ofFields) >>> 0) >= least) found.pages[doc] = 1;
  }
  return found;
}

/** Weight of a word that `held` of `among` documents hold. */
export const rarity = (held: number, among: number): number => Math.log(1 + (among - held + 0.5) / (held + 0.5));

function group(read: Read, snapshot: Snapshot, wanted: UnderstoodGroup): Group {
  const readings = heldReadings(read, wanted);
  const postings = unionOf(readings);
  const among = snapshot.liveRecords + snapshot.livePages;
  return {
    postings,
    readings,
    typed: typedOf(wanted),
    quoted: wanted.quoted,
    inField: wanted.field !== null,
    weight: rarity(Math.min(postings.docs.length, among), among),
  };
}

/** The first reading is what was typed. */
export function typedOf({ readings: [first] }: UnderstoodGroup): string {
  if (first!.kind === 'words') return first!.words.map(({ fold }) => fold).join(' ');
  return first!.kind === 'initials' ? first!.letters : first!.code;
}

/** Where a part of the query stands by any of its readings; of a phrase, where it begins. */
export const groupPostings = (read: Read, wanted: UnderstoodGroup): Postings => unionOf(heldReadings(read, wanted));

const unionOf = (readings: HeldReading[]): Postings =>
  readings.map(({ postings }) => postings).reduce((all, postings) => eitherOf(all, postings));

export function heldReadings(read: Read, { readings, field }: UnderstoodGroup): HeldReading[] {
  return readings.map((reading) => {
    const postings = readingPostings(read, reading);
    const tone = reading.kind === 'words' ? reading.words[0]!.tone : '';
    const span = reading.kind === 'words' ? reading.words.length : reading.kind === 'initials' ? 1 : 0;
    const within =
      field === null || reading.kind === 'facet'
        ? postings
        : inPlaces(postings, fields[field] << fieldShift, (fields[field] + 1) << fieldShift);
    return { postings: within, span, tone, likeness: reading.likeness };
  });
}

function readingPostings(read: Read, reading: Reading): Postings {
  if (reading.kind === 'facet') return read(facetTerm(reading.facet, reading.code));
  if (reading.kind === 'initials') return read(initialsTerm(reading.letters));
  return reading.words
    .slice(1)
    .map(({ fold }) => read(wordTerm(fold)))
    .reduce(
      // Each step keeps where the phrase begins, so the next word stands one place further.
      (phrase, word) => ({ postings: followedBy(phrase.postings, word, phrase.span), span: phrase.span + 1 }),
      { postings: read(wordTerm(reading.words[0]!.fold)), span: 1 },
    ).postings;
}
