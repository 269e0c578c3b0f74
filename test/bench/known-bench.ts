import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { find } from '../../search/find.ts';
import { openSearch, type SearchDocument, type SearchIndex } from '../../search/index.ts';
import { foldText } from '../../search/vietnamese/fold.ts';
import { toneKey } from '../../search/vietnamese/tone-key.ts';
import { queryTerms } from '../../server/discovery/query-terms.ts';
import { placeOnServers } from '../support/servers.ts';
import { seededVocabularies } from '../support/seeded-vocabularies.ts';
import { type BenchRow, type BenchTable } from './bench-table.ts';
import { kinds, knownItems, type KnownItem, oldPlacement } from './known-items.ts';
import { seeded } from './search-bench-text.ts';

const records = 20_000;
const queries = 800;
const variants = 10_000;

/** The ids of the first ten. */
type Ten = (query: string) => Promise<string[]>;

/**
 * Whether people find the one thing they look for: 800 queries of eleven kinds of typing over 20,000 records, and 10,000 ways to type
 * titles of them. The peer is SQLite FTS5 over the same texts, folded by our own fold, best by bm25. `misses`: print what was not first.
 */
export async function knownBench({ seed, misses = false }: { seed: number; misses?: boolean }): Promise<BenchTable> {
  const folder = mkdtempSync(join(tmpdir(), 'tu-sach-known-'));
  const vocabularies = await seededVocabularies();
  const terms = queryTerms(vocabularies);
  const set = knownItems(vocabularies, { seed, records, queries });
  const place = placeOnServers();
  const peer = new DatabaseSync(join(folder, 'peer.db'));
  const rows: BenchRow[] = [];
  try {
    buildPeer(peer, set.documents);
    const byPeer = firstTen(peer);
    const theirs = await asked(set.items, byPeer);
    const engines: [name: string, url: string | null][] = [['embedded', null], ...(place.searchUrl === null ? [] : [['Meilisearch', place.searchUrl] as [string, string]])];
    for (const [name, url] of engines) {
      const index = await openSearch({ folder: join(folder, name), role: 'writer', url });
      try {
        await build(index, set.documents);
        const ours: Ten = async (text) => (await find(index, terms, { text, audience: ['public'], facets: {}, sort: 'relevance', offset: 0, limit: 10, pagesPerRecord: 0 })).hits.map(({ id }) => id);
        const found = await asked(set.items, ours, misses);
        const row = (what: string, own: number, other: number): BenchRow => ({ name: `known items, ${name}: ${what}`, ours: own, peer: other, ratio: own / other, unit: 'share', note: 'SQLite FTS5 over folded text' });
        rows.push(row('first', share(found, 'first'), share(theirs, 'first')), row('in ten', share(found, 'ten'), share(theirs, 'ten')));
        for (const kind of kinds) rows.push(row(`first, ${kind}`, share(found, 'first', kind), share(theirs, 'first', kind)));
        if (url === null) rows.push(...(await variantRows(set.documents, ours, seed)));
      } finally {
        await index.close();
      }
    }
    return { title: `known items and variants, ${records} records, seed ${seed}`, rows };
  } finally {
    peer.close();
    await place.remove();
    rmSync(folder, { recursive: true, force: true });
  }
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
function firstTen(peer: DatabaseSyncInstance): Ten {
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

async function asked(items: readonly KnownItem[], ten: Ten, misses = false): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { kind, query, id } of items) {
    const ids = await ten(query);
    outcomes.push({ kind, first: ids[0] === id, ten: ids.includes(id) });
    if (misses && ids[0] !== id) process.stdout.write(`${kind}: ${query} gives ${ids[0] ?? 'nothing'}, and should ${id}\n`);
  }
  return outcomes;
}

function share(outcomes: readonly Outcome[], what: 'first' | 'ten', kind?: KnownItem['kind']): number {
  const of = outcomes.filter((one) => kind === undefined || one.kind === kind);
  return of.filter((one) => one[what]).length / of.length;
}

/** How a title may be typed; the first two keep its marks. */
const ways: readonly ((title: string, random: () => number) => string)[] = [
  (title) => title.normalize('NFD'),
  (title) => oldPlacement(title),
  (title) => foldText(title),
  (title, random) => title.split(' ').map((word) => (random() < 0.5 ? foldText(word) : word)).join(' '),
  (title) => title.toUpperCase(),
  (title) => title.replace(/(?<=^|\s)([hklmst])[iy](?=\s|$)/gi, '$1y'),
  (title) => title.replaceAll('đ', 'd').replaceAll('Đ', 'D'),
];
const keepsMarks = (way: number): boolean => way < 2 || way === 4;

/** Of 10,000 ways to type titles: those that do not find their record at all, and with marks those where another comes first. */
async function variantRows(documents: readonly SearchDocument[], ten: Ten, seed: number): Promise<BenchRow[]> {
  const random = seeded(seed + 1);
  const keyOf = (title: string): string => title.split(' ').map(toneKey).join(' ');
  const alike = new Map<string, number>();
  for (const { title } of documents) alike.set(keyOf(title), (alike.get(keyOf(title)) ?? 0) + 1);
  let missed = 0;
  let marked = 0;
  let first = 0;
  for (let at = 0; at < variants; at++) {
    const document = documents[Math.floor(random() * documents.length)]!;
    const way = at % ways.length;
    const ids = await ten(ways[way]!(document.title, random));
    if (!ids.includes(document.id)) missed++;
    if (!keepsMarks(way) || alike.get(keyOf(document.title))! > 1) continue;
    marked++;
    if (ids[0] === document.id) first++;
  }
  const note = `of ${variants} ways to type titles: without marks, with some, decomposed, old tone placement, capitals, i/y, đ/d; the aim as peer`;
  return [
    { name: 'variants not found in ten', ours: missed, peer: 0, ratio: null, unit: 'queries', note },
    { name: 'variants with marks: exactly that title first', ours: first / marked, peer: 0.99, ratio: first / marked / 0.99, unit: 'share', note },
  ];
}
