/*
 * Lists of ascending numbers (documents of a term, of an answer). Where one is much longer than the other, it is searched by doubled
 * steps instead of walked.
 */

const longer = 12;

/** The first place from `from` on whose number is at least `wanted`; the length where there is none. */
export function placeFrom(list: Int32Array, from: number, wanted: number): number {
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
export function eachCommon(a: Int32Array, b: Int32Array, found: (inA: number, inB: number) => void): void {
  if (a.length * longer < b.length) {
    for (let i = 0, j = 0; i < a.length; i++) {
      j = placeFrom(b, j, a[i]!);
      if (j === b.length) return;
      if (b[j] === a[i]) found(i, j);
    }
    return;
  }
  if (b.length * longer < a.length) {
    for (let i = 0, j = 0; j < b.length; j++) {
      i = placeFrom(a, i, b[j]!);
      if (i === a.length) return;
      if (a[i] === b[j]) found(i, j);
    }
    return;
  }
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const left = a[i]!;
    const right = b[j]!;
    if (left === right) found(i++, j++);
    else if (left < right) i++;
    else j++;
  }
}

/** For each of `wanted` its place in `list`, or -1. Written out, without a call for each: half of a search's time is spent here. */
export function placesIn(wanted: Int32Array, list: Int32Array): Int32Array {
  const places = new Int32Array(wanted.length).fill(-1);
  const { length } = list;
  const leap = wanted.length * longer < length;
  for (let at = 0, place = 0; at < wanted.length; at++) {
    const number = wanted[at]!;
    if (leap) place = placeFrom(list, place, number);
    else while (place < length && list[place]! < number) place++;
    if (place === length) break;
    if (list[place] === number) places[at] = place;
  }
  return places;
}

/** What both hold. */
export function commonOf(a: Int32Array, b: Int32Array): Int32Array {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  const both = new Int32Array(few.length);
  const leap = few.length * longer < many.length;
  let count = 0;
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
