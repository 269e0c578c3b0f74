import { noCounts } from '../facets.ts';
import { queryAsTyped } from '../query/parse.ts';
import type { UnderstoodGroup, UnderstoodQuery, UnderstoodWord } from '../query/understood.ts';
import type { FoundBy, InsideQuery, SearchHit, SearchQuery, SearchResult } from '../search-index.ts';
import { toneByte } from './embedded-postings.ts';
import { wordTerm } from './embedded-terms.ts';
import { exactValue, pairValue, termValue, toneValue, type PageRow, type RecordRow } from './meilisearch-documents.ts';
import { all, any, has, not, nothing, type Filter } from './meilisearch-filter.ts';
import {
  allowedWithout,
  askedGroups,
  countGroups,
  everything,
  isPage,
  mostTelling,
  mostValues,
  onAllPages,
  onOnePage,
  type Ask,
  type AskedGroup,
  type Counts,
  type Matched,
} from './meilisearch-matching.ts';
import { anyOf, look, type Looked } from './meilisearch-counting.ts';
import { scoredRecords, type ScoredRecord } from './meilisearch-scoring.ts';

const isRecord = has('kind', 'record');
/** Records of each kind of place that are scored; up to so many in all, the order is exactly that of the embedded engine. */
const mostScored = 60;
/** Pages that are scored with them, and for one record shown whose pages were not all among those. */
const pagesScored = 200;
const pagesOfOne = 20;

const orders = {
  title: ['order:asc', 'idOrder:asc'],
  newest: ['publishedAt:desc', 'order:asc', 'idOrder:asc'],
} as const;

interface Found extends Looked {
  query: SearchQuery;
  parsed: UnderstoodQuery;
  groups: AskedGroup[];
  counts: Counts;
  matched: Matched;
}

export async function searchRecords(ask: Ask, query: SearchQuery): Promise<SearchResult> {
  if (query.audience.length === 0) return { foundBy: 'nothing', total: 0, hits: [], facets: noCounts() };
  const parsed = query.understood ?? queryAsTyped(query.text);
  const rights = anyOf('audience', query.audience);
  const { groups, counts, matches } = await matchesOf(ask, parsed, rights);
  for await (const matched of matches) {
    const looked = await look(ask, matched, query);
    if (!looked.any) continue;
    const found: Found = { query, parsed, groups, counts, matched, ...looked };
    const hits = await (query.sort === 'relevance' && groups.length > 0
      ? byRelevance(ask, found)
      : inOrder(ask, found));
    return { foundBy: matched.foundBy, total: looked.total, hits, facets: looked.facets };
  }
  return { foundBy: 'nothing', total: 0, hits: [], facets: noCounts() };
}

/** Page numbers of one file, in page order. What matches is decided over the whole record, as in a search of records. */
export async function searchFile(ask: Ask, query: InsideQuery): Promise<{ total: number; pages: number[] }> {
  const parsed = query.understood ?? queryAsTyped(query.text);
  const inFile = all(isPage, has('file', exactValue(query.fileId)));
  if (parsed.wanted.length === 0) return { total: 0, pages: [] };
  const [owners] = await ask<PageRow>([{ filter: inFile, limit: mostValues, distinct: true, retrieve: ['record'] }]);
  if (owners!.hits.length === 0) return { total: 0, pages: [] };
  const base = has('record', ...owners!.hits.map(({ record }) => record));
  const { matches } = await matchesOf(ask, parsed, base);
  for await (const matched of matches) {
    const [records] = await ask<PageRow>([
      { filter: matched.documents, limit: mostValues, distinct: true, retrieve: ['record'] },
    ]);
    if (records!.hits.length === 0) continue;
    const within = has('record', ...records!.hits.map(({ record }) => record));
    const [pages] = await ask<PageRow>([
      {
        filter: all(matched.pages, inFile, within),
        sort: ['page:asc'],
        limit: Math.max(0, query.limit),
        retrieve: ['page'],
      },
    ]);
    return { total: pages!.total, pages: pages!.hits.map(({ page }) => page) };
  }
  return { total: 0, pages: [] };
}

interface MatchesOf {
  groups: AskedGroup[];
  counts: Counts;
  /** Stage by stage; the first that finds anything is the answer. */
  matches: AsyncGenerator<Matched & { foundBy: FoundBy }>;
}

