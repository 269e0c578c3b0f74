import { growing, grown, placesIn, push } from './embedded-lists.ts';
import { marksOf, none, placeAt, startOf, type Postings } from './embedded-postings.ts';

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
  const swapped = first.docs.length > second.docs.length;
  const [few, many] = swapped ? [second, first] : [first, second];
  const places = placesIn(few.docs, many);
  const marks = marksOf(first);
  const others = marksOf(second);
  const turn = distance & 31;
  const back = (32 - turn) & 31;
  const docs = growing();
  const ends = growing();
  const spots = growing();
  for (let at = 0; at < places.length; at++) {
    if (places[at]! < 0) continue;
    const i = swapped ? places[at]! : at;
    const j = swapped ? at : places[at]!;
    const mark = marks[i]!;
    if ((((mark << turn) | (mark >>> back)) & others[j]!) === 0) continue;
    const before = spots.count;
    let other = startOf(second, j);
    const otherEnd = second.ends[j]!;
    const end = first.ends[i]!;
    for (let spot = startOf(first, i); spot < end && other < otherEnd; spot++) {
      const place = (first.spots[spot]! >>> 8) + distance;
      while (other < otherEnd && second.spots[other]! >>> 8 < place) other++;
      if (other < otherEnd && second.spots[other]! >>> 8 === place) push(spots, first.spots[spot]!);
    }
    if (spots.count === before) continue;
    push(docs, few.docs[at]!);
    push(ends, spots.count);
  }
  return {
    docs: grown(docs),
    ranks: null,
    ends: grown(ends),
    // The high bit of a place is the sign of a growing list's number, and the same bit.
    spots: new Uint32Array(spots.list.buffer, 0, spots.count),
    marks: null,
  };
}
