import { isSyllable } from './syllables.ts';

const telexTones: Record<string, string> = { s: '\u0301', f: '\u0300', r: '\u0309', x: '\u0303', j: '\u0323' };
const vniTones: Record<string, string> = { 1: '\u0301', 2: '\u0300', 3: '\u0309', 4: '\u0303', 5: '\u0323' };
const hats: Record<string, string> = { a: 'â', e: 'ê', o: 'ô' };
const horns: Record<string, string> = { o: 'ơ', u: 'ư', a: 'ă' };
const vowel = /[aăâeêioôơuưy]/;

/** No syllable takes more strokes: `nghieengf`, `khuyeenx`. */
const longest = 12;

interface Syllable {
  letters: string[];
  tone: string;
}

/**
 * What an input method would have made of a word that was typed with it switched off: `ddeef` → `đề`, `gia1o` → `giáo`. Null where that
 * is no syllable, or nothing but the word itself. A word such as `test` or `box` may be meant as it stands: the caller knows which.
 */
export function decodeKeystrokes(typed: string): { text: string; method: 'telex' | 'vni' } | null {
  if (typed.length < 2 || typed.length > longest || !/^[a-z]+[a-z0-9]*$/i.test(typed)) return null;
  const method = /\d/.test(typed) ? 'vni' : 'telex';
  // One tone is all a syllable has: `toan11` is a grade.
  if ((typed.match(/[1-5]/g) ?? []).length > 1) return null;
  const stroke = method === 'vni' ? vniStroke : telexStroke;
  const word: Syllable = { letters: [], tone: '' };
  for (const key of typed.toLowerCase()) stroke(word, key);
  const text = written(word);
  // Keys that leave no mark were none: `van10` is a subject and a grade.
  if (!/[^a-z]/.test(text) || !isSyllable(text)) return null;
  return { text: inCase(text, typed), method };
}

const hasVowel = ({ letters }: Syllable): boolean => letters.some((letter) => vowel.test(letter));

function telexStroke(word: Syllable, key: string): void {
  const { letters } = word;
  if (key in telexTones && hasVowel(word)) word.tone = telexTones[key]!;
  else if (key === 'z' && word.tone !== '') word.tone = '';
  else if (key === 'd' && letters[0] === 'd') letters[0] = 'đ';
  else if (key === 'w') horn(word, true);
  else if (key in hats && replaceLast(letters, key, hats[key]!)) return;
  else letters.push(key);
}

function vniStroke(word: Syllable, key: string): void {
  const { letters } = word;
  if (key in vniTones) word.tone = vniTones[key]!;
  else if (key === '0') word.tone = '';
  else if (key === '9' && letters[0] === 'd') letters[0] = 'đ';
  else if (key === '7') horn(word, false);
  else if (key === '8') replaceLast(letters, 'a', 'ă');
  else if (key === '6') {
    const plain = letters.findLast((letter) => letter in hats);
    if (plain) replaceLast(letters, plain, hats[plain]!);
  } else letters.push(key);
}

function replaceLast(letters: string[], plain: string, marked: string): boolean {
  const place = letters.lastIndexOf(plain);
  if (place < 0) return false;
  letters[place] = marked;
  return true;
}

/** The horn of ơ and ư; in Telex also the breve of ă, and ư where there is no vowel yet. `uo` takes two at once, `ua` is `ưa`. */
function horn(word: Syllable, telex: boolean): void {
  const { letters } = word;
  const place = letters.findLastIndex((letter) => (telex ? /[aou]/ : /[ou]/).test(letter));
  if (place < 0) {
    // `uwow`: the second stroke of what is ươ by now.
    if (!letters.some((letter) => /[ăơư]/.test(letter)) && telex) letters.push('ư');
    return;
  }
  const before = letters[place - 1];
  const afterQ = letters[place - 2] === 'q';
  if (letters[place] === 'o' && before === 'u' && !afterQ) letters[place - 1] = 'ư';
  if (letters[place] === 'a' && before === 'u' && !afterQ) letters[place - 1] = 'ư';
  else letters[place] = horns[letters[place]!]!;
}

/** With the tone where the spelling of 2018 puts it: hoà, thuý, giáo, quý. */
function written({ letters, tone }: Syllable): string {
  if (tone === '') return letters.join('');
  const onset = /^(?:gi(?=[aăâeêoôơuư])|qu)/.exec(letters.join(''))?.[0].length ?? 0;
  const places = letters.flatMap((letter, place) => (place >= onset && vowel.test(letter) ? [place] : []));
  if (places.length === 0) return letters.join('') + tone;
  const marked = places.findLast((place) => /[ăâêôơư]/.test(letters[place]!));
  const closed = places.at(-1)! < letters.length - 1;
  const rime = places.map((place) => letters[place]).join('');
  const place =
    marked ?? (closed || /^(?:oa|oe|uy)$/.test(rime) ? places.at(-1)! : places.length === 3 ? places[1]! : places[0]!);
  return [...letters.slice(0, place), letters[place]! + tone, ...letters.slice(place + 1)].join('').normalize('NFC');
}

function inCase(text: string, typed: string): string {
  if (typed === typed.toLowerCase()) return text;
  if (typed === typed.toUpperCase()) return text.toUpperCase();
  return /^[A-Z]/.test(typed) ? text[0]!.toUpperCase() + text.slice(1) : text;
}
