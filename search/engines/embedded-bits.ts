import { bitOf, type List } from './embedded-lists.ts';

/*
 * Sets of pages, a bit for each page, in words of 32. What many pages hold is met a word at a time.
 */
export type Bits = Uint32Array;

export const wordsFor = (count: number): number => (count + 31) >>> 5;

/** Of a long list they are there already; do not write to them. */
export function bitsOf({ docs, ranks }: List, words: number): Bits {
  if (ranks !== null) return ranks.bits;
  const bits = new Uint32Array(words);
  for (let at = 0; at < docs.length; at++) bits[docs[at]! >>> 5]! |= bitOf(docs[at]!);
  return bits;
}

/** What all of them hold, of so many words. Some may end sooner. */
export function bitsInAll(sets: readonly Bits[], words: number): Bits {
  const [first, ...others] = sets;
  const common = new Uint32Array(words);
  common.set(first!.length > words ? first!.subarray(0, words) : first!);
  for (const other of others) keepCommon(common, other);
  return common;
}

export function keepCommon(kept: Bits, other: Bits): void {
  const both = Math.min(kept.length, other.length);
  for (let word = 0; word < both; word++) kept[word]! &= other[word]!;
  kept.fill(0, both);
}

/** The first number from `from` on that is there; -1 where there is none. */
export function nextIn(bits: Bits, from: number): number {
  let word = from >>> 5;
  if (word >= bits.length) return -1;
  let left = bits[word]! & (-1 << (from & 31));
  while (left === 0) {
    if (++word === bits.length) return -1;
    left = bits[word]!;
  }
  return (word << 5) + lowest(left);
}

/** Which bit of the word, the lowest that is set. */
export const lowest = (word: number): number => 31 - Math.clz32(word & -word);

/** The bits of the numbers from `first` up to `end` in a word that holds some of them. */
export function maskOf(word: number, first: number, end: number): number {
  let mask = -1;
  if (word << 5 < first) mask &= -1 << (first & 31);
  if ((word + 1) << 5 > end) mask &= (1 << (end & 31)) - 1;
  return mask;
}

/** Calls back, in order, with each number that is set in some of the words. */
export function eachSet(bits: Bits, from: number, until: number, found: (number: number) => void): void {
  for (let word = from; word < until; word++)
    for (let left = bits[word]!; left !== 0; left &= left - 1) found((word << 5) + lowest(left));
}
