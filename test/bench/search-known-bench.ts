import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { find, type FindResult } from '../../search/find.ts';
import { openSearch, type SearchDocument, type SearchIndex } from '../../search/index.ts';
import type { QueryVocabulary } from '../../search/query/query-vocabulary.ts';
import { foldText } from '../../search/vietnamese/fold.ts';
import { toneKey } from '../../search/vietnamese/tone-key.ts';
import { queryTerms } from '../../server/discovery/query-terms.ts';
import { sampleDocuments, sampleQueries } from '../suites/sample-relevance.suite.ts';
import { seededVocabularies } from '../support/seeded-vocabularies.ts';
import { placeOnServers } from '../support/servers.ts';
import { type BenchRow, progress } from './bench-table.ts';
import { kinds, knownItems, type KnownItem, oldPlacement } from './known-items.ts';
import { shippedMeilisearch } from './peers/meilisearch-shipped.ts';
import { seeded } from './search-bench-text.ts';

const records = 20_000;
const queries = 800;
const variants = 10_000;
const absent = 2000;
const aims = { first: 0.97, ten: 0.99, kind: 0.9, exact: 0.99, corrections: 0.01 };

/** The ids of the first so many, ten where nothing is said. */
type First = (query: string, count?: number) => Promise<string[]>;

type Found = (query: string, count?: number) => Promise<FindResult>;

/** Asks as the server does. */
const asServer =
  (index: SearchIndex, vocabulary: QueryVocabulary): Found =>
  (text, limit = 10) =>
    find(index, vocabulary, { text, audience: ['public'], facets: {}, sort: 'relevance', offset: 0, limit, pagesPerRecord: 0 });

const firstOf =
  (found: Found): First =>
  async (text, limit) =>
    (await found(text, limit)).hits.map(({ id }) => id);

interface Engine {
  name: 'embedded' | 'on Meilisearch';
  /** Where its index lies; null: embedded. */
  url: string | null;
}

