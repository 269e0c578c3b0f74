import { fixCharacters } from './fix-characters.ts';
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

// A library repeats a few thousand syllables; normalising each occurrence anew costs ten times the cutting.
const remembered = new Map<string, { fold: string; tone: string }>();
const rememberedMost = 30_000;

function keysOf(raw: string): { fold: string; tone: string } {
  const known = remembered.get(raw);
  if (known) return known;
  const keys = { fold: foldSyllable(raw), tone: toneKey(raw) };
  if (raw.length > 40) return keys;
  if (remembered.size >= rememberedMost) remembered.clear();
  remembered.set(raw, keys);
  return keys;
}
