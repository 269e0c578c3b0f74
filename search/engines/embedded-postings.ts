/*
 * Postings of one term: which documents hold it and where. In the file they are chunks of two blobs:
 *   docs   varint distance to the document before, varint number of spots; repeated
 *   spots  three bytes each: place (16 bits, little endian), tone (8 bits)
 * A document here is the fields of one record, or one page. In the fields the two high bits of a place say which field.
 */

export interface Postings {
  docs: Int32Array;
  /** Spots of docs[i] are those from ends[i - 1] up to ends[i]. */
  ends: Int32Array;
  spots: Uint8Array;
}

export interface Chunk {
  first: number;
  docs: Uint8Array;
  spots: Uint8Array;
}

export const spotBytes = 3;
export const mostPlace = 0xffff;
export const none: Postings = { docs: new Int32Array(0), ends: new Int32Array(0), spots: new Uint8Array(0) };

/** What the file says cannot be. */
export class PostingsDamaged extends Error {
  constructor() {
    super('postings do not add up');
    this.name = 'PostingsDamaged';
  }
}

export const placeAt = (spots: Uint8Array, index: number): number =>
  spots[index * spotBytes]! | (spots[index * spotBytes + 1]! << 8);
export const toneAt = (spots: Uint8Array, index: number): number => spots[index * spotBytes + 2]!;
export const startOf = (postings: Postings, index: number): number => (index === 0 ? 0 : postings.ends[index - 1]!);

/** Eight bits of a tone key. 0 is kept for spots whose tone says nothing (initials, numbers from numerals, bare aliases). */
export function toneByte(tone: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < tone.length; place++) hash = Math.imul(hash ^ tone.charCodeAt(place), 0x01000193);
  return ((hash >>> 16) ^ hash) & 0xff || 1;
}

/** Chunks in the order of their documents. Throws PostingsDamaged rather than read past an end. */
export function decodePostings(chunks: Chunk[]): Postings {
  let bytes = 0;
  let spotLength = 0;
  for (const chunk of chunks) {
    bytes += chunk.docs.length;
    spotLength += chunk.spots.length;
  }
  const docs = new Int32Array(bytes >> 1);
  const ends = new Int32Array(bytes >> 1);
  const spots = chunks.length === 1 ? chunks[0]!.spots : new Uint8Array(spotLength);
  let count = 0;
  let end = 0;
  let spotsBefore = 0;
  for (const chunk of chunks) {
    const source = chunk.docs;
    let at = 0;
    let doc = chunk.first;
    const number = (): number => {
      let value = 0;
      let shift = 0;
      for (;;) {
        const byte = source[at++];
        if (byte === undefined || shift > 28) throw new PostingsDamaged();
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return value;
        shift += 7;
      }
    };
    while (at < source.length) {
      doc += number();
      end += number();
      docs[count] = doc;
      ends[count++] = end;
    }
    if (chunks.length > 1) spots.set(chunk.spots, spotsBefore);
    spotsBefore += chunk.spots.length;
    if (end * spotBytes !== spotsBefore) throw new PostingsDamaged();
  }
  return { docs: docs.subarray(0, count), ends: ends.subarray(0, count), spots };
}

/** Grows as documents are added in ascending order; the counterpart of decodePostings. */
export interface Writing {
  first: number;
  last: number;
  docs: number[];
  /** Spots of the last document, whose number is not written yet. */
  open: number;
  spots: number[];
}

export const startWriting = (doc: number): Writing => ({ first: doc, last: doc, docs: [0], open: 0, spots: [] });

export function addDoc(writing: Writing, doc: number): void {
  if (doc === writing.last) return;
  pushNumber(writing.docs, writing.open);
  pushNumber(writing.docs, doc - writing.last);
  writing.last = doc;
  writing.open = 0;
}

export function addSpot(writing: Writing, place: number, tone: number): void {
  const kept = Math.min(place, mostPlace);
  writing.spots.push(kept & 0xff, kept >> 8, tone);
  writing.open++;
}

