import { slipsOf } from '../vietnamese/slips.ts';
import { typedParts, type TypedWord } from './parse.ts';

/** For each word, or two that stand side by side, how many records and pages hold it. */
export type Held = (words: string[][]) => Promise<number[]>;

/** Looked up in one go. */
const mostAsked = 500;
/** A correction must be much likelier than what was typed: a word that a few pages hold may be right. */
const timesLikelier = 20;

/**
 * What a query may have been meant as, where one slip of the hand stands between: judged by which words stand side by side in the
 * library, for alone nearly every syllable is one letter from another. Null where nothing likelier is found. Asks `held` three times at
 * most. Whether the reader finds anything by it is for the caller to try.
 */
export async function corrected(text: string, held: Held): Promise<string | null> {
  const parts = typedParts(text);
  const words = parts.filter(({ quoted, unwanted }) => !quoted && !unwanted).map(({ words: [word] }) => word!);
  if (words.length === 0 || words.length > 12) return null;
  const alone = await held(words.map(({ fold }) => [fold]));
  const beside = await held(words.slice(1).map(({ fold }, place) => [words[place]!.fold, fold]));
  const place = weakest(words, alone, beside);
  if (place === null) return null;
  const { fold } = words[place]!;
  const before = words[place - 1]?.fold;
  const after = words[place + 1]?.fold;
  const asked = slipsOf(fold).flatMap((slip) => {
    const around = [...(before === undefined ? [] : [[before, slip]]), ...(after === undefined ? [] : [[slip, after]])];
    // A word that stands alone is judged alone.
    return (around.length > 0 ? around : [[slip]]).map((pair) => ({ slip, pair }));
  });
  const counts = await held(asked.slice(0, mostAsked).map(({ pair }) => pair));
  const found = new Map<string, number>();
  asked.slice(0, mostAsked).forEach(({ slip }, at) => found.set(slip, (found.get(slip) ?? 0) + counts[at]!));
  const [best] = [...found].sort((a, b) => b[1] - a[1]);
  const own =
    (before === undefined ? 0 : beside[place - 1]!) +
    (after === undefined ? 0 : beside[place]!) +
    (words.length === 1 ? alone[0]! : 0);
  if (!best || best[1] === 0 || best[1] < own * timesLikelier) return null;
  return replaced(text, words[place]!, best[0]);
}

/** The word that fits least: one that nothing holds, else one that stands beside neither neighbour. */
function weakest(words: readonly TypedWord[], alone: readonly number[], beside: readonly number[]): number | null {
  const unknown = alone.indexOf(0);
  if (unknown >= 0) return /\d/.test(words[unknown]!.fold) ? null : unknown;
  if (words.length === 1) return null;
  const misfits = words.map((_, place) =>
    [beside[place - 1], beside[place]].filter((count) => count !== undefined).every((count) => count === 0),
  );
  const place = misfits.lastIndexOf(true);
  return place < 0 || misfits.filter(Boolean).length > 2 ? null : place;
}

/** The text with one word in place of another; its marks are not known and fall away. */
function replaced(text: string, word: TypedWord, meant: string): string {
  const written = text.normalize('NFC');
  const place = written.lastIndexOf(word.text);
  return written.slice(0, place) + meant + written.slice(place + word.text.length);
}
