import { bytesOf, ones, ranksOf, type List } from './embedded-lists.ts';

/*
 * Postings of one term: which documents hold it and where. A document is the fields of one record (an entry), or one page; no term is of
 * both. In the file they are chunks, each a run of documents:
 *   varint  distance to the document before, times two, plus one if there are several spots
 *   varint  number of spots, less two; only where there are several
 *   then, for each spot: varint distance to the place before, byte tone
 * Facets and rights only say which documents they are of: their chunks are the distances alone (`spotless`).
 * In the fields the two high bits of a place say which field.
 */

export interface Postings extends List {
  /** Spots of docs[i] are those from ends[i - 1] up to ends[i]. */
  ends: Int32Array;
  /** Place in the high 16 bits, tone in the low eight of the rest. */
  spots: Uint32Array;
  /** See marksOf() and levelsOf(); null until they are needed. */
  marks: Uint32Array | null;
  levels: Levels | null;
}

/** Which documents hold the term how densely: bits by document, for each of levelsFrom. */
export interface Levels {
  averageWords: number;
  bits: Uint32Array[];
}

export const mostPlace = 0xffff;
export const none: Postings = {
  docs: new Int32Array(0),
  ranks: null,
  ends: new Int32Array(0),
  spots: new Uint32Array(0),
  marks: null,
  levels: null,
};

/** What the file says cannot be. */
export class PostingsDamaged extends Error {
  constructor() {
    super('postings do not add up');
    this.name = 'PostingsDamaged';
  }
}

export const spotOf = (place: number, tone: number): number => ((place << 8) | tone) >>> 0;
export const placeAt = (spots: Uint32Array, index: number): number => spots[index]! >>> 8;
export const toneAt = (spots: Uint32Array, index: number): number => spots[index]! & 0xff;
export const startOf = (postings: Postings, index: number): number => (index === 0 ? 0 : postings.ends[index - 1]!);

/**
 * For each document two words of bits, one for each of its places modulo 64. Where those of two words, one turned by their distance, have
 * nothing in common, the words do not stand so: most documents need not be looked at closer.
 */
export function marksOf(postings: Postings): Uint32Array {
  if (postings.marks) return postings.marks;
  const { ends, spots } = postings;
  const marks = new Uint32Array(ends.length * 2);
  for (let index = 0, spot = 0; index < ends.length; index++) {
    for (const end = ends[index]!; spot < end; spot++) {
      const place = spots[spot]! >>> 8;
      marks[index * 2 + ((place >>> 5) & 1)]! |= 1 << (place & 31);
    }
  }
  return (postings.marks = marks);
}

/** How many marks of document i, turned by the distance, document j of the others has too. */
export function marksMet(marks: Uint32Array, i: number, others: Uint32Array, j: number, distance: number): number {
  const far = (distance >>> 5) & 1;
  const low = marks[i * 2 + far]!;
  const high = marks[i * 2 + 1 - far]!;
  const turn = distance & 31;
  const first = (turn === 0 ? low : (low << turn) | (high >>> (32 - turn))) & others[j * 2]!;
  const second = (turn === 0 ? high : (high << turn) | (low >>> (32 - turn))) & others[j * 2 + 1]!;
  return (first | second) === 0 ? 0 : ones(first) + ones(second);
}

/** How many marks a document has: fewer than places, where some are alike. */
export const marksCount = (marks: Uint32Array, index: number): number =>
  ones(marks[index * 2]!) + ones(marks[index * 2 + 1]!);

/** Eight bits of a tone key. 0 is kept for spots whose tone says nothing (initials, numbers from numerals, bare aliases). */
export function toneByte(tone: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < tone.length; place++) hash = Math.imul(hash ^ tone.charCodeAt(place), 0x01000193);
  return ((hash >>> 16) ^ hash) & 0xff || 1;
}

/** Postings that grow as chunks are read. */
export class HeldPostings {
  #docs = new Int32Array(16);
  #ends = new Int32Array(16);
  #spots = new Uint32Array(16);
  #count = 0;
  #spotCount = 0;
  #view: Postings | null = none;

  constructor(readonly spotless: boolean) {}

  get last(): number {
    return this.#count === 0 ? -1 : this.#docs[this.#count - 1]!;
  }

  get bytes(): number {
    // Marks take twice what the ends do, levels what the ranks do and a half.
    return (
      this.#docs.byteLength + this.#ends.byteLength * 3 + this.#spots.byteLength + bytesOf(this.postings.ranks) * 2.5
    );
  }

  get postings(): Postings {
    if (this.#view) return this.#view;
    const docs = this.#docs.subarray(0, this.#count);
    return (this.#view = {
      docs,
      ranks: ranksOf(docs),
      ends: this.#ends.subarray(0, this.#count),
      spots: this.#spots.subarray(0, this.#spotCount),
      marks: null,
      levels: null,
    });
  }

