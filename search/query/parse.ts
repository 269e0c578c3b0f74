import { tokens, type Token } from '../vietnamese/fold.ts';
import { romanNumber } from '../vietnamese/numerals.ts';
import { couldBeSyllable } from '../vietnamese/syllables.ts';

/** One word as typed, with the other forms that count as it. */
export interface QueryWord {
  fold: string;
  /** Tone key as typed; decides among equals where the query has marks. */
  tone: string;
  /** The value of a Roman numeral: `kì I` also finds `kì 1`. */
  number: string | null;
  /** Cannot be a syllable, so it may be the initials of several: `tphcm`, `khbd`. */
  initials: boolean;
}

/** A word, or the words of a quoted phrase. */
export type QueryGroup = QueryWord[];

export interface ParsedQuery {
  wanted: QueryGroup[];
  unwanted: QueryGroup[];
  /** Whether anything was typed with marks; a query without any is indifferent to them. */
  marked: boolean;
}

/** One bit each in the engine's masks. What is typed beyond is not looked at. */
export const mostGroups = 32;
const mostCharacters = 2000;

/** Any string is a query: words, "quoted phrases", -words that must not be there. Never throws; cost is bounded. */
export function parseQuery(text: string): ParsedQuery {
  const wanted: QueryGroup[] = [];
  const unwanted: QueryGroup[] = [];
  let marked = false;
  let before: string | undefined;
  const typed = text.slice(0, mostCharacters).replace(/[“”„«»]/g, '"');
  for (const match of typed.matchAll(/(-?)"([^"]*)(?:"|$)|[^\s"]+/g)) {
    const quoted = match[2];
    const opens = match.index === 0 || /[\s"]/.test(typed[match.index - 1]!);
    const minus = opens && /^-[^-]/.test(match[0]);
    const found = tokens(quoted ?? match[0]);
    if (found.length === 0) continue;
    const words = found.slice(0, mostGroups).map((token, place) => queryWord(token, found[place - 1]?.fold ?? before));
    before = found.at(-1)!.fold;
    const groups = quoted === undefined && !minus ? words.map((word) => [word]) : [words];
    if (minus) unwanted.push(...groups);
    else wanted.push(...groups);
    if (!minus) marked ||= words.some((word) => word.tone !== word.fold);
  }
  return { wanted: wanted.slice(0, mostGroups), unwanted: unwanted.slice(0, mostGroups), marked };
}

function queryWord(token: Token, before: string | undefined): QueryWord {
  const abbreviation = /^[a-z]{3,6}$/.test(token.fold) && !couldBeSyllable(token.fold);
  return {
    fold: token.fold,
    tone: token.tone,
    number: romanNumber(token.text, before),
    initials: abbreviation,
  };
}
