import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { openSearch, type SearchDocument, type SearchIndex } from '../../search/index.ts';
import { titleKey } from '../../search/vietnamese/collation.ts';
import { median, percentile, type BenchRow, type BenchTable } from './bench-table.ts';
import { generatedText, seeded } from './search-bench-text.ts';

const wordsPerPage = 200;
const pagesPerRecord = 25;
const rounds = 5;
const queriesPerKind = 60;

interface BenchQuery {
  kind: 'words' | 'phrases';
  words: string[];
}

/**
 * Search over generated pages: the embedded engine (records with their pages grouped, facet counts, rights) against plain
 * SQLite FTS5 with unicode61 over the same pages (best 20 by bm25 and the number of hits). The text has no marks, so that
 * both match the same pages; that they do is checked before anything is measured.
 */
export async function searchBench(options: { seed: number; pages: number; json?: boolean }): Promise<BenchTable> {
  const folder = mkdtempSync(join(tmpdir(), 'tu-sach-search-bench-'));
  const index = await openSearch({ folder: join(folder, 'ours'), role: 'writer' });
  const peer = new DatabaseSync(join(folder, 'peer.db'));
  try {
    const built = await build(index, peer, options);
    const queries = madeQueries(options.seed, built.sample);
    await checkEqualHits(index, peer, queries);
    const version = (peer.prepare('select sqlite_version() as version').get() as { version: string }).version;
    const table: BenchTable = {
      title: `search over ${options.pages} pages of ${wordsPerPage} syllables, seed ${options.seed}`,
      rows: [
        ...(await measured(index, peer, queries, `SQLite ${version} FTS5 unicode61`)),
        {
          name: 'indexing',
          ours: built.ours,
          peer: built.peer,
          ratio: built.ours / built.peer,
          unit: 's',
          note: `SQLite ${version} FTS5 unicode61, one round`,
        },
      ],
    };
    if (options.json) process.stdout.write(`${JSON.stringify(table)}\n`);
    return table;
  } finally {
    await index.close();
    peer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function build(
  index: SearchIndex,
  peer: DatabaseSyncInstance,
  { seed, pages }: { seed: number; pages: number },
): Promise<{ ours: number; peer: number; sample: string[] }> {
  const text = generatedText(seed);
  peer.exec(`pragma journal_mode = wal; create virtual table pages using fts5 (text, tokenize = 'unicode61')`);
  const insert = peer.prepare('insert into pages (rowid, text) values (?, ?)');
  const sample: string[] = [];
  const spent = { ours: 0, peer: 0 };
  const rebuilding = await index.rebuild();
  for (let from = 0; from < pages; from += 1000) {
    const texts = Array.from({ length: Math.min(1000, pages - from) }, () => text(wordsPerPage));
    sample.push(texts[0]!, texts.at(-1)!);
    let start = performance.now();
    await rebuilding.put(documentsOf(texts, from));
    spent.ours += performance.now() - start;
    start = performance.now();
    peer.exec('begin');
    texts.forEach((one, place) => insert.run(from + place + 1, one));
    peer.exec('commit');
    spent.peer += performance.now() - start;
  }
  await rebuilding.commit();
  peer.exec(`insert into pages (pages) values ('optimize')`);
  return { ours: spent.ours / 1000, peer: spent.peer / 1000, sample };
}

/** Titles say nothing that a page says, so records match by their pages alone, as the peer's rows do. */
function documentsOf(texts: string[], from: number): SearchDocument[] {
  const documents: SearchDocument[] = [];
  for (let start = 0; start < texts.length; start += pagesPerRecord) {
    const number = (from + start) / pagesPerRecord;
    const title = `qz${number}`;
    documents.push({
      id: `record-${number}`,
      audience: ['public'],
      title,
      agents: [],
      keywords: [],
      abstract: '',
      facets: {
        subject: [`S${number % 40}`],
        grade: [`${(number % 12) + 1}`],
        type: [`T${number % 33}`],
        language: [number % 9 ? 'vi' : 'en'],
      },
      titleKey: titleKey(title),
      publishedAt: number,
      pages: texts
        .slice(start, start + pagesPerRecord)
        .map((text, place) => ({ fileId: `file-${number}`, page: place + 1, text })),
    });
  }
  return documents;
}

/** Two to four words that stand on one page, or two to three that follow one another. */
function madeQueries(seed: number, sample: string[]): BenchQuery[] {
  const random = seeded(seed + 1);
  const pick = (below: number): number => Math.floor(random() * below);
  return Array.from({ length: queriesPerKind * 2 }, (_, number) => {
    const words = sample[pick(sample.length)]!.split(' ');
    if (number % 2 === 0) {
      return { kind: 'words', words: Array.from({ length: 2 + pick(3) }, () => words[pick(words.length)]!) };
    }
    const at = pick(words.length - 3);
    return { kind: 'phrases', words: words.slice(at, at + 2 + pick(2)) };
  });
}

async function ours(index: SearchIndex, query: BenchQuery): Promise<number> {
  const typed = query.words.join(' ');
  const result = await index.search({
    text: query.kind === 'phrases' ? `"${typed}"` : typed,
    audience: ['public'],
    facets: {},
    sort: 'relevance',
    offset: 0,
    limit: 20,
    pagesPerRecord: 3,
  });
  return result.total;
}

function peers(peer: DatabaseSyncInstance, query: BenchQuery): number {
  const typed = query.words.map((word) => `"${word}"`).join(query.kind === 'phrases' ? ' + ' : ' ');
  peer.prepare('select rowid from pages where pages match ? order by rank limit 20').all(typed);
  const row = peer.prepare('select count(*) as count from pages where pages match ?').get(typed);
  return (row as { count: number }).count;
}

async function checkEqualHits(index: SearchIndex, peer: DatabaseSyncInstance, queries: BenchQuery[]): Promise<void> {
  for (const query of queries) {
    const typed = query.words.join(' ');
    const text = query.kind === 'phrases' ? `"${typed}"` : typed;
    let pages = 0;
    for (let offset = 0; ; offset += 1000) {
      const { hits } = await index.search({
        text,
        audience: ['public'],
        facets: {},
        sort: 'title',
        offset,
        limit: 1000,
        pagesPerRecord: 0,
      });
      pages += hits.reduce((sum, hit) => sum + hit.pagesTotal, 0);
      if (hits.length < 1000) break;
    }
    const theirs = peers(peer, query);
    if (pages !== theirs) throw new Error(`${query.kind} "${typed}": ${pages} pages of ours, ${theirs} of the peer`);
  }
}

async function measured(
  index: SearchIndex,
  peer: DatabaseSyncInstance,
  queries: BenchQuery[],
  peerName: string,
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const kind of ['words', 'phrases'] as const) {
    const ofKind = queries.filter((query) => query.kind === kind);
    const times: { ours: number[]; peer: number[] }[] = [];
    for (let round = 0; round < rounds; round++) {
      const oursTimes = [];
      for (const query of ofKind) oursTimes.push(await timed(() => ours(index, query)));
      const peerTimes = [];
      for (const query of ofKind) peerTimes.push(await timed(() => peers(peer, query)));
      times.push({ ours: oursTimes, peer: peerTimes });
    }
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      const oursRounds = times.map((round) => percentile(round.ours, share));
      const peerRounds = times.map((round) => percentile(round.peer, share));
      rows.push({
        name: `search, ${kind}, ${name}`,
        ours: median(oursRounds),
        peer: median(peerRounds),
        ratio: median(oursRounds.map((one, round) => one / peerRounds[round]!)),
        unit: 'ms',
        note: `${peerName}; ${ofKind.length} queries, ${rounds} rounds`,
      });
    }
  }
  return rows;
}

async function timed(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
