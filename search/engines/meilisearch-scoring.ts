import { facetNames, type SearchFacets } from '../facets.ts';
import type { UnderstoodQuery } from '../query/understood.ts';
import type { SearchHit } from '../search-index.ts';
import { addFields, addPage } from './embedded-adding.ts';
import { Batch } from './embedded-batch.ts';
import { explained } from './embedded-explaining.ts';
import { groupDocs, heldReadings, typedOf, type Group } from './embedded-groups.ts';
import { none } from './embedded-postings.ts';
import type { Scoring } from './embedded-ranking.ts';
import { scored } from './embedded-settling.ts';
import { Room } from './embedded-room.ts';
import type { Read } from './embedded-reading.ts';
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
  const groups: Group[] = query.wanted.map((wanted, number) => {
    const readings = heldReadings(read, wanted);
    return {
      ...groupDocs(readings),
      readings,
      typed: typedOf(wanted),
      quoted: wanted.quoted,
      inField: wanted.field !== null,
      weight: counts.weights[number]!,
    };
  });
  const fieldMask = new Uint32Array(records.length);
  groups.forEach(({ entries }, number) => {
    for (const entry of entries) fieldMask[entry]! |= 1 << number;
  });
  const known = Int32Array.from(pages.keys()).filter((page) => snapshot.entryOfPage[page]! >= 0);
  const scoring: Scoring = {
    snapshot: { ...snapshot, livePages: counts.pages, pageWords: counts.pageWords },
    groups,
    entries: Int32Array.from(records.keys()),
    pages: known,
    room: new Room(),
    fieldMask,
    marked: query.marked,
  };
  const scores = scored(scoring);
  const parts = explain ? explained(scoring, [...records.keys()]) : null;
  const result = records.map((row, number): ScoredRecord => ({
    row,
    score: scores.records[number]!,
    ...(parts ? { explanation: parts[number] } : {}),
    pages: [],
  }));
  known.forEach((page, at) => {
    result[snapshot.entryOfPage[page]!]!.pages.push({ row: pages[page]!, score: scores.pages[at]! });
  });
  for (const one of result) one.pages.sort((a, b) => b.score - a.score || a.row.place - b.row.place);
  return result;
}

/** An index in memory: entries and pages by their place in the lists. A page whose record is not among them is of none: -1. */
export function heldOf(
  records: RecordRow[],
  pages: PageRow[],
): { read: Read; snapshot: Pick<Scoring['snapshot'], 'entryOfPage' | 'titleWords' | 'lengthOf'> } {
  const batch = new Batch();
  const numbers = new Map(records.map(({ record }, number) => [record, number]));
  const titleWords = Int32Array.from(records, (row, entry) =>
    addFields(batch, entry, { ...row, ...unindexed, facets: facetsOf(row) }),
  );
  const lengthOf = Int32Array.from(pages, ({ text }, page) => addPage(batch, page, text));
  const entryOfPage = Int32Array.from(pages, ({ record }) => numbers.get(record) ?? -1);
  const postings = batch.postings();
  return { read: (term) => postings.get(term) ?? none, snapshot: { entryOfPage, titleWords, lengthOf } };
}

/** A facet reading is scored by the record's own codes. */
const facetsOf = (row: RecordRow): Partial<SearchFacets> =>
  Object.fromEntries(facetNames.map((name) => [name, (row[name] ?? []).filter(hasText).map(valueText)]));

/** What says nothing about words. */
const unindexed = { audience: [], titleKey: '', readable: false, harvested: false, pages: [] };
