import { type LegacyEncoding, letterTables, vniPair, vniSingle } from './legacy-tables.ts';

/** A text taken for one of an encoding. */
export interface Converted {
  text: string;
  /** Letters outside ASCII that the encoding does not have: a sign that the text is not in it. */
  foreign: number;
}

/**
 * `text`, whose bytes were taken for Windows-1252 or Latin-1, as what they are in `encoding`, in NFC. Whether they are is
 * not asked here. TCVN3 has no capitals with marks but ĂÂĐÊÔƠƯ; words whose other letters are capitals get them.
 */
export function convertLegacy(text: string, encoding: LegacyEncoding): Converted {
  if (encoding === 'vni') return fromVni(text);
  const table = letterTables[encoding];
  let converted = '';
  let foreign = 0;
  for (const sign of text) {
    const letter = table.get(sign);
    if (letter === undefined && isForeign(sign)) foreign++;
    converted += letter ?? sign;
  }
  if (encoding === 'tcvn3') converted = withCapitals(text, converted);
  return { text: converted.normalize('NFC'), foreign };
}

const isForeign = (sign: string): boolean => sign > '\u007f' && /[\p{L}\p{M}]/u.test(sign);

function fromVni(text: string): Converted {
  let converted = '';
  let foreign = 0;
  for (let at = 0; at < text.length; at++) {
    const pair = vniPair.get(text.slice(at, at + 2));
    if (pair !== undefined) {
      converted += pair;
      at++;
      continue;
    }
    const sign = text[at] as string;
    const letter = vniSingle.get(sign);
    if (letter === undefined && isForeign(sign)) foreign++;
    converted += letter ?? sign;
  }
  return { text: converted, foreign };
}

/** `TR­êNG` was typed with a font of capitals in mind: TRƯỜNG. */
function withCapitals(text: string, converted: string): string {
  const word = /[^\s]+/g;
  // Signs and letters are one to one here, so both texts have the same words at the same places.
  return converted.replace(word, (letters, at: number) =>
    inCapitals(text.slice(at, at + letters.length)) ? letters.toLocaleUpperCase('vi') : letters,
  );
}

/** Are the plain letters of this word, at least two, all capitals? */
export const inCapitals = (word: string): boolean => /[A-Z][^a-z]*[A-Z]/.test(word) && !/[a-z]/.test(word);
