import { fixCharacters } from './fix-characters.ts';

/*
 * The key of a title, in ASCII, whose byte order is Vietnamese dictionary order. Three levels in one string, each shorter text
 * first: letters and numbers, a space, one digit of tone per word. (CLDR `vi` collates the same way; ch, ng, tr are no letters.)
 */
const alphabet = 'aăâbcdđeêfghijklmnoôơpqrstuưvwxyz';
const toneOrder: Record<string, string> = { '\u0300': '1', '\u0309': '2', '\u0303': '3', '\u0301': '4', '\u0323': '5' };
const firstLetter = 'A'.charCodeAt(0);
const betweenWords = '!';
const betweenLevels = ' ';
const otherLetter = '~';

/**
 * Sorts a ă â b … d đ … as different letters, then ngang < huyền < hỏi < ngã < sắc < nặng, numbers by value (Bài 2 < Bài 10),
 * without regard to case, punctuation or the place of a tone. Printable ASCII only: compare it bytewise (SQLite BINARY,
 * PostgreSQL COLLATE "C", JavaScript `<`).
 */
export function titleKey(title: string): string {
  const letters: string[] = [];
  let toneLevel = '';
  for (const match of fixCharacters(title)
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{M}]+|\p{Nd}+/gu)) {
    const part = match[0];
    const { letter, tone } = /^\p{Nd}/u.test(part) ? { letter: numberKey(part), tone: '0' } : wordKey(part);
    if (letter === '') continue;
    // "khtn6" and "khtn 6" are one to a reader, so digits always begin a word.
    letters.push(letter);
    toneLevel += tone;
  }
  return letters.join(betweenWords) + betweenLevels + toneLevel;
}

function wordKey(word: string): { letter: string; tone: string } {
  let letter = '';
  let tone = '0';
  const spread = word.normalize('NFD');
  let plain = '';
  for (const character of spread) {
    const rank = toneOrder[character];
    if (rank === undefined) plain += character;
    else if (tone === '0') tone = rank;
  }
  for (const character of plain.normalize('NFC')) letter += letterKey(character);
  return { letter, tone };
}

function letterKey(character: string): string {
  const place = alphabet.indexOf(character);
  if (place >= 0) return String.fromCharCode(firstLetter + place);
  const base = character.normalize('NFD').replace(/\p{M}/gu, '');
  if (base !== character) return [...base].map(letterKey).join('');
  return otherLetter + character.codePointAt(0)!.toString(16).padStart(6, '0');
}

/** Length first, then the digits: 2 before 10. From 15 digits on the length takes three more places. */
function numberKey(digits: string): string {
  const plain = [...digits]
    .map(digitValue)
    .join('')
    .replace(/^0+(?=.)/, '');
  if (plain.length < 15) return String.fromCharCode(0x30 + plain.length) + plain;
  return '?' + String(Math.min(plain.length, 999)).padStart(3, '0') + plain;
}

/** The blocks of decimal digits are ten long and each starts where its zero stands. */
function digitValue(digit: string): string {
  if (digit >= '0' && digit <= '9') return digit;
  let code = digit.codePointAt(0)!;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - 1))) {
    code--;
    value++;
  }
  return String(value);
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Titles in dictionary order; those that differ only in case or punctuation by code point, so that the order is total. */
export function compareTitles(a: string, b: string): number {
  return order(titleKey(a), titleKey(b)) || order(a, b);
}

/** Below every character of a title's key, so that the shorter name comes first. */
const betweenNames = '\t';

/**
 * The key of a person's name as a class register has it: by given name (the last word), then family name (the first), then what is
 * between. ASCII, compared bytewise as that of a title.
 */
export const personKey = (name: string): string => nameParts(name).join(betweenNames);

/** People as a class register has them; those that differ only in case or punctuation by code point, so that the order is total. */
export function comparePeople(a: string, b: string): number {
  return order(personKey(a), personKey(b)) || order(a, b);
}

/** What stands in brackets (years, the role) is no part of the name. */
function nameParts(name: string): string[] {
  const parts = fixCharacters(name)
    .replace(/\([^)]*\)?/g, ' ')
    .split(/[\s,]+/)
    .filter(Boolean);
  const given = parts.at(-1) ?? '';
  const family = parts.length > 1 ? parts[0]! : '';
  return [given, family, parts.slice(1, -1).join(' ')].map(titleKey);
}
