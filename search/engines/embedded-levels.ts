import type { Bits } from './embedded-bits.ts';
import { bitOf } from './embedded-lists.ts';
import type { Levels, Postings } from './embedded-postings.ts';
import { density } from './embedded-weights.ts';

/*
 * Which pages hold a word so densely that they may be worth enough by their words alone, told 32 at a time.
 */

/** A page is of the first class below 0.5, of the last from 0.85 on; see density(). */
const levelsFrom = [0.5, 0.65, 0.75, 0.85];
/** The average of words on a page may grow by so much, as pages are added, before the levels are made anew. */
const ahead = 1.05;

/** What a page of each class is worth at most, of what the word is worth. */
const mostOfClass = [...levelsFrom, 1];

/** Densities rise with the average: they are told for one that is larger than it is now. */
function levelsOf(postings: Postings, lengthOf: Int32Array, averageWords: number): Levels {
  const held = postings.levels;
  if (held && averageWords <= held.averageWords && averageWords * ahead ** 3 > held.averageWords) return held;
  const { docs, ends } = postings;
  const average = averageWords * ahead;
  const bits = levelsFrom.map(() => new Uint32Array(docs.length === 0 ? 0 : (docs[docs.length - 1]! >>> 5) + 1));
  for (let index = 0, start = 0; index < docs.length; start = ends[index++]!) {
    const doc = docs[index]!;
    const dense = density(ends[index]! - start, lengthOf[doc]!, average);
    for (let level = 0; level < bits.length && dense >= levelsFrom[level]!; level++)
      bits[level]![doc >>> 5]! |= bitOf(doc);
  }
  return (postings.levels = { averageWords: average, bits });
}

/**
 * Of the pages of `bits`, which all hold all of the words, those that may be worth `least` by the words alone. `scales`: what each word is
 * worth at most.
 */
export function denseEnough(
  words: readonly Postings[],
  scales: readonly number[],
  bits: Bits,
  least: number,
  pages: { lengthOf: Int32Array; averageWords: number },
): Bits {
  const levels = words.map((word) => levelsOf(word, pages.lengthOf, pages.averageWords).bits);
  const terms = termsWorth(scales, least);
  const found = new Uint32Array(bits.length);
  for (const classes of terms) {
    const sets = classes.flatMap((one, word) => (one === 0 ? [] : [levels[word]![one - 1]!]));
    for (let word = 0; word < bits.length; word++) {
      let left = bits[word]!;
      for (let set = 0; set < sets.length && left !== 0; set++) left &= sets[set]![word] ?? 0;
      found[word]! |= left;
    }
  }
  return found;
}

/** With more words their combinations are too many. */
const mostCombined = 3;

/**
 * Combinations of classes, one for each word, such that pages of these or of higher classes are all that can be worth so much. Of many
 * words, the one combination that each word needs even where the others are worth all they can be.
 */
function termsWorth(scales: readonly number[], least: number): number[][] {
  const all = scales.reduce((sum, scale) => sum + scale, 0);
  const lowest = (scale: number, others: number): number =>
    mostOfClass.findIndex((most) => others + most * scale >= least);
  const needed = scales.map((scale) => lowest(scale, all - scale));
  if (needed.includes(-1)) return [];
  if (scales.length > mostCombined || scales.length === 0) return [needed];
  const [last, ...others] = [...scales.keys()].reverse();
  let terms: { classes: number[]; sum: number }[] = [{ classes: [], sum: 0 }];
  for (const word of others.reverse()) {
    terms = terms.flatMap(({ classes, sum }) =>
      mostOfClass
        .map((most, one) => ({ classes: [...classes, one], sum: sum + most * scales[word]! }))
        .slice(needed[word]),
    );
  }
  return terms
    .map(({ classes, sum }) => [...classes, lowest(scales[last!]!, sum)])
    .filter((classes) => !classes.includes(-1));
}
