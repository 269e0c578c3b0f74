import { blockLimit, keyLevels } from './blocking-keys.ts';

export interface KeyRow {
  id: string;
  key: string;
}

export type IdPair = readonly [one: string, other: string];

/**
 * All pairs of records worth comparing, each once, its lower id first; sorted. Blocks of up to `blockLimit` records give every pair. A
 * larger one is cut by the next level of its keys; one that is too large at its last level gives the pairs of each record with the
 * `blockLimit` lowest ids in it, so that the number of pairs is at most keys × blockLimit. `onCut` hears of each such block.
 */
export function candidatePairs(rows: readonly KeyRow[], onCut?: (key: string, records: number) => void): IdPair[] {
  const sorted = [...rows].sort((a, b) =>
    a.key < b.key ? -1 : a.key > b.key ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0,
  );
  const others = new Map<string, Set<string>>();
  const pair = (one: string, other: string): void => {
    if (one === other) return;
    const [low, high] = one < other ? [one, other] : [other, one];
    let known = others.get(low);
    if (!known) others.set(low, (known = new Set()));
    known.add(high);
  };
  const block = (from: number, to: number, level: number): void => {
    if (to - from < 2) return;
    if (to - from <= blockLimit) {
      for (let at = from; at < to; at++)
        for (let next = at + 1; next < to; next++) pair(sorted[at]!.id, sorted[next]!.id);
      return;
    }
    if (level < keyLevels(sorted[from]!.key).length - 1) return levelBlocks(from, to, level + 1);
    onCut?.(sorted[from]!.key, to - from);
    const ids = sorted
      .slice(from, to)
      .map(({ id }) => id)
      .sort();
    for (const anchor of ids.slice(0, blockLimit)) for (const id of ids) pair(anchor, id);
  };
  const levelBlocks = (from: number, to: number, level: number): void => {
    for (let at = from; at < to;) {
      const prefix = keyLevels(sorted[at]!.key)[level]!;
      let end = at + 1;
      while (end < to && sorted[end]!.key.startsWith(prefix)) end++;
      block(at, end, level);
      at = end;
    }
  };
  levelBlocks(0, sorted.length, 0);
  const pairs: IdPair[] = [];
  for (const [low, highs] of others) for (const high of highs) pairs.push([low, high]);
  return pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : 1));
}

/**
 * The records to compare one record with, by the same rule: for each of its keys the widest block that holds at most `blockLimit`
 * others, or of the narrowest the lowest ids. `block(prefix, most)` answers ids of other records with a key that begins with the prefix (is
 * it, at the last level), each once, lowest first, at most so many. At most levels × keys calls.
 */
export async function candidatesOf(
  keys: readonly string[],
  block: (prefix: string, most: number) => Promise<readonly string[]>,
): Promise<string[]> {
  const found = new Set<string>();
  for (const key of keys) {
    let ids: readonly string[] = [];
    for (const prefix of keyLevels(key)) {
      ids = await block(prefix, blockLimit + 1);
      if (ids.length <= blockLimit) break;
    }
    for (const id of ids.slice(0, blockLimit)) found.add(id);
  }
  return [...found].sort();
}
