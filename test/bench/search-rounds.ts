import { writeFileSync } from 'node:fs';
import { type BenchRow, median, percentile } from './bench-table.ts';
import { type Answer, isMissing, type MissingPeer, type PeerProcess } from './peers/peer-process.ts';
import { seeded } from './search-bench-text.ts';

export type QueryKind = 'words' | 'phrases';

/** `mode`: what a peer is told with its queries, e.g. to count all hits. `aim`: what ours / peer may be at most. */
export interface Contender {
  peer: PeerProcess | MissingPeer;
  mode: string;
  called: string;
  aim: Partial<Record<QueryKind, number>>;
}

/** Two to four different words of one text, or two to three that follow one another in it. Plain words of a to z. */
export function queriesFrom(texts: string[], kind: QueryKind, count: number, seed: number): string[] {
  const random = seeded(seed);
  const pick = (below: number): number => Math.floor(random() * below);
  return Array.from({ length: count }, () => {
    const words = texts[pick(texts.length)]!.split(' ');
    const long = 2 + pick(kind === 'words' ? 3 : 2);
    if (kind === 'phrases') {
      const at = pick(Math.max(1, words.length - long + 1));
      return words.slice(at, at + long).join(' ');
    }
    const chosen = new Set<string>();
    for (let tries = 0; chosen.size < long && tries < 20; tries++) chosen.add(words[pick(words.length)]!);
    return [...chosen].join(' ');
  });
}

export function writeQueries(path: string, kind: QueryKind, queries: string[]): void {
  writeFileSync(path, queries.map((query) => `${kind}\t${query}\n`).join(''));
}

/** Fails where two do not find the same number for every query: what is measured is the same work. */
export function checkSameHits(queries: string[], own: Answer[], theirs: Answer[], name: string): void {
  const wrong = queries.flatMap((query, at) => (own[at]!.hits === theirs[at]!.hits ? [] : [`"${query}": ${own[at]!.hits} of ours, ${theirs[at]!.hits} of ${name}`]));
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${queries.length} queries do not find the same: ${wrong.slice(0, 3).join('; ')}`);
}

/** Rounds in turn: ours, each peer, ours …; the first `warm` are not counted. p50 and p99 against every peer. */
export async function rowsInTurn(
  what: string,
  kind: QueryKind,
  file: string,
  own: { peer: PeerProcess; mode: string },
  contenders: Contender[],
  { rounds = 5, warm = 2 } = {},
): Promise<BenchRow[]> {
  const present = contenders.filter((one): one is Contender & { peer: PeerProcess } => !isMissing(one.peer));
  const ours: number[][] = [];
  const theirs = new Map<Contender, number[][]>(present.map((one) => [one, []]));
  for (let round = -warm; round < rounds; round++) {
    const times = async (peer: PeerProcess, mode: string): Promise<number[]> => (await peer.run(file, mode)).map(({ ms }) => ms);
    const mine = await times(own.peer, own.mode);
    if (round >= 0) ours.push(mine);
    for (const one of present) {
      const other = await times(one.peer, one.mode);
      if (round >= 0) theirs.get(one)!.push(other);
    }
  }
  return contenders.flatMap((one) =>
    ([['p50', 0.5], ['p99', 0.99]] as const).map(([name, share]): BenchRow => {
      const own = ours.map((times) => percentile(times, share));
      const at = one.aim[kind];
      const row = { name: `${what}, ${kind}, ${name}`, ours: median(own), unit: 'ms' };
      const aim = (ratio: number | null): Pick<BenchRow, 'aim'> => (at === undefined ? {} : { aim: { says: `≤ ${at}`, reached: ratio === null ? null : ratio <= at } });
      if (isMissing(one.peer)) return { ...row, peer: null, ratio: null, ...aim(null), note: `${one.called}: ${one.peer.missing}` };
      const other = theirs.get(one)!.map((times) => percentile(times, share));
      const ratio = median(own.map((mine, round) => mine / other[round]!));
      return { ...row, peer: median(other), ratio, ...aim(ratio), note: `${one.peer.name}, ${one.called}; ${rounds} rounds` };
    }),
  );
}
