import { eachCommon } from './embedded-lists.ts';
import { none, placeAt, startOf, type Postings } from './embedded-postings.ts';

/** Only what stands from place `from` on and before `until`. */
export function inPlaces(postings: Postings, from: number, until: number): Postings {
  const docs: number[] = [];
  const ends: number[] = [];
  const spots: number[] = [];
  for (let index = 0; index < postings.docs.length; index++) {
    const before = spots.length;
    for (let spot = startOf(postings, index); spot < postings.ends[index]!; spot++) {
      const place = placeAt(postings.spots, spot);
      if (place >= from && place < until) spots.push(postings.spots[spot]!);
    }
    if (spots.length === before) continue;
    docs.push(postings.docs[index]!);
    ends.push(spots.length);
  }
  return {
    docs: Int32Array.from(docs),
    ranks: null,
    ends: Int32Array.from(ends),
    spots: Uint32Array.from(spots),
    marks: null,
  };
}

/** Where `second` stands `distance` places after `first`: the spots kept are those of `first`. */
export function followedBy(first: Postings, second: Postings, distance: number): Postings {
  if (first.docs.length === 0 || second.docs.length === 0) return none;
  const docs = new Int32Array(Math.min(first.docs.length, second.docs.length));
  const ends = new Int32Array(docs.length);
  let spots = new Uint32Array(Math.min(first.spots.length, second.spots.length));
  let count = 0;
  let spotCount = 0;
  eachCommon(first, second, (i, j) => {
    const before = spotCount;
    let other = startOf(second, j);
    const otherEnd = second.ends[j]!;
    const end = first.ends[i]!;
    for (let spot = startOf(first, i); spot < end && other < otherEnd; spot++) {
      const place = (first.spots[spot]! >>> 8) + distance;
      while (other < otherEnd && second.spots[other]! >>> 8 < place) other++;
      if (other < otherEnd && second.spots[other]! >>> 8 === place) {
        // Spots at one place (a numeral and its number) may be more than those of the other.
        if (spotCount === spots.length) spots = larger(spots);
        spots[spotCount++] = first.spots[spot]!;
      }
    }
    if (spotCount === before) return;
    docs[count] = first.docs[i]!;
    ends[count++] = spotCount;
  });
  return {
    docs: docs.subarray(0, count),
    ranks: null,
    ends: ends.subarray(0, count),
    spots: spots.subarray(0, spotCount),
    marks: null,
  };
}

function larger(spots: Uint32Array): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(spots.length * 2 + 16);
  more.set(spots);
  return more;
}
