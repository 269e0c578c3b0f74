import { slipsOf } from '../vietnamese/slips.ts';
import { couldBeSyllable } from '../vietnamese/syllables.ts';
import { typedParts, type TypedWord } from './parse.ts';

/** For each word, or two that stand side by side, how many records and pages hold it. */
export type Held = (words: string[][]) => Promise<number[]>;

export interface Correction {
  text: string;
  /** Folded; the library holds it. */
  word: string;
}

/** Looked up in one go. */
const mostAsked = 500;
/** A lone word must be much likelier than what was typed: one that a few pages hold may be right. */
const timesLikelier = 20;
/** A longer query is seldom one thing that somebody knows, and too many places may be wrong in it. */
const mostWords = 12;

/** A word that may be wrong, and how many hold it with the neighbours by which its slips are judged; with none it is judged alone. */
interface Place {
  word: TypedWord;
  before: string | undefined;
  after: string | undefined;
  own: number[];
}

/**
 * What a query may have been meant as, where one slip of the hand stands between, the likeliest first: judged by which words stand side
 * by side in the library, for alone nearly every syllable is one letter from another. A slip often makes another syllable, which may well
 * stand beside one of its neighbours: every word that misses a neighbour is a suspect, and what was meant has to fit all of its own.
 * `understood`: folded words that are known to be right. Asks `held` twice at most. Whether the reader finds anything by it, and by
 * which of several, is for the caller to try.
 */
export async function corrections(text: string, held: Held, understood: ReadonlySet<string>): Promise<Correction[]> {
  const parts = typedParts(text);
  const words = parts.filter(({ quoted, unwanted }) => !quoted && !unwanted).map(({ words: [word] }) => word!);
  const all = parts.flatMap((part) => part.words);
  if (words.length === 0 || words.length > mostWords) return [];
  const pairs = words.slice(1).map(({ fold }, place) => [words[place]!.fold, fold]);
  const counts = await held([...words.map(({ fold }) => [fold]), ...pairs]);
  const suspects = suspected(words, counts.slice(0, words.length), counts.slice(words.length), understood);
  const tried = suspects.flatMap((place) => slipsOf(place.word.fold).map((slip) => ({ place, slip })));
  // Where not all can be looked up, what is no syllable has to wait.
  tried.sort((a, b) => Number(couldBeSyllable(b.slip)) - Number(couldBeSyllable(a.slip)));
  const asked: string[][] = [];
  const looked = tried.flatMap(({ place, slip }) => {
    const around = lookedUp(place, slip);
    if (asked.length + around.length > mostAsked) return [];
    asked.push(...around);
    return [{ place, slip, from: asked.length - around.length, to: asked.length }];
  });
  if (asked.length === 0) return [];
  const found = await held(asked);
  return looked
    .map(({ place, slip, from, to }) => ({ place, slip, worth: worthOf(place, found.slice(from, to)) }))
    .filter(({ worth }) => worth > 0)
    .sort((a, b) => b.worth - a.worth)
    .flatMap(({ place, slip }) => {
      const meant = replaced(text, all, place.word, slip);
      return meant === null ? [] : [{ text: meant, word: slip }];
    });
}

/** A word that nothing holds, else each that misses a neighbour. Two that nothing holds are more than one slip. */
function suspected(words: TypedWord[], alone: number[], beside: number[], understood: ReadonlySet<string>): Place[] {
  // A word with an apostrophe, a digit or letters of another script is not judged by the keyboard.
  const open = words.map(
    ({ fold, text }) => /^[\p{L}\p{M}]+$/u.test(text) && !understood.has(fold) && /^[a-z]+$/.test(fold),
  );
  const unknown = words.flatMap((_, at) => (open[at] && alone[at] === 0 ? [at] : []));
  if (unknown.length > 1) return [];
  return words.flatMap((word, at): Place[] => {
    if (!open[at] || (unknown.length > 0 && unknown[0] !== at)) return [];
    // A subject or a grade stands beside any word: that tells nothing of it.
    const tells = (near: number): string | undefined => (open[near] ? words[near]!.fold : undefined);
    const [before, after] = [tells(at - 1), tells(at + 1)];
    const around = [...(before === undefined ? [] : [beside[at - 1]!]), ...(after === undefined ? [] : [beside[at]!])];
    const own = around.length > 0 ? around : [alone[at]!];
    return around.length === 0 || own.includes(0) ? [{ word, before, after, own }] : [];
  });
}

function lookedUp({ before, after }: Place, slip: string): string[][] {
  const around = [...(before === undefined ? [] : [[before, slip]]), ...(after === undefined ? [] : [[slip, after]])];
  return around.length > 0 ? around : [[slip]];
}

/** How much likelier than as typed, on a logarithmic scale; 0 where it does not fit. */
function worthOf({ before, after, own }: Place, found: number[]): number {
  if (found.includes(0)) return 0;
  if (before === undefined && after === undefined && found[0]! < own[0]! * timesLikelier) return 0;
  return found.reduce((sum, count, at) => sum + Math.log1p(count) - Math.log1p(own[at]!), 0);
}

/** The text with one word in place of another; its marks are not known and fall away. Null where the word does not stand there as it is. */
function replaced(text: string, words: readonly TypedWord[], word: TypedWord, meant: string): string | null {
  const written = text.normalize('NFC');
  const same = words.filter((one) => one.text === word.text).indexOf(word);
  // Not inside a longer word: `an` is not to be put right in `toan`.
  const stands = new RegExp(`(?<![\\p{L}\\p{M}])${word.text}(?![\\p{L}\\p{M}])`, 'gu');
  const match = [...written.matchAll(stands)][same];
  return match ? written.slice(0, match.index) + meant + written.slice(match.index + word.text.length) : null;
}
