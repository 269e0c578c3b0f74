import { tokens } from '../vietnamese/fold.ts';
import { romanNumber } from '../vietnamese/numerals.ts';
import { couldBeSyllable } from '../vietnamese/syllables.ts';
import type { Reading, UnderstoodGroup, UnderstoodQuery } from './understood.ts';

/** One word as typed. */
export interface TypedWord {
  text: string;
  fold: string;
  tone: string;
  /** What stands between spaces around it: `lop6` for both `lop` and `6`. */
  raw: string;
  /** The value of a Roman numeral: `kì I` also finds `kì 1`. */
  number: string | null;
}

/** A word, or the words of a quoted phrase. */
export interface TypedPart {
  words: TypedWord[];
  quoted: boolean;
  unwanted: boolean;
  field: UnderstoodGroup['field'];
}

/** One bit each in the engine's masks. What is typed beyond is not looked at. */
export const mostGroups = 32;
const mostCharacters = 2000;
/** Several words may be one group, but not many of them. */
const mostWords = 64;

/** `tác giả:` holds for all that follows, up to the next of them. */
const fieldNames: readonly (readonly [pattern: RegExp, field: UnderstoodGroup['field']])[] = [
  [/^(?:tác giả|tac gia|tg|author):/i, 'agents'],
  [/^(?:nhan đề|nhan de|tên|ten|title):/i, 'title'],
  [/^(?:từ khoá|từ khóa|tu khoa|keyword):/i, 'keywords'],
];

/** Any string is a query: words, "quoted phrases", -words that must not be there, tác giả: names. Never throws; cost is bounded. */
export function typedParts(text: string): TypedPart[] {
  const parts: TypedPart[] = [];
  let field: TypedPart['field'] = null;
  let before: string | undefined;
  const typed = text
    .slice(0, mostCharacters)
    .replace(/[“”„«»]/g, '"')
    .normalize('NFC');
  const pattern = /(-?)"([^"]*)(?:"|$)|[^\s"]+/g;
  for (let match = pattern.exec(typed); match && parts.length < mostWords; match = pattern.exec(typed)) {
    const named = match[2] === undefined ? fieldAt(typed.slice(match.index)) : null;
    if (named) {
      field = named.field;
      before = undefined;
      pattern.lastIndex = match.index + named.length;
      continue;
    }
    const raw = match[0];
    const opens = match.index === 0 || /[\s":]/.test(typed[match.index - 1]!);
    const unwanted = opens && /^-[^-]/.test(raw);
    const found = tokens(match[2] ?? raw).slice(0, mostGroups);
    if (found.length === 0) continue;
    const words = found.map(({ text: written, fold, tone }, place): TypedWord => {
      const number = romanNumber(written, found[place - 1]?.fold ?? before);
      return { text: written, fold, tone, raw, number };
    });
    before = found.at(-1)!.fold;
    const quoted = match[2] !== undefined || unwanted;
    const whole = { quoted: quoted && words.length > 1, unwanted, field: unwanted ? null : field };
    if (quoted) parts.push({ ...whole, words });
    else parts.push(...words.map((word) => ({ ...whole, words: [word] })));
  }
  return parts.slice(0, mostWords);
}

function fieldAt(rest: string): { field: TypedPart['field']; length: number } | null {
  for (const [pattern, field] of fieldNames) {
    const match = pattern.exec(rest);
    if (match) return { field, length: match[0].length };
  }
  return null;
}

/** First letters of several words, as far as one can tell: `tphcm`, `khbd`. */
export const maybeInitials = (fold: string): boolean => /^[a-z]{3,6}$/.test(fold) && !couldBeSyllable(fold);

/** How one word or phrase may be read without a vocabulary. */
export function readingsOf(words: readonly TypedWord[]): Reading[] {
  const readings: Reading[] = [{ kind: 'words', words: words.map(({ fold, tone }) => ({ fold, tone })), likeness: 1 }];
  if (words.some(({ number }) => number !== null)) {
    const numbered = words.map(({ fold, tone, number }) =>
      number === null ? { fold, tone } : { fold: number, tone: number },
    );
    readings.push({ kind: 'words', words: numbered, likeness: 1 });
  }
  if (words.length === 1 && maybeInitials(words[0]!.fold))
    readings.push({ kind: 'initials', letters: words[0]!.fold, likeness: 1 });
  return readings;
}

export const isMarked = ({ fold, tone }: { fold: string; tone: string }): boolean => fold !== tone;

/** The words as they were typed and nothing else. */
export function queryAsTyped(text: string): UnderstoodQuery {
  const parts = typedParts(text);
  const group = ({ words, quoted, field }: TypedPart): UnderstoodGroup => ({
    readings: readingsOf(words),
    quoted,
    field,
  });
  const wanted = parts.filter(({ unwanted }) => !unwanted);
  return {
    wanted: wanted.slice(0, mostGroups).map(group),
    unwanted: parts
      .filter(({ unwanted }) => unwanted)
      .slice(0, mostGroups)
      .map(group),
    marked: wanted.some(({ words }) => words.some(isMarked)),
  };
}
