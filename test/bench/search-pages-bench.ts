import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { foldText } from '../../search/vietnamese/fold.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type BenchRow, median, progress } from './bench-table.ts';
import { isMissing, type MissingPeer, type PeerProcess, startFts5, startLucene, startOwn, startXapian } from './peers/peer-process.ts';
import { checkSameHits, type Contender, queriesFrom, rowsInTurn, writeQueries } from './search-rounds.ts';
import { vietnameseText } from './vietnamese-text.ts';

const syllablesPerPage = 200;
const queriesPerKind = 150;
const buildRounds = 3;

interface Corpus {
  /** With marks, as ours gets it; of a to z, as the peers do. A page a line. */
  marked: string;
  plain: string;
  bytes: number;
  plainBytes: number;
  /** Every so many pages one, plain: what queries are taken from. */
  sample: string[];
  from: string;
}

function writePages(folder: string, seed: number, pages: number): Corpus {
  const { next, from } = vietnameseText(seed);
  const corpus: Corpus = { marked: join(folder, `pages-${pages}`), plain: join(folder, `plain-${pages}`), bytes: 0, plainBytes: 0, sample: [], from };
  const files = [openSync(corpus.marked, 'w'), openSync(corpus.plain, 'w')] as const;
  for (let at = 0; at < pages; at += 500) {
    const texts = Array.from({ length: Math.min(500, pages - at) }, () => next(syllablesPerPage));
    const plainTexts = texts.map((text) => foldText(text));
    corpus.sample.push(plainTexts[0]!, plainTexts.at(-1)!);
    corpus.bytes += writeSync(files[0], `${texts.join('\n')}\n`);
    corpus.plainBytes += writeSync(files[1], `${plainTexts.join('\n')}\n`);
  }
  files.forEach((file) => closeSync(file));
  return corpus;
}

/**
 * Pages of 200 syllables: the embedded engine, which gets them with their marks and groups them, counts facets and looks at rights, beside
 * three engines that get the same pages folded by us. The same number of pages for every query is checked first.
 */
export async function pagesRows(options: { seed: number; pages: number }): Promise<BenchRow[]> {
  const { path: folder, remove } = await temporaryFolder();
  const running: PeerProcess[] = [];
  const kept = <P extends PeerProcess | MissingPeer>(peer: P): P => {
    if (!isMissing(peer)) running.push(peer);
    return peer;
  };
  try {
    progress(`${options.pages} pages are written`);
    const corpus = writePages(folder, options.seed, options.pages);
    const own = kept(await startOwn(folder));
    const lucene = kept(await startLucene(folder));
    const xapian = kept(await startXapian(folder));
    const fts5 = kept(await startFts5(folder));
    progress('ours is built');
    await own.build(corpus.marked, join(folder, 'own'));
    for (const [name, peer] of [['lucene', lucene], ['xapian', xapian], ['fts5', fts5]] as const) {
      if (isMissing(peer)) continue;
      progress(`${peer.name} is built`);
      await peer.build(corpus.plain, join(folder, name));
    }
    const contenders: Contender[] = [
      { peer: lucene, mode: 'all', called: 'all hits counted', aim: { words: 1, phrases: 1 } },
      { peer: lucene, mode: 'shipped', called: 'as shipped, hits counted up to 1,000', aim: {} },
      { peer: xapian, mode: 'all', called: 'all hits counted', aim: { words: 1, phrases: 1 } },
      { peer: fts5, mode: 'all', called: 'unicode61, contentless, all hits counted', aim: { words: 0.1, phrases: 0.3 } },
    ];
    const rows: BenchRow[] = [];
    for (const kind of ['words', 'phrases'] as const) {
      const queries = queriesFrom(corpus.sample, kind, queriesPerKind, options.seed + (kind === 'words' ? 1 : 2));
      const file = join(folder, kind);
      writeQueries(file, kind, queries);
      progress(`${kind}: the same hits everywhere`);
      const found = await own.run(file, 'pages');
      for (const peer of [lucene, xapian, fts5]) if (!isMissing(peer)) checkSameHits(queries, found, await peer.run(file, 'all'), peer.name);
      progress(`${kind}: ${queries.length} queries in turn`);
      rows.push(...(await rowsInTurn(`${options.pages} pages (words by ${corpus.from})`, kind, file, { peer: own, mode: 'records' }, contenders)));
    }
    return rows;
  } finally {
    for (const peer of running) await peer.end();
    await remove();
  }
}

/** Building an index of 50,000 pages, in turn with Lucene, and what it takes on disk for each byte of text. */
export async function buildRows({ seed, pages }: { seed: number; pages: number }): Promise<BenchRow[]> {
  const { path: folder, remove } = await temporaryFolder();
  const running: PeerProcess[] = [];
  try {
    const corpus = writePages(folder, seed, pages);
    const own = await startOwn(folder);
    running.push(own);
    const lucene = await startLucene(folder);
    if (!isMissing(lucene)) running.push(lucene);
    const built: { ours: number; theirs: number | null; bytes: number; theirBytes: number | null }[] = [];
    for (let round = 0; round < buildRounds; round++) {
      progress(`build, round ${round + 1} of ${buildRounds}`);
      // A process of its own for every round of ours: it keeps the index that it built open.
      const fresh = round === 0 ? own : await startOwn(folder);
      if (round > 0) running.push(fresh);
      const ours = await fresh.build(corpus.marked, join(folder, `own-${round}`));
      const theirs = isMissing(lucene) ? null : await lucene.build(corpus.plain, join(folder, `lucene-${round}`));
      built.push({ ours: pages / ours.seconds, theirs: theirs && pages / theirs.seconds, bytes: ours.bytes, theirBytes: theirs?.bytes ?? null });
      await fresh.end();
      running.splice(running.indexOf(fresh), 1);
      for (const name of [`own-${round}`, `lucene-${round}`]) rmSync(join(folder, name), { recursive: true, force: true });
    }
    const speed = median(built.map(({ ours }) => ours));
    const ratio = isMissing(lucene) ? null : median(built.map(({ ours, theirs }) => ours / theirs!));
    const last = built.at(-1)!;
    const size = last.bytes / corpus.bytes;
    return [
      {
        name: `index build, ${pages} pages`,
        ...{ ours: speed, peer: isMissing(lucene) ? null : median(built.map(({ theirs }) => theirs!)), ratio, unit: 'pages/s' },
        ...{ aim: { says: '≥ 0.6', reached: ratio === null ? null : ratio >= 0.6 }, note: isMissing(lucene) ? `Lucene 8: ${lucene.missing}` : `${lucene.name}, one thread that adds, until committed; ${buildRounds} rounds` },
      },
      {
        name: `index size, ${pages} pages`,
        ...{ ours: last.bytes / 2 ** 20, peer: corpus.bytes / 2 ** 20, ratio: size, unit: 'MB', aim: { says: '≤ 0.8', reached: size <= 0.8 } },
        note: `peer: the text itself as UTF-8 with its marks (folded ${(corpus.plainBytes / 2 ** 20).toFixed(0)} MB${last.theirBytes === null ? '' : `; Lucene's index ${(last.theirBytes / 2 ** 20).toFixed(0)} MB`})`,
      },
    ];
  } finally {
    for (const peer of running) await peer.end();
    await remove();
  }
}