async function matchesOf(ask: Ask, parsed: UnderstoodQuery, base: Filter): Promise<MatchesOf> {
  const { wanted, unwanted } = await askedGroups(ask, parsed);
  const allowed = allowedWithout(base, unwanted);
  const counts: Counts =
    wanted.length === 0
      ? { records: 0, pages: 0, pageWords: 0, held: [], weights: [] }
      : await countGroups(ask, wanted);
  async function* matches(): AsyncGenerator<Matched & { foundBy: FoundBy }> {
    if (wanted.length === 0) return yield { ...everything(allowed), foundBy: 'together' };
    // A word that nothing holds cannot be had on one page nor on all.
    if (counts.held.every((held) => held > 0)) {
      yield { ...onOnePage(allowed, wanted), foundBy: 'together' };
      const spread = await onAllPages(ask, allowed, wanted, unwanted.length > 0);
      if (spread) yield { ...spread, foundBy: 'apart' };
    }
    const telling = await mostTelling(ask, allowed, wanted, counts.weights);
    if (telling) yield { ...telling, foundBy: 'some' };
  }
  return { groups: wanted, counts, matches: matches() };
}

async function inOrder(ask: Ask, found: Found): Promise<SearchHit[]> {
  const { query, chosen } = found;
  const limit = Math.max(0, query.limit);
  if (limit === 0 || found.total === 0) return [];
  const sort = [...orders[query.sort === 'title' ? 'title' : 'newest']];
  const rows = await recordsAt(ask, chosen, sort, Math.max(0, query.offset), limit);
  const scores = await scoresOf(ask, found, rows);
  return hitsOf(ask, found, scores);
}

/** The rows of records in an order; the document that `distinct` kept may be one of the pages. */
async function recordsAt(
  ask: Ask,
  filter: Filter,
  sort: string[],
  offset: number,
  limit: number,
): Promise<RecordRow[]> {
  const [kept] = await ask<RecordRow>([{ filter, sort, offset, limit, distinct: true, retrieve: ['record'] }]);
  return rowsOf(
    ask,
    kept!.hits.map(({ record }) => record),
  );
}

async function rowsOf(ask: Ask, records: string[]): Promise<RecordRow[]> {
  if (records.length === 0) return [];
  const queries = lists(records).map((some) => ({ filter: all(isRecord, has('record', ...some)), limit: some.length }));
  const rows = (await ask<RecordRow>(queries)).flatMap(({ hits }) => hits);
  const byRecord = new Map(rows.map((row) => [row.record, row]));
  return records.flatMap((record) => byRecord.get(record) ?? []);
}

function lists(values: string[]): string[][] {
  return Array.from({ length: Math.ceil(values.length / mostValues) }, (_, part) =>
    values.slice(part * mostValues, (part + 1) * mostValues),
  );
}

/**
 * Scored are the likeliest records of five kinds of place, from "the title holds all, marks as typed" down to "on some page"; the
 * rest follows by title. Which are scored does not depend on the offset, so no record comes twice and none is left out.
 */
async function byRelevance(ask: Ask, found: Found): Promise<SearchHit[]> {
  const { query, chosen, total } = found;
  const limit = Math.max(0, query.limit);
  const offset = Math.max(0, query.offset);
  if (limit === 0 || offset >= total) return [];
  const answers = await ask<RecordRow>(
    placesOf(found).map((place) => ({
      filter: all(chosen, place),
      sort: ['titleWords:asc', ...orders.title],
      limit: mostScored,
      distinct: true,
      retrieve: ['record'],
    })),
  );
  const records = [...new Set(answers.flatMap(({ hits }) => hits.map(({ record }) => record)))];
  const scores = await scoresOf(ask, found, await rowsOf(ask, records));
  scores.sort((a, b) => b.score - a.score || amongEquals(a.row, b.row) || byTitle(a.row, b.row));
  const shown = scores.slice(offset, offset + limit);
  const missing = Math.min(limit, total - offset) - shown.length;
  if (missing > 0) {
    const rest = all(chosen, ...lists(records).map((some) => not(has('record', ...some))));
    const rows = await recordsAt(ask, rest, [...orders.title], Math.max(0, offset - scores.length), missing);
    shown.push(...(await scoresOf(ask, found, rows)));
  }
  return hitsOf(ask, found, shown);
}

/** As the embedded engine: what can be read here, then what this library approved itself, then the older. */
const amongEquals = (a: RecordRow, b: RecordRow): number =>
  b.readable - a.readable || a.harvested - b.harvested || a.publishedAt - b.publishedAt;

