import { growing, grown, placesIn, push, type Growing } from './embedded-lists.ts';
import { marksMet, marksOf, none, placeAt, startOf, type Postings } from './embedded-postings.ts';

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
    levels: null,
  };
}

/** Where words stand one after the other: the spots are those of the first. */
export function phraseOf(words: readonly Postings[]): Postings {
  if (words.length === 1) return words[0]!;
  if (words.some(({ docs }) => docs.length === 0)) return none;
  const { docs: common, places } = commonOfAll(words);
  const marks = words.map(marksOf);
  const room = Math.max(64, common.length >>> 2);
  const docs = growing(room);
  const ends = growing(room);
  const spots = growing(room);
  const first = words[0]!;
  for (let at = 0; at < common.length; at++) {
    const i = places[0]![at]!;
    let word = 1;
    while (word < words.length && marksMet(marks[0]!, i, marks[word]!, places[word]![at]!, word) > 0) word++;
    if (word < words.length) continue;
    const before = spots.count;
    addFollowed(spots, first, i, words[1]!, places[1]![at]!);
    for (word = 2; word < words.length && spots.count > before; word++)
      keepFollowed(spots, before, words[word]!, places[word]![at]!, word);
    if (spots.count === before) continue;
    push(docs, common[at]!);
    push(ends, spots.count);
  }
  return {
    docs: grown(docs),
    ranks: null,
    ends: grown(ends),
    // The high bit of a place is the sign of a growing list's number, and the same bit.
    spots: new Uint32Array(spots.list.buffer, 0, spots.count),
    marks: null,
    levels: null,
  };
}

/** Adds the spots of one word, in its document i, right after which the other stands, in its document j. */
function addFollowed(to: Growing, first: Postings, i: number, second: Postings, j: number): void {
  const { spots } = first;
  const others = second.spots;
  const end = first.ends[i]!;
  const otherEnd = second.ends[j]!;
  let spot = i === 0 ? 0 : first.ends[i - 1]!;
  let other = j === 0 ? 0 : second.ends[j - 1]!;
  while (spot < end && other < otherEnd) {
    const distance = (others[other]! >>> 8) - (spots[spot]! >>> 8);
    // Of the other, the same stays: a numeral and its number may be two spots at one place.
    if (distance < 1) other++;
    else {
      if (distance === 1) push(to, spots[spot]!);
      spot++;
    }
  }
}

/** Of the spots from `from` on those that the word stands so far after, in its document `index`. */
function keepFollowed(to: Growing, from: number, { ends, spots }: Postings, index: number, distance: number): void {
  const end = ends[index]!;
  let other = index === 0 ? 0 : ends[index - 1]!;
  let kept = from;
  for (let at = from; at < to.count && other < end; at++) {
    const place = (to.list[at]! >>> 8) + distance;
    while (other < end && spots[other]! >>> 8 < place) other++;
    if (other < end && spots[other]! >>> 8 === place) to.list[kept++] = to.list[at]!;
  }
  to.count = kept;
}

/** The documents that hold all words, and by word where they stand in its postings. */
function commonOfAll(words: readonly Postings[]): { docs: Int32Array; places: Int32Array[] } {
  const [shortest, ...others] = [...words.keys()].sort((a, b) => words[a]!.docs.length - words[b]!.docs.length);
  let { docs } = words[shortest!]!;
  const places: Int32Array[] = [];
  const held: number[] = [];
  for (const word of others) {
    const found = placesIn(docs, words[word]!);
    const kept = new Int32Array(docs.length);
    let count = 0;
    for (let at = 0; at < found.length; at++) if (found[at]! >= 0) kept[count++] = at;
    for (const other of held) places[other] = movedUp(places[other]!, kept, count);
    places[word] = movedUp(found, kept, count);
    if (held.length === 0) {
      places[shortest!] = kept.subarray(0, count);
      held.push(shortest!);
    }
    held.push(word);
    const both = new Int32Array(count);
    for (let at = 0; at < count; at++) both[at] = docs[kept[at]!]!;
    docs = both;
  }
  return { docs, places };
}

/** In place. */
function movedUp(list: Int32Array, kept: Int32Array, count: number): Int32Array {
  for (let at = 0; at < count; at++) list[at] = list[kept[at]!]!;
  return list.subarray(0, count);
}
