import { queryAsTyped } from '../query/parse.ts';
import type { InsideQuery, SearchHit, SearchQuery, SearchResult } from '../search-index.ts';
import { contenders } from './embedded-contenders.ts';
import { explained } from './embedded-explaining.ts';
import { facetCounts, facetsPassed, placesPassed } from './embedded-facets.ts';
import { prepared, type IndexFile } from './embedded-file.ts';
import { ascending, growing, grown, push } from './embedded-lists.ts';
import { allowedEntries, bitsAllowed, matching } from './embedded-matching.ts';
import { firstOf } from './embedded-order.ts';
import { phraseOf } from './embedded-phrases.ts';
import { bounded, type Scores, type Scoring } from './embedded-ranking.ts';
import { pagesOf } from './embedded-pages.ts';
import type { Read } from './embedded-reading.ts';
import { promising, settleAll } from './embedded-settling.ts';
import { entryFlags, titleRank, type Snapshot } from './embedded-snapshot.ts';
import { pageTerm, wordTerm } from './embedded-terms.ts';

/** Answers a query on a snapshot that is up to date in the read transaction of `db`. */
export function searchRecords(db: IndexFile, snapshot: Snapshot, read: Read, query: SearchQuery): SearchResult {
  const parsed = query.understood ?? queryAsTyped(query.text);
  const { room } = snapshot;
  room.clear();
  const matches = matching(read, snapshot, parsed, allowedEntries(read, snapshot, query.audience));
  const passed = facetsPassed(read, matches.entries, query.facets);
  const chosen = passed === null ? matches.entries : placesPassed(passed).map((at) => matches.entries[at]!);
  const offset = Math.max(0, query.offset);
  const most = offset + Math.max(0, query.limit);
  const ranked = query.sort === 'relevance' && parsed.wanted.length > 0;
  const rest = { snapshot, room, groups: matches.groups, fieldMask: matches.fieldMask, marked: parsed.marked };
  const entries = ranked
    ? mayBeFirst({ ...rest, entries: chosen }, matches, most)
    : firstOf(chosen, orderOf(db, snapshot, query.sort), most);
  const some = entries === matches.entries ? null : Int32Array.from(entries).sort();
  const scoring: Scoring = {
    ...rest,
    entries: some ?? matches.entries,
    pages: pagesOf(snapshot, matches.pages, some),
  };
  const scores = bounded(scoring);
  const shown = ranked
    ? firstOf(promising(scores, most, room).places, byRelevance(db, snapshot, scoring.entries, scores), most).slice(
        offset,
      )
    : Array.from(entries.slice(offset), (entry) => scoring.entries.indexOf(entry));
  for (const at of shown) settleAll(scores, at);
  const parts = query.explain ? explained(scoring, shown) : null;
  return {
    foundBy: matches.foundBy,
    total: chosen.length,
    hits: hitsOf(db, scoring, scores, shown, query.pagesPerRecord, snapshot).map((hit, place) =>
      parts ? { ...hit, explanation: parts[place] } : hit,
    ),
    facets: facetCounts(snapshot, matches.entries, passed),
  };
}

/** The chosen entries, or those of them that may be among the `count` worth most. */
function mayBeFirst(
  scoring: Parameters<typeof contenders>[0],
  { entries, pages }: ReturnType<typeof matching>,
  count: number,
): Int32Array {
  if ('list' in pages) return scoring.entries;
  let chosen: Uint8Array | null = null;
  if (scoring.entries !== entries) {
    chosen = new Uint8Array(scoring.snapshot.nextEntry);
    for (const entry of scoring.entries) chosen[entry] = 1;
  }
  return contenders(scoring, pages.bits, chosen, count) ?? scoring.entries;
}

type Order = (a: number, b: number) => number;

/** Of entries. */
function orderOf(db: IndexFile, snapshot: Snapshot, sort: SearchQuery['sort']): Order {
  const { publishedAt } = snapshot;
  // Only where it is needed: for a large library it takes longer than the search.
  let byTitle: Int32Array | null = null;
  const title: Order = (a, b) => {
    byTitle ??= titleRank(db, snapshot);
    return byTitle[a]! - byTitle[b]!;
  };
  // Without a word to match, all are equally relevant.
  return sort === 'title' ? title : (a, b) => publishedAt[b]! - publishedAt[a]! || title(a, b);
}

