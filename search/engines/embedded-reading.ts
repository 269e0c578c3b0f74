import { totalmem } from 'node:os';
import { prepared, type IndexFile } from './embedded-file.ts';
import { HeldPostings, none, type Postings } from './embedded-postings.ts';
import type { Snapshot } from './embedded-snapshot.ts';
import { isOfPages, isSpotless } from './embedded-terms.ts';

/** Reads the postings of a term. */
export type Read = (term: string) => Postings;

const megabyte = 2 ** 20;
/**
 * Lists are kept as they are used, up to so many bytes: a sixteenth of the machine's memory, within bounds. Those that were not asked for the
 * longest go first. All words of 200,000 pages take some 700 MB, those that people ask for a tenth of it.
 */
const mostBytes = Math.min(768 * megabyte, Math.max(128 * megabyte, totalmem() / 16));
/** A term that is not in the index is worth remembering too. */
const bytesOfAny = 200;

interface Held {
  version: number;
  held: HeldPostings;
  bytes: number;
}

/** Postings that were read, of one open index file; what was added to a term since is read when it is asked for again. */
export class PostingsKept {
  #epoch = 0;
  #terms = new Map<string, Held>();
  #bytes = 0;

  /** Within the read transaction that the snapshot was brought up to date in. */
  reader(db: IndexFile, snapshot: Snapshot): Read {
    if (this.#epoch !== snapshot.epoch) this.forget();
    this.#epoch = snapshot.epoch;
    return (term) => this.#read(db, snapshot, term);
  }

  forget(): void {
    this.#terms.clear();
    this.#bytes = 0;
  }

  #read(db: IndexFile, snapshot: Snapshot, term: string): Postings {
    let one = this.#terms.get(term);
    if (one?.version === snapshot.version) {
      // The most recently used stands last.
      this.#terms.delete(term);
      this.#terms.set(term, one);
      return one.held.postings;
    }
    one ??= { version: 0, held: new HeldPostings(isSpotless(term)), bytes: 0 };
    this.#terms.delete(term);
    this.#bytes -= one.bytes;
    const { held } = one;
    const chunks = prepared(db, 'select first, bytes from postings where term = ? and last > ? order by first').all(
      term,
      held.last,
    ) as unknown as { first: number; bytes: Uint8Array }[];
    for (const chunk of chunks)
      held.add(chunk.first, chunk.bytes, isOfPages(term) ? snapshot.nextPage : snapshot.nextEntry);
    held.trim();
    one.version = snapshot.version;
    one.bytes = held.bytes + bytesOfAny;
    this.#bytes += one.bytes;
    this.#terms.set(term, one);
    for (const [oldest, { bytes }] of this.#terms) {
      if (this.#bytes <= mostBytes || oldest === term) break;
      this.#terms.delete(oldest);
      this.#bytes -= bytes;
    }
    return held.last < 0 ? none : held.postings;
  }
}
