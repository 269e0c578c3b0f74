import { matchWords } from '../../server/merging/match-words.ts';
import { seededVocabularies } from '../support/seeded-vocabularies.ts';
import { type BenchRow, type BenchTable, progress } from './bench-table.ts';
import { type Measured, measureMatching } from './matching-measure.ts';
import { harvestRows } from './sharing-harvest-bench.ts';
import { providerRows } from './sharing-provider-bench.ts';
import { hardNegatives, makeCatalogues } from './school-records.ts';

const aims = { precision: 0.995, recall: 0.95, hard: 0.2, exponent: 1.15 };
const sizes = [10_000, 25_000, 50_000, 100_000];
interface SharingOptions {
  seed: number;
  /** Of matching: so many records alone, instead of the whole curve. */
  size: number | null;
  misses: boolean;
}

const parts: Record<string, (options: SharingOptions) => Promise<BenchRow[]>> = {
  provider: ({ seed }) => providerRows({ seed, records: 100_000 }),
  harvest: ({ seed }) => harvestRows({ seed, records: 20_000 }),
  matching: matchingRows,
};

/** `npm run bench -- sharing [--part provider|harvest|matching] [--size N] [--seed N] [--misses]`. */
export async function sharingBench({ parts: wanted, ...options }: SharingOptions & { parts: readonly string[] }): Promise<BenchTable> {
  const rows: BenchRow[] = [];
  for (const [name, run] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await run(options)));
  return { title: 'Sharing', rows };
}

/** Records of twenty made-up schools are matched, and what came out is held against the truth; the largest lot is what the aims are for. */
async function matchingRows({ seed, size: only, misses }: SharingOptions): Promise<BenchRow[]> {
  const words = matchWords((await seededVocabularies()).lists);
  const rows: BenchRow[] = [];
  const found: Measured[] = [];
  const asked = only === null ? sizes : [only];
  for (const size of asked) {
    progress(`${size} records of twenty schools are made`);
    const made = makeCatalogues(seed, size);
    progress('matched');
    const last = size === asked.at(-1);
    const measured = measureMatching(made, words, misses && last ? ({ kind, one, other }) => process.stdout.write(`${kind}: ${one.description.title} | ${other.description.title}\n`) : undefined);
    found.push(measured);
    const { seconds } = measured;
    rows.push(row(`${size} records: processor time`, seconds.all, 's', `forms ${seconds.forms.toFixed(1)}, keys ${seconds.keys.toFixed(1)}, pairs ${seconds.pairs.toFixed(1)}, compared ${seconds.compare.toFixed(1)}, groups ${seconds.cluster.toFixed(1)}; ${(measured.compared / size).toFixed(1)} pairs compared and ${(measured.keys / size).toFixed(1)} keys a record`));
    rows.push(...qualityRows(`${size} records`, measured));
    if (!last) continue;
    const { share, kinds } = hardNegatives(made);
    rows.push({ ...row('records that have a hard negative', share, 'share', `${kinds}; the aim as peer`), peer: aims.hard, ratio: share / aims.hard, aim: { says: `≥ ${aims.hard}`, reached: share >= aims.hard } });
    for (const [error, count] of [...made.errors].sort((a, b) => b[1] - a[1])) rows.push(row(`made error: ${error}`, count / size, 'share', 'of records; of all, also where it could not happen'));
  }
  if (found.length < 2) return rows;
  const steepness = (of: (measured: Measured) => number): number => slope(found.map((one) => [Math.log(one.records), Math.log(of(one))]));
  const time = steepness(({ seconds }) => seconds.all);
  rows.push({ ...row('processor time grows with the number of records to the power of', time, 'exponent', `pairs compared: ${steepness(({ compared }) => compared).toFixed(2)}; least squares over ${sizes.join(', ')}; the aim as peer`), peer: aims.exponent, ratio: time / aims.exponent, aim: { says: `≤ ${aims.exponent}`, reached: time <= aims.exponent } });
  return rows;
}

const row = (name: string, ours: number, unit: string, note: string): BenchRow => ({ name: `matching, ${name}`, ours, peer: null, ratio: null, unit, note });

function qualityRows(of: string, measured: Measured): BenchRow[] {
  const aimed = (name: string, ours: number, least: number, note: string): BenchRow => ({ ...row(`${of}: ${name}`, ours, 'share', note), peer: least, ratio: ours / least, aim: { says: `≥ ${least}`, reached: ours >= least } });
  return [
    aimed('precision', measured.precision, aims.precision, `pairs in one entry that are of one work; ${measured.rightPairs} of ${measured.joinedPairs}; the aim as peer`),
    aimed('recall', measured.recall, aims.recall, `pairs of one work that are in one entry; of ${measured.truePairs}; the aim as peer`),
    row(`${of}: left to librarians`, measured.askedShare, 'share', `of pairs of one work; ${measured.questions} questions`),
    row(`${of}: pairs of one work that were compared`, measured.blockRecall, 'share', `${measured.cutBlocks} blocks cut`),
    row(`${of}: printings`, measured.editionPrecision, 'share', `pairs said to be one printing that are; of those that are and stand in one entry ${measured.editionRecall.toFixed(3)} are said`),
  ];
}

function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  return points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