/** A chunk that begins at `writing.first`, or goes on after `after`, the last document of the chunk it is appended to. */
export function finishWriting(writing: Writing, after: number | null): { docs: Uint8Array; spots: Uint8Array } {
  const head: number[] = [];
  if (after !== null) pushNumber(head, writing.first - after);
  const tail: number[] = [];
  pushNumber(tail, writing.open);
  const body = after === null ? writing.docs : writing.docs.slice(1);
  return { docs: Uint8Array.from([...head, ...body, ...tail]), spots: Uint8Array.from(writing.spots) };
}

function pushNumber(target: number[], number: number): void {
  let left = number;
  while (left > 0x7f) {
    target.push((left & 0x7f) | 0x80);
    left >>>= 7;
  }
  target.push(left);
}

/** Documents that hold either, with the spots of both in order. */
export function eitherOf(a: Postings, b: Postings): Postings {
  if (a.docs.length === 0) return b;
  if (b.docs.length === 0) return a;
  const docs: number[] = [];
  const ends: number[] = [];
  const spots: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.docs.length || j < b.docs.length) {
    const left = i < a.docs.length ? a.docs[i]! : Infinity;
    const right = j < b.docs.length ? b.docs[j]! : Infinity;
    const here: [number, number][] = [];
    const take = (from: Postings, index: number): void => {
      for (let spot = startOf(from, index); spot < from.ends[index]!; spot++) {
        here.push([placeAt(from.spots, spot), toneAt(from.spots, spot)]);
      }
    };
    if (left <= right) take(a, i++);
    if (right <= left) take(b, j++);
    here.sort((one, other) => one[0] - other[0]);
    for (const [place, tone] of here) spots.push(place & 0xff, place >> 8, tone);
    docs.push(Math.min(left, right));
    ends.push(spots.length / spotBytes);
  }
  return { docs: Int32Array.from(docs), ends: Int32Array.from(ends), spots: Uint8Array.from(spots) };
}

/** Only what stands from place `from` on and before `until`. A page's places are numbered alike: this is for fields, which are long. */
export function inPlaces(postings: Postings, from: number, until: number): Postings {
  const docs: number[] = [];
  const ends: number[] = [];
  const spots: number[] = [];
  for (let index = 0; index < postings.docs.length; index++) {
    const before = spots.length;
    for (let spot = startOf(postings, index); spot < postings.ends[index]!; spot++) {
      const place = placeAt(postings.spots, spot);
      if (place >= from && place < until) spots.push(place & 0xff, place >> 8, toneAt(postings.spots, spot));
    }
    if (spots.length === before) continue;
    docs.push(postings.docs[index]!);
    ends.push(spots.length / spotBytes);
  }
  return { docs: Int32Array.from(docs), ends: Int32Array.from(ends), spots: Uint8Array.from(spots) };
}

/** Where `second` stands `distance` places after `first`: the spots kept are those of `first`. */
export function followedBy(first: Postings, second: Postings, distance: number): Postings {
  const docs: number[] = [];
  const ends: number[] = [];
  const spots: number[] = [];
  eachNeighbour(first, second, distance, (doc, spot) => {
    const at = spot * spotBytes;
    if (docs.at(-1) !== doc) {
      docs.push(doc);
      ends.push(0);
    }
    spots.push(first.spots[at]!, first.spots[at + 1]!, first.spots[at + 2]!);
    ends[ends.length - 1] = spots.length / spotBytes;
  });
  return { docs: Int32Array.from(docs), ends: Int32Array.from(ends), spots: Uint8Array.from(spots) };
}

/** Calls back, in order, for each spot of `first` that `second` follows at that distance. */
export function eachNeighbour(
  first: Postings,
  second: Postings,
  distance: number,
  found: (doc: number, spotOfFirst: number) => void,
): void {
  const a = first.docs;
  const b = second.docs;
  let j = 0;
  for (let i = 0; i < a.length; i++) {
    const doc = a[i]!;
    while (j < b.length && b[j]! < doc) j++;
    if (j === b.length) return;
    if (b[j] !== doc) continue;
    let other = startOf(second, j);
    const otherEnd = second.ends[j]!;
    for (let spot = startOf(first, i); spot < first.ends[i]! && other < otherEnd; spot++) {
      const place = placeAt(first.spots, spot) + distance;
      while (other < otherEnd && placeAt(second.spots, other) < place) other++;
      if (other < otherEnd && placeAt(second.spots, other) === place) found(doc, spot);
    }
  }
}
