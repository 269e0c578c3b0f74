import { queryAsTyped } from '../query/parse.ts';
import { facetNames, noCounts } from '../facets.ts';
import type { InsideQuery, SearchHit, SearchQuery, SearchResult } from '../search-index.ts';
import type { IndexFile } from './embedded-file.ts';
import { explained } from './embedded-explaining.ts';
import { allowedRecords, matching, type Matches } from './embedded-matching.ts';
import { scored, type Scores } from './embedded-ranking.ts';
import { facetValues, postingsReader, titleRank, type Snapshot } from './embedded-snapshot.ts';
import { followedBy } from './embedded-postings.ts';
import { facetTerm, wordTerm } from './embedded-terms.ts';

/** Answers a query on a snapshot that is up to date in the read transaction of `db`. */
export function searchRecords(db: IndexFile, snapshot: Snapshot, query: SearchQuery): SearchResult {
  const read = postingsReader(db);
  const parsed = query.understood ?? queryAsTyped(query.text);
  const matches = matching(read, snapshot, parsed, allowedRecords(read, snapshot, query.audience));
  const passed = facetsPassed(read, snapshot, query);
  const chosen = new Uint8Array(snapshot.records);
  const numbers: number[] = [];
  for (let record = 0; record < snapshot.records; record++) {
    if (matches.records[record] === 1 && passed[record] === allFacets) {
      chosen[record] = 1;
      numbers.push(record);
    }
  }
  const scores = scored(snapshot, matches, chosen, parsed.marked);
  const byTitle = titleRank(db, snapshot);
  const { publishedAt } = snapshot;
  const newest = (a: number, b: number): number => publishedAt[b]! - publishedAt[a]! || byTitle[a]! - byTitle[b]!;
  const order = {
    title: (a: number, b: number): number => byTitle[a]! - byTitle[b]!,
    newest,
    // Without a word to match, all are equally relevant.
    relevance: (a: number, b: number): number =>
      scores.records[b]! - scores.records[a]! ||
      (parsed.wanted.length === 0 ? newest(a, b) : byTitle[a]! - byTitle[b]!),
  }[query.sort];
  const offset = Math.max(0, query.offset);
  const shown = firstOf(numbers, order, offset + Math.max(0, query.limit)).slice(offset);
  const parts = query.explain ? explained(snapshot, matches, shown, parsed.marked) : null;
  return {
    foundBy: matches.foundBy,
    total: numbers.length,
    hits: hitsOf(db, snapshot, matches, scores, shown, query.pagesPerRecord).map((hit, place) =>
      parts ? { ...hit, explanation: parts.get(shown[place]!) } : hit,
    ),
    facets: facetCounts(db, snapshot, matches.records, passed),
  };
}

/** Pages of one file that match as they would in a search of its record: what the fields hold need not be on the page. */
export function searchFile(db: IndexFile, snapshot: Snapshot, query: InsideQuery): { total: number; pages: number[] } {
  const file = snapshot.fileNumbers.get(query.fileId);
  const parsed = query.understood ?? queryAsTyped(query.text);
  if (file === undefined || parsed.wanted.length === 0) return { total: 0, pages: [] };
  const allowed = new Uint8Array(snapshot.records);
  const ofFile: number[] = [];
  for (let doc = 0; doc < snapshot.nextDoc; doc++) {
    if (snapshot.fileOf[doc] !== file || snapshot.recordOf[doc]! < 0) continue;
    allowed[snapshot.recordOf[doc]!] = 1;
    ofFile.push(doc);
  }
  const matches = matching(postingsReader(db), snapshot, parsed, allowed);
  const pages = ofFile.filter((doc) => matches.pages[doc] === 1).map((doc) => snapshot.pageOf[doc]!);
  pages.sort((a, b) => a - b);
  return { total: pages.length, pages: pages.slice(0, Math.max(0, query.limit)) };
}