/** Of places in the entries. Among equals what can be read here comes first, then what this library approved itself, then the older. */
function byRelevance(db: IndexFile, snapshot: Snapshot, entries: Int32Array, { records }: Scores): Order {
  const { publishedAt, flags } = snapshot;
  const title = orderOf(db, snapshot, 'title');
  const amongEquals: Order = (a, b) =>
    (flags[b]! & entryFlags.readable) - (flags[a]! & entryFlags.readable) ||
    (flags[a]! & entryFlags.harvested) - (flags[b]! & entryFlags.harvested) ||
    publishedAt[a]! - publishedAt[b]! ||
    title(a, b);
  return (a, b) => records[b]! - records[a]! || amongEquals(entries[a]!, entries[b]!);
}

/** Pages of one file that match as they would in a search of its record: what the fields hold need not be on the page. */
export function searchFile(snapshot: Snapshot, read: Read, query: InsideQuery): { total: number; pages: number[] } {
  const file = snapshot.fileNumbers.get(query.fileId);
  const parsed = query.understood ?? queryAsTyped(query.text);
  if (file === undefined || parsed.wanted.length === 0) return { total: 0, pages: [] };
  const allowed = new Uint8Array(snapshot.nextEntry);
  for (let page = 0; page < snapshot.nextPage; page++) {
    if (snapshot.fileOf[page] === file && snapshot.entryOfPage[page]! >= 0) allowed[snapshot.entryOfPage[page]!] = 1;
  }
  const found = growing();
  const matches = matching(read, snapshot, parsed, { allowed, pageBits: bitsAllowed(snapshot, allowed) });
  for (const page of pagesOf(snapshot, matches.pages, null))
    if (snapshot.fileOf[page] === file) push(found, snapshot.pageOf[page]!);
  const pages = Array.from(ascending(grown(found)));
  return { total: pages.length, pages: pages.slice(0, Math.max(0, query.limit)) };
}

/** How many records and pages hold each word, or two side by side. */
export function heldWords(snapshot: Snapshot, read: Read, words: string[][]): number[] {
  return words.map(([first, second]) => {
    let count = 0;
    for (const [termOf, live] of [
      [wordTerm, snapshot.recordOf],
      [pageTerm, snapshot.entryOfPage],
    ] as const) {
      const both = second === undefined ? [first!] : [first!, second];
      const { docs } = phraseOf(both.map((word) => read(termOf(word))));
      for (let at = 0; at < docs.length; at++) if (live[docs[at]!]! >= 0) count++;
    }
    return count;
  });
}

function hitsOf(
  db: IndexFile,
  { entries, pages }: Scoring,
  scores: Scores,
  shown: number[],
  pagesPerRecord: number,
  snapshot: Snapshot,
): SearchHit[] {
  const { last, list } = scores.runs;
  const pagesAt = (at: number): Int32Array => {
    const found = growing(32);
    for (let run = last[at]!; run >= 0; run = list[run + 2]!)
      for (let page = list[run]!; page < list[run + 1]!; page++) push(found, page);
    return grown(found);
  };
  const idOf = prepared(db, 'select id from records where record = ?');
  // Pages are numbered in the order of the book, so equal ones come in that order.
  const best = (a: number, b: number): number => scores.pages[b]! - scores.pages[a]! || a - b;
  return shown.map((at) => {
    const found = pagesAt(at);
    return {
      id: (idOf.get(snapshot.recordOf[entries[at]!]!) as { id: string }).id,
      score: scores.records[at]!,
      pages: firstOf(found, best, pagesPerRecord).map((page) => ({
        fileId: snapshot.fileIds[snapshot.fileOf[pages[page]!]!]!,
        page: snapshot.pageOf[pages[page]!]!,
        score: scores.pages[page]!,
      })),
      pagesTotal: found.length,
    };
  });
}
