import { fixCharacters } from './fix-characters.ts';
import { countsWhatFollows } from './numerals.ts';
import { toneKey } from './tone-key.ts';

/** One syllable, number or other word of a text. `start` and `end` are offsets into the string given, whatever its normal form. */
export interface Token {
  text: string;
  /** What is matched: no marks, đ as d, lower case, y as i in open syllables after h k l m s t. */
  fold: string;
  /** What decides among equals: see tone-key.ts. */
  tone: string;
  start: number;
  end: number;
}

/** `Địa` → `dia`, `lý` = `lí` → `li`, `quy` stays. Idempotent. Anything but letters and digits falls away. */
export function foldSyllable(syllable: string): string {
  return fixCharacters(syllable)
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/[đð]/g, 'd')
    .replace(/^([hklmst])y$/, '$1i');
}

/** The folded words of a text, one space between: `Địa lí 6 (KHTN6)` → `dia li 6 khtn 6`. */
export function foldText(text: string): string {
  return tokens(text)
    .map((token) => token.fold)
    .join(' ');
}

// Invisible characters belong to the word they stand in; each Han or Nôm character is a word.
const word =
  /\p{Script=Han}|(?:(?!\p{Script=Han})\p{L})(?:(?!\p{Script=Han})\p{L}|[\p{M}\u00AD\u200B\uFEFF])*|\p{N}+/gu;

/** Cuts a text into syllables and numbers; letters and digits part (`khtn6` → khtn, 6), punctuation falls away. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (const match of text.matchAll(word)) {
    const raw = match[0];
    const keys = keysOf(raw);
    if (keys.fold === '') continue;
    found.push({ text: raw, fold: keys.fold, tone: keys.tone, start: match.index, end: match.index + raw.length });
  }
  return found;
}

/** What a word of a text is matched by. One object for each way of writing it, shared by all its places: do not change it. */
export interface WordKeys {
  text: string;
  fold: string;
  tone: string;
  /** Whether a numeral after it is a number: see numerals.ts. */
  counts: boolean;
}

// A library repeats a few thousand syllables; normalising each occurrence anew costs ten times the cutting.
const remembered = new Map<string, WordKeys>();
const rememberedMost = 30_000;

function keysOf(raw: string): WordKeys {
  const known = remembered.get(raw);
  if (known) return known;
  const fold = foldSyllable(raw);
  const keys = { text: raw, fold, tone: toneKey(raw), counts: countsWhatFollows(fold) };
  if (raw.length > longestRemembered) return keys;
  if (remembered.size >= rememberedMost) remembered.clear();
  remembered.set(raw, keys);
  return keys;
}

const longestRemembered = 40;
const letter = 1;
const numeral = 2;
/** What is not told by the character alone: marks and what cannot be seen, whatever stands above the punctuation, halves of pairs. */
const unclear = 3;

/** By character, what it is: 0 parts words. */
const kinds = Uint8Array.from({ length: 0x2070 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[\p{M}\u00AD\u200B\uFEFF]/u.test(character)) return unclear;
  if (/\p{L}/u.test(character)) return letter;
  return /\p{N}/u.test(character) ? numeral : 0;
});

// By the hash of their characters, so that a word is known before it is cut out.
const slots: (WordKeys | undefined)[] = new Array<WordKeys | undefined>(2 ** 16);
let slotsTaken = 0;

/** The words of tokens() without their places in the text; three times as fast for running text. */
export function wordsOf(text: string): WordKeys[] {
  const found: WordKeys[] = [];
  const { length } = text;
  for (let at = 0; at < length;) {
    let code = text.charCodeAt(at);
    const kind = code < kinds.length ? kinds[code]! : unclear;
    if (kind === 0) {
      at++;
      continue;
    }
    const start = at;
    let hash = 0;
    let next = kind;
    while (next === kind && kind !== unclear) {
      hash = (Math.imul(hash, 31) + code) | 0;
      if (++at === length) break;
      code = text.charCodeAt(at);
      next = code < kinds.length ? kinds[code]! : unclear;
    }
    if (next === unclear) return tokens(text).map((token) => keysOf(token.text));
    const keys = keysAt(text, start, at, hash);
    if (keys.fold !== '') found.push(keys);
  }
  return found;
}

function keysAt(text: string, start: number, end: number, hash: number): WordKeys {
  let slot = (hash ^ (hash >>> 15)) & (slots.length - 1);
  for (let known = slots[slot]; known !== undefined; known = slots[slot]) {
    if (known.text.length === end - start && text.startsWith(known.text, start)) return known;
    slot = (slot + 1) & (slots.length - 1);
  }
  const keys = keysOf(text.slice(start, end));
  if (end - start > longestRemembered) return keys;
  if (slotsTaken >= rememberedMost) {
    slots.fill(undefined);
    slotsTaken = 0;
  }
  slots[slot] = keys;
  slotsTaken++;
  return keys;
}