/** How many records and pages hold each word, or two side by side. */
export function heldWords(db: IndexFile, snapshot: Snapshot, words: string[][]): number[] {
  const read = postingsReader(db);
  return words.map(([first, second]) => {
    const one = read(wordTerm(first!));
    const { docs } = second === undefined ? one : followedBy(one, read(wordTerm(second)), 1);
    let count = 0;
    for (const doc of docs) if (snapshot.recordOf[doc]! >= 0) count++;
    return count;
  });
}

const allFacets = (1 << facetNames.length) - 1;

/** By record: a bit for each facet whose choice it passes. Nothing chosen passes all. */
function facetsPassed(read: ReturnType<typeof postingsReader>, snapshot: Snapshot, query: SearchQuery): Uint8Array {
  const passed = new Uint8Array(snapshot.records);
  facetNames.forEach((facet, number) => {
    const bit = 1 << number;
    const codes = query.facets[facet] ?? [];
    if (codes.length === 0) for (let record = 0; record < passed.length; record++) passed[record]! |= bit;
    for (const code of new Set(codes)) {
      for (const doc of read(facetTerm(facet, code)).docs) {
        const record = snapshot.recordOf[doc]!;
        if (record >= 0) passed[record]! |= bit;
      }
    }
  });
  return passed;
}

function facetCounts(
  db: IndexFile,
  snapshot: Snapshot,
  matched: Uint8Array,
  passed: Uint8Array,
): SearchResult['facets'] {
  const counts = noCounts();
  const values = facetValues(db, snapshot);
  facetNames.forEach((facet, number) => {
    const others = allFacets & ~(1 << number);
    for (const { code, docs } of values.get(facet) ?? []) {
      let count = 0;
      for (const doc of docs) {
        const record = snapshot.recordOf[doc]!;
        if (record >= 0 && matched[record] === 1 && (passed[record]! & others) === others) count++;
      }
      if (count > 0) counts[facet].push({ code, count });
    }
    counts[facet].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  });
  return counts;
}

function hitsOf(
  db: IndexFile,
  snapshot: Snapshot,
  matches: Matches,
  scores: Scores,
  shown: number[],
  pagesPerRecord: number,
): SearchHit[] {
  const places = new Int32Array(snapshot.records).fill(-1);
  shown.forEach((record, place) => (places[record] = place));
  const docs: number[][] = shown.map(() => []);
  for (let doc = 0; doc < snapshot.nextDoc; doc++) {
    if (matches.pages[doc] === 1 && places[snapshot.recordOf[doc]!]! >= 0)
      docs[places[snapshot.recordOf[doc]!]!]!.push(doc);
  }
  const idOf = db.prepare('select id from records where record = ?');
  // Documents are numbered in the order of the pages, so equal pages come in that order.
  const best = (a: number, b: number): number => scores.pages[b]! - scores.pages[a]! || a - b;
  return shown.map((record, place) => ({
    id: (idOf.get(record) as { id: string }).id,
    score: scores.records[record]!,
    pages: firstOf(docs[place]!, best, Math.max(0, pagesPerRecord)).map((doc) => ({
      fileId: snapshot.fileIds[snapshot.fileOf[doc]!]!,
      page: snapshot.pageOf[doc]!,
      score: scores.pages[doc]!,
    })),
    pagesTotal: docs[place]!.length,
  }));
}

/** The first `count` in order, without sorting the rest. */
function firstOf(numbers: number[], order: (a: number, b: number) => number, count: number): number[] {
  if (count === 0) return [];
  if (numbers.length <= count * 4) return [...numbers].sort(order).slice(0, count);
  // A heap with the last of the first on top.
  const heap: number[] = [];
  const sink = (from: number): void => {
    let at = from;
    for (;;) {
      let later = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && order(heap[child]!, heap[later]!) > 0) later = child;
      }
      if (later === at) return;
      [heap[at], heap[later]] = [heap[later]!, heap[at]!];
      at = later;
    }
  };
  for (const number of numbers) {
    if (heap.length < count) {
      heap.push(number);
      if (heap.length === count) for (let at = count >> 1; at >= 0; at--) sink(at);
    } else if (order(number, heap[0]!) < 0) {
      heap[0] = number;
      sink(0);
    }
  }
  return heap.sort(order);
}
