import type { HeldReading } from './embedded-groups.ts';
import { marksCount, marksMet, marksOf, startOf, type Postings } from './embedded-postings.ts';
import { fieldShift } from './embedded-terms.ts';
import { fieldWeights } from './embedded-weights.ts';

/** Where the entries and pages scored stand in the postings of a reading; -1 where they do not. */
export interface Places {
  entries: Int32Array;
  pages: Int32Array;
}

/** Two parts of the query that follow one another, by their words as typed. */
export interface Pair {
  weight: number;
  before: HeldReading;
  after: HeldReading;
  /** Where the entries and pages scored stand in the postings of either. */
  inBefore: Places;
  inAfter: Places;
}

export function addNeighboursInFields(to: Float64Array, { weight, before, after, inBefore, inAfter }: Pair): void {
  for (let at = 0; at < to.length; at++) {
    const a = inBefore.entries[at]!;
    const b = inAfter.entries[at]!;
    if (a < 0 || b < 0) continue;
    const { count, place } = neighbours(before.entries, a, after.entries, b, before.span);
    if (count > 0) to[at]! += weight * fieldWeights[place >> fieldShift]!;
  }
}

/** What `count` pairs of neighbours on a page are worth, of what one word is. */
const worthOf = (count: number): number => (2 * count) / (count + 0.5);
const worths = Float64Array.from({ length: 32 }, (_, count) => worthOf(count));
const worth = (count: number): number => (count < worths.length ? worths[count]! : worthOf(count));

/**
 * Two words cannot stand side by side more often than either stands there, and not more often than their marks have in common but for
 * places of one mark.
 */
export function addMostOfPages(to: Float64Array, { weight, before, after, inBefore, inAfter }: Pair): void {
  const a = marksOf(before.pages);
  const b = marksOf(after.pages);
  const endsOfA = before.pages.ends;
  const endsOfB = after.pages.ends;
  const first = inBefore.pages;
  const second = inAfter.pages;
  for (let at = 0; at < to.length; at++) {
    const i = first[at]!;
    const j = second[at]!;
    if (i < 0 || j < 0) continue;
    const met = marksMet(a, i, b, j, before.span);
    if (met === 0) continue;
    const ofA = endsOfA[i]! - (i === 0 ? 0 : endsOfA[i - 1]!);
    const ofB = endsOfB[j]! - (j === 0 ? 0 : endsOfB[j - 1]!);
    to[at]! += weight * worth(Math.min(ofA, ofB, met + ofA - marksCount(a, i)));
  }
}

/** What a page is worth whose words `alone` are worth so much. `at`: its place in the pages scored. */
export function withNeighbours(pairs: readonly Pair[], at: number, alone: number): number {
  let sum = alone;
  for (const { weight, before, after, inBefore, inAfter } of pairs) {
    const a = inBefore.pages[at]!;
    const b = inAfter.pages[at]!;
    if (a < 0 || b < 0) continue;
    const { count } = neighbours(before.pages, a, after.pages, b, before.span);
    if (count > 0) sum += weight * worth(count);
  }
  return sum;
}

const met = { count: 0, place: 0 };

/** How often one stands `distance` before the other in a document that holds both, and where first. The answer is good until the next. */
function neighbours(
  first: Postings,
  i: number,
  second: Postings,
  j: number,
  distance: number,
): { count: number; place: number } {
  met.count = 0;
  let other = startOf(second, j);
  const otherEnd = second.ends[j]!;
  const end = first.ends[i]!;
  for (let spot = startOf(first, i); spot < end && other < otherEnd; spot++) {
    const place = (first.spots[spot]! >>> 8) + distance;
    while (other < otherEnd && second.spots[other]! >>> 8 < place) other++;
    if (other === otherEnd || second.spots[other]! >>> 8 !== place) continue;
    other++;
    if (met.count++ === 0) met.place = place - distance;
  }
  return met;
}