/** Runs with each engine that there is, one after the other, on an index of the documents; SEARCH_URL brings Meilisearch in. */
async function onEngines(documents: SearchDocument[], vocabulary: QueryVocabulary, run: (engine: Engine, first: First, found: Found) => Promise<BenchRow[]>): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tu-sach-known-'));
  const place = placeOnServers();
  const engines: Engine[] = [{ name: 'embedded', url: null }];
  if (place.searchUrl !== null) engines.push({ name: 'on Meilisearch', url: place.searchUrl });
  const rows: BenchRow[] = [];
  try {
    for (const engine of engines) {
      const index = await openSearch({ folder: join(folder, engine.name), role: 'writer', url: engine.url });
      try {
        progress(`${engine.name}: ${documents.length} records are indexed`);
        await build(index, documents);
        progress(`${engine.name}: asked`);
        const found = asServer(index, vocabulary);
        rows.push(...(await run(engine, firstOf(found), found)));
      } finally {
        await index.close();
      }
    }
    return rows;
  } finally {
    await place.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The fifteen queries of the sample library, with the look-alike records and without. */
export async function sampleRows({ misses }: { misses: boolean }): Promise<BenchRow[]> {
  const vocabularies = await seededVocabularies();
  const rows: BenchRow[] = [];
  for (const withLookAlikes of [false, true])
    rows.push(
      ...(await onEngines(sampleDocuments(vocabularies, withLookAlikes), queryTerms(vocabularies), async ({ name }, first) => {
        let good = 0;
        for (const { id, q, must, top } of sampleQueries) {
          const ids = await first(q, top);
          if (must.every((one) => ids.includes(one))) good++;
          else if (misses) process.stdout.write(`${name}: ${id} "${q}" gives ${ids.join(', ') || 'nothing'}, and should ${must.join(', ')}\n`);
        }
        const all = sampleQueries.length;
        const aim = { says: `${all} of ${all}`, reached: good === all };
        return [{ name: `sample queries ${name}${withLookAlikes ? ', with look-alikes' : ''}`, ours: good, peer: all, ratio: good / all, unit: 'queries', aim, note: 'within the stated top; the aim as peer' }];
      })),
    );
  return rows;
}

/**
 * Whether people find the one thing they look for: 800 queries of eleven kinds of typing over 20,000 records. Beside it SQLite FTS5 over
 * the same texts folded by our own fold, best by bm25, and where SEARCH_URL names one Meilisearch as it is shipped. `misses`: print what
 * was not first.
 */
export async function knownRows({ seed, misses }: { seed: number; misses: boolean }): Promise<BenchRow[]> {
  const vocabularies = await seededVocabularies();
  const vocabulary = queryTerms(vocabularies);
  const set = knownItems(vocabularies, { seed, records, queries });
  progress(`${set.documents.length} records, ${set.items.length} queries, words of titles by ${set.from}`);
  const peers: { name: string; outcomes: Outcome[] }[] = [];
  const fts5 = new DatabaseSync(':memory:');
  try {
    buildPeer(fts5, set.documents);
    peers.push({ name: 'SQLite FTS5 over folded text', outcomes: await asked(set.items, byFts5(fts5)) });
  } finally {
    fts5.close();
  }
  const place = placeOnServers();
  if (place.searchUrl !== null) {
    try {
      progress('Meilisearch as shipped');
      const shipped = await shippedMeilisearch(place.searchUrl, set.documents, vocabulary);
      peers.push({ name: shipped.name, outcomes: await asked(set.items, shipped.ten) });
    } finally {
      await place.remove();
    }
  }
  return onEngines(set.documents, vocabulary, async ({ name }, first, answer) => {
    const found = await asked(set.items, first, misses);
    const good = set.items.filter(({ kind }) => kind !== 'one slip');
    let corrections = 0;
    for (const { query } of good) if ((await answer(query)).corrected !== null) corrections++;
    const aim = { says: `≤ ${aims.corrections}`, reached: corrections / good.length <= aims.corrections };
    const note = `of ${good.length} queries without a slip; the aim as peer`;
    const wrong: BenchRow = { name: `known items ${name}: corrected without need`, ours: corrections / good.length, peer: aims.corrections, ratio: null, unit: 'share', aim, note };
    const shares = peers.flatMap((peer) => {
      const row = (what: 'first' | 'ten', least: number, kind?: KnownItem['kind']): BenchRow => {
        const [own, other] = [share(found, what, kind), share(peer.outcomes, what, kind)];
        const says = `${what === 'first' ? 'first' : 'in ten'}${kind === undefined ? '' : `, ${kind}`}`;
        return { name: `known items ${name}: ${says}`, ours: own, peer: other, ratio: other === 0 ? null : own / other, unit: 'share', aim: { says: `≥ ${least}`, reached: own >= least }, note: `${peer.name}; words by ${set.from}` };
      };
      // "No kind below .90": in the first place.
      return [row('first', aims.first), row('ten', aims.ten), ...kinds.flatMap((kind) => [row('first', aims.kind, kind), row('ten', aims.kind, kind)])];
    });
    return [...shares, wrong, await absentRow(name, set.documents, seed, answer)];
  });
}

/**
 * Queries without a slip that no record answers: a word of one title in place of a word of another, or the beginnings of two. What is put
 * in place of them is wrong; queries that do find their record never come so far.
 */
async function absentRow(name: Engine['name'], documents: readonly SearchDocument[], seed: number, answer: Found): Promise<BenchRow> {
  const random = seeded(seed + 2);
  const title = (): string[] => foldText(documents[Math.floor(random() * documents.length)]!.title).split(' ');
  let wrong = 0;
  for (let at = 0; at < absent; at++) {
    const [one, other] = [title(), title()];
    const from = 2 * Math.floor((random() * one.length) / 2);
    const words = at % 2 === 0 ? one.toSpliced(from, 2, ...other.slice(0, 2)) : [...one.slice(0, 2), ...other.slice(0, 2)];
    if ((await answer(words.join(' '))).corrected !== null) wrong++;
  }
  const aim = { says: `≤ ${aims.corrections}`, reached: wrong / absent <= aims.corrections };
  return { name: `known items ${name}: corrected without need, held by no record`, ours: wrong / absent, peer: aims.corrections, ratio: null, unit: 'share', aim, note: `of ${absent} queries put together of two titles; the aim as peer` };
}

/** 10,000 ways to type titles of 20,000 records. */
export async function variantsRows({ seed, misses }: { seed: number; misses: boolean }): Promise<BenchRow[]> {
  const vocabularies = await seededVocabularies();
  const { documents } = knownItems(vocabularies, { seed, records, queries: 0 });
  // Ten thousand queries over a network take longer than anybody waits; the two engines find the same (test:servers).
  return onEngines(documents, queryTerms(vocabularies), async ({ url, name }, first) => (url === null ? variantRows(documents, first, seed, misses) : [{ name: `variants ${name}`, ours: null, peer: null, ratio: null, unit: 'queries', note: 'not asked: measured embedded alone' }]));
}

async function build(index: SearchIndex, documents: SearchDocument[]): Promise<void> {
  const rebuild = await index.rebuild();
  for (let at = 0; at < documents.length; at += 2000) await rebuild.put(documents.slice(at, at + 2000));
  await rebuild.commit();
}

function buildPeer(peer: DatabaseSyncInstance, documents: SearchDocument[]): void {
  peer.exec('create virtual table records using fts5(id unindexed, title, agents, keywords); begin');
  const insert = peer.prepare('insert into records values (?, ?, ?, ?)');
  for (const { id, title, agents, keywords } of documents) insert.run(id, foldText(title), foldText(agents.join(' ')), foldText(keywords.join(' ')));
  peer.exec('commit');
}

/** All words; when nothing holds all, any of them. */
function byFts5(peer: DatabaseSyncInstance): First {
  const select = peer.prepare('select id from records where records match ? order by bm25(records, 0, 8, 5, 3) limit 10');
  return async (query) => {
    const words = foldText(query).split(' ').filter(Boolean).map((word) => `"${word}"`);
    if (words.length === 0) return [];
    const ids = (match: string): string[] => (select.all(match) as { id: string }[]).map(({ id }) => id);
    const found = ids(words.join(' '));
    return found.length > 0 ? found : ids(words.join(' OR '));
  };
}

interface Outcome {
  kind: KnownItem['kind'];
  first: boolean;
  ten: boolean;
}

async function asked(items: readonly KnownItem[], first: First, misses = false): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { kind, query, id } of items) {
    const ids = await first(query);
    outcomes.push({ kind, first: ids[0] === id, ten: ids.includes(id) });
    if (misses && ids[0] !== id) process.stdout.write(`${kind}: ${query} gives ${ids[0] ?? 'nothing'}, and should ${id}\n`);
  }
  return outcomes;
}

