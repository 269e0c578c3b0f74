import { queryAsTyped } from '../query/parse.ts';
import type { InsideQuery, SearchHit, SearchQuery, SearchResult } from '../search-index.ts';
import { explained } from './embedded-explaining.ts';
import { facetCounts, facetsPassed, placesPassed } from './embedded-facets.ts';
import { prepared, type IndexFile } from './embedded-file.ts';
import { ascending, growing, grown, push } from './embedded-lists.ts';
import { allowedEntries, matching } from './embedded-matching.ts';
import { firstOf } from './embedded-order.ts';
import { followedBy } from './embedded-phrases.ts';
import { bounded, type Scores, type Scoring } from './embedded-ranking.ts';
import { pagesKept } from './embedded-pages.ts';
import type { Read } from './embedded-reading.ts';
import { promising, settleAll } from './embedded-settling.ts';
import { entryFlags, titleRank, type Snapshot } from './embedded-snapshot.ts';
import { pageTerm, wordTerm } from './embedded-terms.ts';

/** Answers a query on a snapshot that is up to date in the read transaction of `db`. */
export function searchRecords(db: IndexFile, snapshot: Snapshot, read: Read, query: SearchQuery): SearchResult {
  const parsed = query.understood ?? queryAsTyped(query.text);
  snapshot.room.clear();
  const matches = matching(read, snapshot, parsed, allowedEntries(read, snapshot, query.audience));
  const passed = facetsPassed(read, matches.entries, query.facets);
  const places = placesPassed(matches.entries, passed);
  const scoring = chosenOf(snapshot, matches, passed === null ? null : places, parsed.marked);
  const scores = bounded(scoring);
  const order = orderOf(db, snapshot, scoring.entries, scores, query.sort, parsed.wanted.length > 0);
  const offset = Math.max(0, query.offset);
  const most = offset + Math.max(0, query.limit);
  const ranked = query.sort === 'relevance' && parsed.wanted.length > 0;
  const among = ranked ? promising(scores, most, snapshot.room) : numbersBelow(scoring.entries.length);
  const shown = firstOf(among, order, most).slice(offset);
  for (const at of shown) settleAll(scores, at);
  const parts = query.explain ? explained(scoring, shown) : null;
  return {
    foundBy: matches.foundBy,
    total: places.length,
    hits: hitsOf(db, scoring, scores, shown, query.pagesPerRecord, snapshot).map((hit, place) =>
      parts ? { ...hit, explanation: parts[place] } : hit,
    ),
    facets: facetCounts(snapshot, matches.entries, passed),
  };
}

function numbersBelow(count: number): Int32Array {
  const numbers = new Int32Array(count);
  for (let at = 0; at < count; at++) numbers[at] = at;
  return numbers;
}

/** What is scored of what matches: the entries at these places (null for all) and their pages. */
function chosenOf(
  snapshot: Snapshot,
  { entries, pages, places: inGroups, groups, fieldMask }: ReturnType<typeof matching>,
  places: Int32Array | null,
  marked: boolean,
): Scoring {
  const { room } = snapshot;
  const rest = { snapshot, groups, fieldMask, marked, room };
  if (places === null) return { ...rest, entries, pages, places: inGroups };
  const chosen = places.map((at) => entries[at]!);
  const among = new Uint8Array(pages.length === 0 ? 0 : snapshot.nextEntry);
  if (among.length > 0) for (const entry of chosen) among[entry] = 1;
  const ofChosen = (page: number): boolean => among[snapshot.entryOfPage[page]!] === 1;
  return { ...rest, entries: chosen, ...pagesKept({ pages, places: inGroups }, ofChosen, room) };
}

type Order = (a: number, b: number) => number;

/** Of places in the entries. */
function orderOf(
  db: IndexFile,
  snapshot: Snapshot,
  entries: Int32Array,
  scores: Scores,
  sort: SearchQuery['sort'],
  anyWords: boolean,
): Order {
  const { publishedAt, flags } = snapshot;
  // Only where it is needed: for a large library it takes longer than the search.
  let byTitle: Int32Array | null = null;
  const title: Order = (a, b) => {
    byTitle ??= titleRank(db, snapshot);
    return byTitle[entries[a]!]! - byTitle[entries[b]!]!;
  };
  if (sort === 'title') return title;
  // Without a word to match, all are equally relevant.
  if (sort === 'newest' || !anyWords)
    return (a, b) => publishedAt[entries[b]!]! - publishedAt[entries[a]!]! || title(a, b);
  const { records } = scores;
  return (a, b) => records[b]! - records[a]! || amongEquals(entries[a]!, entries[b]!) || title(a, b);

  /** What can be read here, then what this library approved itself, then the older. */
  function amongEquals(a: number, b: number): number {
    return (
      (flags[b]! & entryFlags.readable) - (flags[a]! & entryFlags.readable) ||
      (flags[a]! & entryFlags.harvested) - (flags[b]! & entryFlags.harvested) ||
      publishedAt[a]! - publishedAt[b]!
    );
  }
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
  snapshot.room.clear();
  for (const page of matching(read, snapshot, parsed, { allowed, everyPage: false }).pages) {
    if (snapshot.fileOf[page] === file) push(found, snapshot.pageOf[page]!);
  }
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
      const one = read(termOf(first!));
      const { docs } = second === undefined ? one : followedBy(one, read(termOf(second)), 1);
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
  const pagesOf = (at: number): Int32Array => {
    const found = growing(32);
    for (let run = last[at]!; run >= 0; run = list[run + 2]!)
      for (let page = list[run]!; page < list[run + 1]!; page++) push(found, page);
    return grown(found);
  };
  const idOf = prepared(db, 'select id from records where record = ?');
  // Pages are numbered in the order of the book, so equal ones come in that order.
  const best = (a: number, b: number): number => scores.pages[b]! - scores.pages[a]! || a - b;
  return shown.map((at) => {
    const found = pagesOf(at);
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
