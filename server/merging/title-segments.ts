import { type Token, tokens } from '../../search/vietnamese/fold.ts';
import { repairShortText } from '../../search/vietnamese/legacy-text.ts';

/** A description's title is 500 letters at most; what others send may be anything. */
const longest = 600;
const mostWords = 100;
const separator = /[:;=|()[\]{}<>"“”«»!?…•\n\t]+|\s[-–—]+\s|[–—]|(?<=\p{L}{3})\.\s+(?=\p{Lu})/u;

/** A title between two separators: its words, and them folded. */
export interface Segment {
  tokens: Token[];
  folds: string[];
  text: string;
}

/** Cuts a title. `responsibility`: what stands after ` / `, where ISBD has the names. */
export function segmentsOf(text: string, isTitle: boolean): { segments: Segment[]; responsibility: string | null } {
  let plain = repaired(
    text.slice(0, longest).replace(/[\p{Cc}\p{Cf}]/gu, (sign) => (/[\u00AD\u200B\uFEFF]/.test(sign) ? sign : ' ')),
  );
  let responsibility: string | null = null;
  const slash = isTitle ? plain.search(/\s\/\s/) : -1;
  if (slash > 0 && !/\d|t[aậ]p/iu.test(plain.slice(slash))) {
    responsibility = plain.slice(slash + 3);
    plain = plain.slice(0, slash);
  }
  const segments = plain
    .replace(/(\p{Ll})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{Lu}{2})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(separator)
    .map((piece): Segment => {
      const found = tokens(piece).slice(0, mostWords);
      return { tokens: found, folds: found.map(({ fold }) => fold), text: piece };
    })
    .filter(({ folds }) => folds.length > 0);
  return { segments, responsibility };
}

/** Only what no Unicode text of today holds is worth the price of looking for an old encoding. */
const repaired = (text: string): string => (/[¡-¿×÷ðñåæëîïöøûüÿÐÑÅÆËÎÏÖØÛÜ]/.test(text) ? repairShortText(text) : text);

/** Notes places of words as taken. */
export const take = (taken: Set<number>, from: number, length: number): void => {
  for (let at = from; at < from + length; at++) taken.add(at);
};

/** Whether a sign stands before a word, or it is the first. */
export function separatedBefore({ tokens: found, text }: Segment, at: number): boolean {
  const before = found[at - 1];
  return before === undefined || /[.,/_-]/.test(text.slice(before.end, found[at]!.start));
}