  /** What of the chunk is not held yet. Documents must be below `below`. Throws PostingsDamaged rather than read past an end. */
  add(first: number, bytes: Uint8Array, below: number): void {
    const held = this.last;
    this.#view = null;
    this.#room(bytes.length);
    const length = bytes.length;
    const docs = this.#docs;
    const ends = this.#ends;
    const spots = this.#spots;
    let count = this.#count;
    let spotCount = this.#spotCount;
    let doc = first;
    let at = 0;
    const { spotless } = this;
    while (at < length) {
      let byte = bytes[at++]!;
      let head = byte & 0x7f;
      for (let shift = 7; byte > 0x7f; shift += 7) {
        if (at === length || shift > 28) throw new PostingsDamaged();
        byte = bytes[at++]!;
        head += (byte & 0x7f) * 2 ** shift;
      }
      doc += spotless ? head : Math.floor(head / 2);
      const keep = doc > held;
      if (keep) docs[count] = doc;
      if (!spotless) {
        let left = 1;
        if (head & 1) {
          if (at === length) throw new PostingsDamaged();
          byte = bytes[at++]!;
          left = byte & 0x7f;
          for (let shift = 7; byte > 0x7f; shift += 7) {
            if (at === length || shift > 21) throw new PostingsDamaged();
            byte = bytes[at++]!;
            left += (byte & 0x7f) << shift;
          }
          left += 2;
        }
        let place = 0;
        while (left-- > 0) {
          if (at + 1 >= length) throw new PostingsDamaged();
          byte = bytes[at++]!;
          let distance = byte & 0x7f;
          for (let shift = 7; byte > 0x7f; shift += 7) {
            if (at + 1 >= length || shift > 14) throw new PostingsDamaged();
            byte = bytes[at++]!;
            distance += (byte & 0x7f) << shift;
          }
          place += distance;
          if (keep) spots[spotCount++] = ((place << 8) | bytes[at]!) >>> 0;
          at++;
        }
      }
      if (keep) ends[count++] = spotCount;
    }
    if (doc >= below) throw new PostingsDamaged();
    // What is told of the documents must ascend: a distance of nothing is there only at the beginning of a chunk.
    for (let index = Math.max(1, this.#count); index < count; index++)
      if (docs[index]! <= docs[index - 1]!) throw new PostingsDamaged();
    this.#count = count;
    this.#spotCount = spotCount;
  }

  /** A document takes a byte at least, with spots three; a spot takes two. */
  #room(bytes: number): void {
    const grownTo = (needed: number, now: number): number => (needed <= now ? now : Math.max(needed, now + (now >> 1)));
    const docs = grownTo(this.#count + (this.spotless ? bytes : Math.ceil(bytes / 3)), this.#docs.length);
    if (docs > this.#docs.length) {
      const [old, oldEnds] = [this.#docs, this.#ends];
      this.#docs = new Int32Array(docs);
      this.#docs.set(old);
      this.#ends = new Int32Array(docs);
      this.#ends.set(oldEnds);
    }
    const spots = this.spotless ? 0 : grownTo(this.#spotCount + (bytes >> 1), this.#spots.length);
    if (spots > this.#spots.length) {
      const old = this.#spots;
      this.#spots = new Uint32Array(spots);
      this.#spots.set(old);
    }
  }

  /** Gives back what was made room for and not needed. */
  trim(): void {
    if (this.#docs.length > this.#count * 1.25 + 64) {
      this.#docs = this.#docs.slice(0, this.#count);
      this.#ends = this.#ends.slice(0, this.#count);
    }
    if (this.#spots.length > this.#spotCount * 1.25 + 64) this.#spots = this.#spots.slice(0, this.#spotCount);
    this.#view = null;
  }
}

/** Bytes of a chunk as it is written; the counterpart of HeldPostings.add(). */
export class ChunkWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  begin(): void {
    this.#length = 0;
  }

  /** `distance` to the document before; 0 for the first of a chunk. `spots` from `from` up to `to` ascend in their places. */
  add(distance: number, spotless: boolean, spots: Uint32Array, from: number, to: number): void {
    const count = to - from;
    this.#room(10 + count * 4);
    if (spotless) return this.#number(distance);
    this.#number(distance * 2 + (count > 1 ? 1 : 0));
    if (count > 1) this.#number(count - 2);
    let before = 0;
    for (let spot = from; spot < to; spot++) {
      const place = spots[spot]! >>> 8;
      this.#number(place - before);
      before = place;
      this.#bytes[this.#length++] = spots[spot]! & 0xff;
    }
  }

  /** Good until begin() is called again. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #number(number: number): void {
    let left = number;
    while (left > 0x7f) {
      this.#bytes[this.#length++] = (left & 0x7f) | 0x80;
      left = left > 0x7fffffff ? Math.floor(left / 128) : left >>> 7;
    }
    this.#bytes[this.#length++] = left;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#length + more, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
