import { HeldPostings, ChunkWriter, mostPlace, spotOf, toneByte, type Postings } from './embedded-postings.ts';
import type { WordKeys } from '../vietnamese/fold.ts';
import { isSpotless } from './embedded-terms.ts';

/** What a batch holds for one term, as long as the batch is not added to. */
export interface BatchTerm {
  term: string;
  first: number;
  last: number;
  /** Bytes of its chunk; `after` the last document of the chunk that it is put at the end of, or null. Good until the next call. */
  chunk(after: number | null): Uint8Array;
}

/**
 * Words of documents as they come, turned into postings by term when all are there: three numbers for each word in arrays, sorted by
 * counting. Documents of a term must come in ascending order, and the places of a document too.
 */
export class Batch {
  #numbers = new Map<string, number>();
  #terms: string[] = [];
  #words = new Map<WordKeys, { term: number; tone: number }>();
  #termOf = new Int32Array(4096);
  #docOf = new Int32Array(4096);
  #spotOf = new Uint32Array(4096);
  #count = 0;

  /** Words so far. */
  get count(): number {
    return this.#count;
  }

  add(term: string, doc: number, place: number, tone: number): void {
    let number = this.#numbers.get(term);
    if (number === undefined) this.#numbers.set(term, (number = this.#terms.push(term) - 1));
    this.#push(number, doc, place, tone);
  }

  /** As add(), for the words of running text, most of which were there before. All of a batch have the same `termOf`. */
  addWord(termOf: (fold: string) => string, word: WordKeys, doc: number, place: number): void {
    let known = this.#words.get(word);
    if (known === undefined) {
      const term = termOf(word.fold);
      let number = this.#numbers.get(term);
      if (number === undefined) this.#numbers.set(term, (number = this.#terms.push(term) - 1));
      this.#words.set(word, (known = { term: number, tone: toneByte(word.tone) }));
    }
    this.#push(known.term, doc, place, known.tone);
  }

  #push(term: number, doc: number, place: number, tone: number): void {
    const at = this.#count++;
    if (at === this.#termOf.length) this.#grow();
    this.#termOf[at] = term;
    this.#docOf[at] = doc;
    this.#spotOf[at] = spotOf(place < mostPlace ? place : mostPlace, tone);
  }

  #grow(): void {
    const room = this.#termOf.length * 2;
    for (const [name, larger] of [
      ['term', new Int32Array(room)],
      ['doc', new Int32Array(room)],
    ] as const) {
      larger.set(name === 'term' ? this.#termOf : this.#docOf);
      if (name === 'term') this.#termOf = larger;
      else this.#docOf = larger;
    }
    const spots = new Uint32Array(room);
    spots.set(this.#spotOf);
    this.#spotOf = spots;
  }

  clear(): void {
    this.#numbers.clear();
    this.#words.clear();
    this.#terms = [];
    this.#count = 0;
  }

  /** In the order of the terms: neighbours in the file are written together. */
  *terms(): Generator<BatchTerm> {
    const { starts, docs, spots } = this.#sorted();
    const order = this.#terms.map((_, number) => number);
    order.sort((a, b) => (this.#terms[a]! < this.#terms[b]! ? -1 : 1));
    const writer = new ChunkWriter();
    for (const number of order) {
      const from = starts[number]!;
      const to = starts[number + 1]!;
      const term = this.#terms[number]!;
      const spotless = isSpotless(term);
      yield {
        term,
        first: docs[from]!,
        last: docs[to - 1]!,
        chunk: (after) => {
          writer.begin();
          let before = after ?? docs[from]!;
          for (let at = from; at < to;) {
            const doc = docs[at]!;
            let end = at + 1;
            while (end < to && docs[end] === doc) end++;
            writer.add(doc - before, spotless, spots, at, end);
            before = doc;
            at = end;
          }
          return writer.written;
        },
      };
    }
  }

  /** By term, as a reader would find them in an index that is this batch and nothing else. */
  postings(): Map<string, Postings> {
    const held = new Map<string, Postings>();
    for (const { term, first, last, chunk } of this.terms()) {
      const postings = new HeldPostings(isSpotless(term));
      postings.add(first, chunk(null), last + 1);
      held.set(term, postings.postings);
    }
    return held;
  }

  #sorted(): { starts: Int32Array; docs: Int32Array; spots: Uint32Array } {
    const starts = new Int32Array(this.#terms.length + 1);
    for (let at = 0; at < this.#count; at++) starts[this.#termOf[at]! + 1]!++;
    for (let term = 0; term < this.#terms.length; term++) starts[term + 1]! += starts[term]!;
    const next = starts.slice();
    const docs = new Int32Array(this.#count);
    const spots = new Uint32Array(this.#count);
    for (let at = 0; at < this.#count; at++) {
      const to = next[this.#termOf[at]!]!++;
      docs[to] = this.#docOf[at]!;
      spots[to] = this.#spotOf[at]!;
    }
    return { starts, docs, spots };
  }
}
