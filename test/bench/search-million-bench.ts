import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { foldText } from '../../search/vietnamese/fold.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type BenchRow, progress } from './bench-table.ts';
import { isMissing, type PeerProcess, startLucene, startOwn } from './peers/peer-process.ts';
import { checkSameHits, type Contender, queriesFrom, rowsInTurn, writeQueries } from './search-rounds.ts';
import { seeded } from './search-bench-text.ts';
import { vietnameseText } from './vietnamese-text.ts';

const queriesPerRun = 150;
const mostMemory = 1024;

/**
 * A million short records, of four to nine syllables and every second with a page of twelve, all with three facets. Ours counts the facets and
 * groups the pages; Lucene has each record as one text, and no facets. Memory is that of a process that only reads, after all rounds.
 */
export async function millionRows({ seed, records }: { seed: number; records: number }): Promise<BenchRow[]> {
  const { path: folder, remove } = await temporaryFolder();
  const running: PeerProcess[] = [];
  try {
    progress(`${records} records are written`);
    const { marked, plainFile, sample } = writeRecords(folder, seed, records);
    const builder = await startOwn(folder, 2048);
    running.push(builder);
    progress('ours is built');
    const built = (await builder.order('records', marked, join(folder, 'own'))) as { seconds: number; bytes: number };
    await builder.end();
    running.splice(0);
    progress(`ours took ${built.seconds.toFixed(0)} s and ${(built.bytes / 2 ** 20).toFixed(0)} MB`);
    const own = await startOwn(folder);
    running.push(own);
    await own.order('open', join(folder, 'own'));
    const lucene = await startLucene(folder);
    if (!isMissing(lucene)) {
      running.push(lucene);
      progress(`${lucene.name} is built`);
      await lucene.build(plainFile, join(folder, 'lucene'));
    }
    const queries = queriesFrom(sample, 'words', queriesPerRun, seed + 3);
    const file = join(folder, 'words');
    writeQueries(file, 'words', queries);
    progress('the same hits in both');
    const found = await own.run(file, 'records');
    if (!isMissing(lucene)) checkSameHits(queries, found, await lucene.run(file, 'all'), lucene.name);
    const against: Contender[] = [{ peer: lucene, mode: 'all', called: 'without facets, all hits counted', aim: { words: 1 } }];
    progress(`${queries.length} queries in turn, facets counted, then chosen`);
    const [, counted] = await rowsInTurn(`${records} records, facets counted`, 'words', file, { peer: own, mode: 'records' }, against);
    const [, chosen] = await rowsInTurn(`${records} records, three facets chosen`, 'words', file, { peer: own, mode: 'chosen' }, against);
    const memory = own.memory();
    return [
      counted!,
      chosen!,
      {
        name: `memory at ${records} records`,
        ...{ ours: memory, peer: mostMemory, ratio: memory / mostMemory, unit: 'MB', aim: { says: '≤ 1 GB', reached: Number.isNaN(memory) ? null : memory <= mostMemory } },
        note: 'VmRSS of a process that reads, after the rounds; the aim as peer',
      },
    ];
  } finally {
    for (const peer of running) await peer.end();
    await remove();
  }
}

function writeRecords(folder: string, seed: number, records: number): { marked: string; plainFile: string; sample: string[] } {
  const { next } = vietnameseText(seed);
  const random = seeded(seed + 4);
  const [marked, plainFile] = [join(folder, 'records'), join(folder, 'plain')];
  const files = [openSync(marked, 'w'), openSync(plainFile, 'w')] as const;
  const sample: string[] = [];
  for (let from = 0; from < records; from += 1000) {
    const lines = Array.from({ length: Math.min(1000, records - from) }, (_, at) => `${next(4 + Math.floor(random() * 6))}\t${at % 2 === 0 ? next(12) : ''}`);
    const plains = lines.map((line) => foldText(line.replace('\t', ' ').trim()));
    sample.push(plains[0]!, plains.at(-1)!);
    writeSync(files[0], `${lines.join('\n')}\n`);
    writeSync(files[1], `${plains.join('\n')}\n`);
  }
  files.forEach((file) => closeSync(file));
  return { marked, plainFile, sample };
}