const byTitle = (a: RecordRow, b: RecordRow): number =>
  a.order < b.order ? -1 : a.order > b.order ? 1 : a.idOrder < b.idOrder ? -1 : 1;

/** The words as they were typed; none of what was asked for in a field. */
const typedWords = ({ readings }: UnderstoodGroup): UnderstoodWord[] =>
  readings[0]!.kind === 'words' ? readings[0]!.words : [];

const pairsOf = (groups: AskedGroup[]): string[] => {
  const words = groups.flatMap(({ group }) => typedWords(group));
  return words.slice(1).map(({ fold }, place) => pairValue(wordTerm(words[place]!.fold), wordTerm(fold)));
};

/** Kinds of place, likeliest first; each leaves out those before. */
function placesOf({ groups, parsed }: Found): Filter[] {
  // A part of the query that names a term is as good in the record's facets as in its title.
  const inHeading = (valueOf: (word: UnderstoodWord) => string): Filter =>
    all(
      ...groups.map(({ group }) =>
        any(
          all(...typedWords(group).map((word) => has('heading', valueOf(word)))),
          ...group.readings.map((reading) =>
            reading.kind === 'facet' ? has(reading.facet, exactValue(reading.code)) : nothing,
          ),
        ),
      ),
    );
  const inTitle = inHeading(({ fold }) => termValue(wordTerm(fold)));
  const asTyped = inHeading(({ fold, tone }) => toneValue(termValue(wordTerm(fold)), toneByte(tone)));
  const inFields = all(...groups.map((group) => group.inFields));
  const together = all(...pairsOf(groups).map((pair) => any(has('words', pair), has('fields', pair))));
  const places = [...(parsed.marked ? [asTyped] : []), inTitle, inFields, together, all()];
  // Pages carry no heading: by them a record is found on a page only.
  return places.map((place, number) => all(place, ...places.slice(0, number).map(not)));
}

/** With their matching pages, as many as are looked at; the likeliest first. */
async function scoresOf(ask: Ask, found: Found, rows: RecordRow[]): Promise<ScoredRecord[]> {
  const { groups, matched, parsed, counts } = found;
  if (rows.length === 0) return [];
  if (groups.length === 0) return rows.map((row) => ({ row, score: 0, pages: [] }));
  const pairs = pairsOf(groups);
  const together = all(...pairs.map((pair) => has('words', pair)));
  const queries = lists(rows.map(({ record }) => record)).flatMap((some) => {
    const ofThese = all(matched.pages, has('record', ...some));
    if (pairs.length === 0) return [{ filter: ofThese, limit: pagesScored }];
    return [
      { filter: all(ofThese, together), limit: pagesScored },
      { filter: all(ofThese, not(together)), limit: pagesScored },
    ];
  });
  const pages = (await ask<PageRow>(queries)).flatMap(({ hits }) => hits);
  return scoredRecords(rows, pages, parsed, counts, found.query.explain);
}

/** The pages of records shown, counted, and looked at again where not all of them were scored. */
async function hitsOf(ask: Ask, found: Found, shown: ScoredRecord[]): Promise<SearchHit[]> {
  const { groups, matched, query, parsed, counts } = found;
  const most = Math.max(0, query.pagesPerRecord);
  const hit = ({ row, score, explanation, pages }: ScoredRecord, pagesTotal: number): SearchHit => ({
    id: row.id,
    score,
    ...(explanation ? { explanation } : {}),
    pages: pages.slice(0, most).map((page) => ({ fileId: page.row.fileId, page: page.row.page, score: page.score })),
    pagesTotal,
  });
  if (groups.length === 0 || shown.length === 0) return shown.map((one) => hit(one, 0));
  const answers = await ask<PageRow>(
    shown.map(({ row }) => ({
      filter: all(matched.pages, has('record', row.record)),
      sort: ['place:asc'],
      limit: row.pages === 0 ? 0 : Math.max(most, pagesOfOne),
    })),
  );
  return shown.map((one, number) => {
    const { total, hits } = answers[number]!;
    if (total === one.pages.length) return hit(one, total);
    const seen = new Set(one.pages.map(({ row }) => row.key));
    const more = hits.filter(({ key }) => !seen.has(key));
    const pages = [...one.pages.map(({ row }) => row), ...more];
    const again = scoredRecords([one.row], pages, parsed, counts)[0]!;
    return hit({ ...one, pages: again.pages }, total);
  });
}
