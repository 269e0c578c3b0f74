/** Up to so much is kept between searches, of whole numbers (4 bytes each) and of others (8): lists of a million documents, a few times. */
const mostKept = 2 ** 22;

/**
 * Room for the lists that a search makes and drops. A new array of this size comes from the system page by page, which takes longer than
 * what is done with it. Good until clear(): nothing of it may leave the search. What is in it is whatever was there before.
 */
export class Room {
  #ints = new Int32Array(0);
  #floats = new Float64Array(0);
  #intsAsked = 0;
  #floatsAsked = 0;

  ints(count: number): Int32Array {
    const from = this.#intsAsked;
    this.#intsAsked += count;
    return this.#intsAsked <= this.#ints.length ? this.#ints.subarray(from, this.#intsAsked) : new Int32Array(count);
  }

  floats(count: number): Float64Array {
    const from = this.#floatsAsked;
    this.#floatsAsked += count;
    return this.#floatsAsked <= this.#floats.length
      ? this.#floats.subarray(from, this.#floatsAsked)
      : new Float64Array(count);
  }

  /** Zeroes. */
  sums(count: number): Float64Array {
    return this.floats(count).fill(0);
  }

  /** For the next search; what this one asked for in vain is made for it, within bounds. */
  clear(): void {
    const wanted = (asked: number): number => Math.min(mostKept, asked + (asked >> 1));
    if (this.#intsAsked > this.#ints.length && this.#ints.length < mostKept)
      this.#ints = new Int32Array(wanted(this.#intsAsked));
    if (this.#floatsAsked > this.#floats.length && this.#floats.length < mostKept)
      this.#floats = new Float64Array(wanted(this.#floatsAsked));
    this.#intsAsked = 0;
    this.#floatsAsked = 0;
  }
}
