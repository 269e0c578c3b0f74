import { facetNames, type SearchFacets } from '../facets.ts';
import type { UnderstoodQuery } from '../query/understood.ts';
import { groupPostings, heldReadings, typedOf, type Group, type Matches } from './embedded-matching.ts';
import { decodePostings, finishWriting, none, type Postings } from './embedded-postings.ts';
import { explained } from './embedded-explaining.ts';
import { scored } from './embedded-ranking.ts';
import type { SearchHit } from '../search-index.ts';
import { emptySnapshot, type Snapshot } from './embedded-snapshot.ts';
import { addFields, addPage, type Batch } from './embedded-terms.ts';
import { hasText, valueText, type PageRow, type RecordRow } from './meilisearch-documents.ts';
import type { Counts } from './meilisearch-matching.ts';

export interface ScoredRecord {
  row: RecordRow;
  score: number;
  explanation?: SearchHit['explanation'];
  /** Best first; equal ones in the order of the book. */
  pages: { row: PageRow; score: number }[];
}

/** Scores records and their matching pages as the embedded engine does: a small index of theirs in memory, its own formula. */
export function scoredRecords(
  records: RecordRow[],
  pages: PageRow[],
  query: UnderstoodQuery,
  counts: Counts,
  explain = false,
): ScoredRecord[] {
  const { read, snapshot } = heldOf(records, pages);
  snapshot.livePages = counts.pages;
  snapshot.pageWords = counts.pageWords;
  const groups: Group[] = query.wanted.map((wanted, number) => ({
    postings: groupPostings(read, wanted),
    readings: heldReadings(read, wanted),
    typed: typedOf(wanted),
    quoted: wanted.quoted,
    inField: wanted.field !== null,
    weight: counts.weights[number]!,
  }));
  const fieldMask = new Uint32Array(records.length);
  groups.forEach(({ postings }, number) => {
    for (const doc of postings.docs) if (doc < records.length) fieldMask[doc]! |= 1 << number;
  });
  const chosen = new Uint8Array(records.length).fill(1);
  const matches: Matches = {
    foundBy: 'together',
    groups,
    records: chosen,
    pages: new Uint8Array(snapshot.nextDoc).fill(1),
    fieldMask,
  };
  const scores = scored(snapshot, matches, chosen, query.marked);
  const parts = explain ? explained(snapshot, matches, [...records.keys()], query.marked) : null;
  const result = records.map((row, number): ScoredRecord => ({
    row,
    score: scores.records[number]!,
    ...(parts ? { explanation: parts.get(number) } : {}),
    pages: [],
  }));
  pages.forEach((row, number) => {
    const doc = records.length + number;
    result[snapshot.recordOf[doc]!]?.pages.push({ row, score: scores.pages[doc]! });
  });
  for (const one of result) one.pages.sort((a, b) => b.score - a.score || a.row.place - b.row.place);
  return result;
}

/** An index in memory: the fields of records first, then pages. A page whose record is not among them belongs to none. */
export function heldOf(
  records: RecordRow[],
  pages: PageRow[],
): { read: (term: string) => Postings; snapshot: Snapshot } {
  const batch: Batch = new Map();
  const numbers = new Map(records.map(({ record }, number) => [record, number]));
  const count = records.length + pages.length;
  const snapshot: Snapshot = {
    ...emptySnapshot(),
    nextDoc: count,
    recordOf: new Int32Array(count),
    pageOf: new Int32Array(count),
    lengthOf: new Int32Array(count),
    fileOf: new Int32Array(count).fill(-1),
    records: records.length,
  };
  records.forEach((row, number) => {
    snapshot.recordOf[number] = number;
    snapshot.lengthOf[number] = addFields(batch, number, { ...row, ...unindexed, facets: facetsOf(row) });
  });
  pages.forEach((row, number) => {
    const doc = records.length + number;
    snapshot.recordOf[doc] = numbers.get(row.record) ?? -1;
    snapshot.fileOf[doc] = 0;
    snapshot.lengthOf[doc] = addPage(batch, doc, row.text);
  });
  const read = new Map<string, Postings>();
  return {
    snapshot,
    read: (term) => {
      let postings = read.get(term);
      const writing = batch.get(term);
      if (writing === undefined) return none;
      if (postings === undefined) {
        const { docs, spots } = finishWriting(writing, null);
        postings = decodePostings([{ first: writing.first, docs, spots }]);
        read.set(term, postings);
      }
      return postings;
    },
  };
}

/** A facet reading is scored by the record's own codes. */
const facetsOf = (row: RecordRow): Partial<SearchFacets> =>
  Object.fromEntries(facetNames.map((name) => [name, (row[name] ?? []).filter(hasText).map(valueText)]));

/** What says nothing about words. */
const unindexed = {
  audience: [],
  titleKey: '',
  publishedAt: 0,
  pages: [],
};