function share(outcomes: readonly Outcome[], what: 'first' | 'ten', kind?: KnownItem['kind']): number {
  const of = outcomes.filter((one) => kind === undefined || one.kind === kind);
  return of.filter((one) => one[what]).length / of.length;
}

/** How a title may be typed. */
const ways: readonly { name: string; keepsMarks: boolean; type: (title: string, random: () => number) => string }[] = [
  { name: 'decomposed', keepsMarks: true, type: (title) => title.normalize('NFD') },
  { name: 'old placement', keepsMarks: true, type: (title) => oldPlacement(title) },
  { name: 'capitals', keepsMarks: true, type: (title) => title.toUpperCase() },
  { name: 'no accents', keepsMarks: false, type: (title) => foldText(title) },
  { name: 'half accents', keepsMarks: false, type: (title, random) => title.split(' ').map((word) => (random() < 0.5 ? foldText(word) : word)).join(' ') },
  { name: 'i/y', keepsMarks: false, type: (title) => title.replace(/(?<=^|\s)([hklmst])([iíìỉĩị]|[yýỳỷỹỵ])(?=\s|$)/gi, (_, onset: string, vowel: string) => onset + swapped(vowel)) },
  { name: 'đ/d', keepsMarks: false, type: (title) => title.replaceAll('đ', 'd').replaceAll('Đ', 'D') },
];
const [openI, openY] = ['iíìỉĩị', 'yýỳỷỹỵ'];
const swapped = (vowel: string): string => {
  const small = vowel.toLowerCase();
  const at = openI.indexOf(small);
  return at >= 0 ? openY[at]! : openI[openY.indexOf(small)]!;
};

/** Those that do not find their record at all, and with marks those where another comes first. */
async function variantRows(documents: readonly SearchDocument[], first: First, seed: number, misses: boolean): Promise<BenchRow[]> {
  const random = seeded(seed + 1);
  const keyOf = (title: string): string => title.toLowerCase().split(' ').map(toneKey).join(' ');
  const alike = new Map<string, number>();
  const folds = new Map<string, number>();
  for (const { title } of documents) {
    alike.set(keyOf(title), (alike.get(keyOf(title)) ?? 0) + 1);
    folds.set(foldText(title), (folds.get(foldText(title)) ?? 0) + 1);
  }
  const missed = new Map<string, number>(ways.map(({ name }) => [name, 0]));
  let marked = 0;
  let exact = 0;
  for (let at = 0; at < variants; at++) {
    const { id, title } = documents[Math.floor(random() * documents.length)]!;
    const { name, keepsMarks, type } = ways[at % ways.length]!;
    const query = type(title, random);
    // Where more than ten fold alike, ten places do not hold them all.
    const ids = await first(query, Math.max(10, folds.get(foldText(title))!));
    const say = (what: string): void => void (misses && process.stdout.write(`variants, ${name}: ${query} ${what}, and should ${id}\n`));
    if (!ids.includes(id)) {
      missed.set(name, missed.get(name)! + 1);
      say(`finds ${ids.length} others`);
    }
    // Two titles with the same marks are both right.
    if (!keepsMarks || alike.get(keyOf(title))! > 1) continue;
    marked++;
    if (ids[0] === id) exact++;
    else say(`gives ${ids[0] ?? 'nothing'}`);
  }
  const all = [...missed.values()].reduce((sum, one) => sum + one, 0);
  const note = `of ${variants} ways to type titles: ${ways.map(({ name }) => name).join(', ')}; the aim as peer`;
  return [
    { name: 'variants not found in ten', ours: all, peer: 0, ratio: null, unit: 'queries', aim: { says: '0', reached: all === 0 }, note },
    { name: 'variants with marks: exactly that title first', ours: exact / marked, peer: aims.exact, ratio: exact / marked / aims.exact, unit: 'share', aim: { says: `≥ ${aims.exact}`, reached: exact / marked >= aims.exact }, note: `${marked} of them; the aim as peer` },
  ];
}
