import { convertLegacy } from './legacy-convert.ts';
import type { LegacyEncoding } from './legacy-tables.ts';
import { isSyllable } from './syllables.ts';

/** One word read in one way. */
export interface WordReading {
  text: string;
  /** Parts with letters and no digits, and how many of them are no Vietnamese syllables. */
  parts: number;
  wrong: number;
  /** Letters that the encoding does not have. */
  foreign: number;
}

/** What parts words, apart from the hyphen and the raised dot: in damaged text they are the letters ư and ã. */
const between = /[\s–—/_.,;:!?()[\]{}"“”‘’'…<>|=+*&%#@\\•]+/u;
const bareHorn = /(?<!ư)[ơờớởỡợ]ng/iu;
const inside = /\p{L}[-\u00ad\u2010\u2011\u2212]/u;
/** What became of ư, byte 0xad of TCVN3: the soft hyphen, or what PDF's WinAnsi, Word and converters draw for it. */
export const lostHorn = /[-\u00ad\u2010\u2011\u2212]/;

/** The word as it stands. */
export function readPlain(text: string): WordReading {
  return judged(text, 0);
}

/** The word as one of `encoding`; in TCVN3 with the letter ư where a hyphen or nothing was left of it. */
export function readAs(text: string, encoding: LegacyEncoding): WordReading {
  const { text: converted, foreign } = convertLegacy(text, encoding);
  const reading = judged(converted, foreign);
  if (encoding !== 'tcvn3') return reading;
  const repaired = reading.wrong > 0 || bareHorn.test(converted) ? judged(repairHorn(converted), foreign) : reading;
  return repaired.wrong < reading.wrong || (repaired.wrong === 0 && reading.wrong === 0) ? repaired : reading;
}

/** The word as Unicode that lost its ư: `tr-ờng`, `đ-ợc`, or took ƣ and ð for ư and đ. */
export function readDamaged(text: string): WordReading {
  const repaired = text.replace(/[ƣƢðÐ]/g, (letter) => lookAlikes[letter] as string);
  const plain = judged(repaired, 0);
  return plain.wrong > 0 && inside.test(repaired) ? better(plain, repairHorn(repaired), 0) : plain;
}

const lookAlikes: Record<string, string> = { ƣ: 'ư', Ƣ: 'Ư', ð: 'đ', Ð: 'Đ' };

const better = (one: WordReading, text: string, foreign: number): WordReading => {
  const other = judged(text, foreign);
  return other.wrong < one.wrong ? other : one;
};

/** No syllables strung together with what is set around them are longer: an address, a rule, a hostile file. */
const longest = 80;

function repairHorn(text: string): string {
  if (text.length > longest) return text;
  const capital = text.length > 2 && text === text.toLocaleUpperCase('vi');
  for (let at = 0; at < text.length; at++) {
    if (!lostHorn.test(text[at] as string) || !/\p{L}/u.test(text[at - 1] ?? text[at + 1] ?? '')) continue;
    const filled = text.slice(0, at) + (capital ? 'Ư' : 'ư') + text.slice(at + 1);
    if (isGain(filled, text)) return repairHorn(filled);
  }
  // The soft hyphen before ơ was dropped: `đợc` is no syllable, and `trờng`, which could be one, never occurs.
  return text.replace(/[ơờớởỡợ]/giu, (letter, at: number) => {
    if (/[ưƯ]/.test(text[at - 1] ?? '')) return letter;
    const filled = text.slice(0, at) + (letter === letter.toLowerCase() ? 'ư' : 'Ư') + text.slice(at);
    return isGain(filled, text) || /^.ng/iu.test(text.slice(at))
      ? `${letter === letter.toLowerCase() ? 'ư' : 'Ư'}${letter}`
      : letter;
  });
}

/** Fewer words that are none, and not for having made one of two. */
function isGain(filled: string, text: string): boolean {
  const [now, before] = [judged(filled, 0), judged(text, 0)];
  return now.wrong < before.wrong && now.parts - now.wrong >= Math.max(1, before.parts - before.wrong);
}

/** Would the two words, of which the first ends in what was left of ư, be one syllable: `tr- ờng`, `®- îc`? */
export function isCutAtHorn(first: string, second: string): boolean {
  if (!/(?:\p{L}|^®)[-\u00ad\u2010\u2011\u2212]$/u.test(first)) return false;
  return [readDamaged, (text: string) => readAs(text, 'tcvn3')].some((read) => {
    const joined = read(first + second);
    if (joined.parts === 0 || joined.wrong > 0 || lostHorn.test(joined.text)) return false;
    const rest = read(second);
    // `ơi` and `a` are words of their own, but hardly ever after a hyphen; the soft one may be a ư that ends its word.
    return rest.wrong > 0 || (!first.endsWith('\u00ad') && /^\W?(?:[ơờớởỡợ]|.$)/iu.test(rest.text));
  });
}

function judged(text: string, foreign: number): WordReading {
  if (text.length > longest) return { text, parts: 1, wrong: 1, foreign };
  let parts = 0;
  let wrong = 0;
  for (const part of text.split(between)) {
    for (const piece of isSyllable(part) ? [part] : part.split(/[-\u2010\u2011\u2212]+/)) {
      if (!/\p{L}/u.test(piece) || /\p{Nd}/u.test(piece)) continue;
      parts++;
      if (!isSyllable(piece)) wrong++;
    }
  }
  return { text, parts, wrong, foreign };
}
