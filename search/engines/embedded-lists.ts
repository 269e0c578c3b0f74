import type { Room } from './embedded-room.ts';

/*
 * Lists of ascending numbers (documents of a term, of an answer). Where one is much longer than the other, it is searched by doubled
 * steps instead of walked; where it holds much of all there is, a number is looked up in it.
 */

const longer = 12;

/** Where a number stands in a list, in one step: a bit for each number, and by 32 of them how many of the list stand before. */
export interface Ranks {
  bits: Uint32Array;
  before: Int32Array;
}

export interface List {
  docs: Int32Array;
  /** Null for a short list. */
  ranks: Ranks | null;
}

/** With one number in so many, ranks take eight bytes for the twelve and more that postings take. */
const dense = 32;
const fewest = 256;

export const bitOf = (number: number): number => 1 << (number & 31);

export const listed = (docs: Int32Array): List => ({ docs, ranks: null });

/** Null where the list holds too few of the numbers up to its last. */
export function ranksOf(docs: Int32Array): Ranks | null {
  if (docs.length < fewest) return null;
  const words = (docs[docs.length - 1]! >>> 5) + 1;
  if (docs.length * dense < words * 32) return null;
  const bits = new Uint32Array(words);
  const before = new Int32Array(words);
  for (let at = 0; at < docs.length; at++) bits[docs[at]! >>> 5]! |= 1 << (docs[at]! & 31);
  for (let word = 1; word < words; word++) before[word] = before[word - 1]! + ones(bits[word - 1]!);
  return { bits, before };
}

export const bytesOf = (ranks: Ranks | null): number => (ranks === null ? 0 : ranks.bits.byteLength * 2);

/** How many bits are set. */
export function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The first place from `from` on whose number is at least `wanted`; the length where there is none. */
function placeFrom(list: Int32Array, from: number, wanted: number): number {
  let step = 1;
  let low = from;
  let high = from;
  while (high < list.length && list[high]! < wanted) {
    low = high + 1;
    high += step;
    step *= 2;
  }
  if (high > list.length) high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Calls back, in order, for each number that both hold, with its places. */
export function eachCommon(a: List, b: List, found: (inA: number, inB: number) => void): void {
  if (a.docs.length > b.docs.length) return eachCommon(b, a, (inB, inA) => found(inA, inB));
  const places = placesIn(a.docs, b);
  for (let at = 0; at < places.length; at++) if (places[at]! >= 0) found(at, places[at]!);
}

/** For each of `wanted` its place in the list, or -1. Written out, without a call for each: much of a search's time is spent here. */
export function placesIn(wanted: Int32Array, { docs, ranks }: List, room?: Room): Int32Array {
  const places = room ? room.ints(wanted.length) : new Int32Array(wanted.length);
  const { length } = docs;
  if (length === 0) return places.fill(-1);
  const last = docs[length - 1]!;
  let at = 0;
  if (ranks !== null && wanted.length * 2 < length * longer) {
    const { bits, before } = ranks;
    for (; at < wanted.length && wanted[at]! <= last; at++) {
      const number = wanted[at]!;
      const word = bits[number >>> 5]!;
      const bit = 1 << (number & 31);
      places[at] = (word & bit) === 0 ? -1 : before[number >>> 5]! + ones(word & (bit - 1));
    }
  } else {
    const leap = wanted.length * longer < length;
    for (let place = 0; at < wanted.length && wanted[at]! <= last; at++) {
      const number = wanted[at]!;
      if (leap) place = placeFrom(docs, place, number);
      else while (docs[place]! < number) place++;
      places[at] = docs[place] === number ? place : -1;
    }
  }
  return places.fill(-1, at);
}

/** What both hold. */
export function commonOf(a: List, b: List): Int32Array {
  const [{ docs: few }, { docs: many, ranks }] = a.docs.length <= b.docs.length ? [a, b] : [b, a];
  const both = new Int32Array(few.length);
  let count = 0;
  if (ranks !== null) {
    const { bits } = ranks;
    const last = many[many.length - 1]!;
    for (let at = 0; at < few.length && few[at]! <= last; at++) {
      const number = few[at]!;
      if ((bits[number >>> 5]! & (1 << (number & 31))) !== 0) both[count++] = number;
    }
    return both.subarray(0, count);
  }
  const leap = few.length * longer < many.length;
  for (let at = 0, place = 0; at < few.length; at++) {
    const number = few[at]!;
    if (leap) place = placeFrom(many, place, number);
    else while (place < many.length && many[place]! < number) place++;
    if (place === many.length) break;
    if (many[place] === number) both[count++] = number;
  }
  return both.subarray(0, count);
}

/** What either holds, once. */
export function unionOf(a: Int32Array, b: Int32Array): Int32Array {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const both = new Int32Array(a.length + b.length);
  let count = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const left = i < a.length ? a[i]! : Infinity;
    const right = j < b.length ? b[j]! : Infinity;
    both[count++] = Math.min(left, right);
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return both.subarray(0, count);
}

/** A list that grows. */
export interface Growing {
  list: Int32Array;
  count: number;
}

export const growing = (room = 64): Growing => ({ list: new Int32Array(room), count: 0 });

export function push(to: Growing, number: number): void {
  if (to.count === to.list.length) {
    const larger = new Int32Array(to.list.length * 2);
    larger.set(to.list);
    to.list = larger;
  }
  to.list[to.count++] = number;
}

export const grown = ({ list, count }: Growing): Int32Array => list.subarray(0, count);

/** Ascending, in place where it is not so already. */
export function ascending(list: Int32Array): Int32Array {
  for (let at = 1; at < list.length; at++) if (list[at - 1]! > list[at]!) return list.sort();
  return list;
}
