import { toneByte } from './embedded-postings.ts';
import { fields } from './embedded-terms.ts';

/** A word is worth so much in each field; in a page at most 1. */
export const fieldWeights: number[] = [];
fieldWeights[fields.title] = 8;
fieldWeights[fields.agents] = 5;
fieldWeights[fields.keywords] = 3;
fieldWeights[fields.abstract] = 2;
/** A word with other marks than those typed. */
const otherMarks = 0.5;
/** Two words of the query that stand together, relative to what they are worth alone. */
export const together = 0.75;
/** A title that is nothing but the query. */
export const wholeTitle = 2;
/** BM25: how soon more of the same word on a page stops counting, and how much long pages are held back. */
export const saturation = 1.2;
export const lengthNorm = 0.75;
/** A record that is what a word names, by its facets, is worth more than the word in a name: `văn` is a subject before it is Vân. */
export const facetWeight = 6;

/** What a word is compared by where something was typed with marks; 0 where every form of it is as good. */
export const toneTyped = ({ span, tone }: { span: number; tone: string }, marked: boolean): number =>
  marked && span > 0 ? toneByte(tone) : 0;

export const alike = (typed: number, found: number): number =>
  typed === 0 || found === 0 || typed === found ? 1 : otherMarks;

/** BM25 of a word that stands `found` times on a page of so many words: from 0, for a word once on a long page, up to 1. */
export const density = (found: number, words: number, averageWords: number): number =>
  found / (found + saturation * (1 - lengthNorm) + ((saturation * lengthNorm) / averageWords) * words);
