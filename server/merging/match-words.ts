import { foldText } from '../../search/vietnamese/fold.ts';
import { couldBeSyllable } from '../../search/vietnamese/syllables.ts';
import type { Term, VocabularyName } from '../contract/vocabulary.ts';
import { publisherNames } from './publisher-names.ts';
import { slipDistance } from './slip-distance.ts';

/** A name of a term among folded words. */
export interface Phrase {
  words: readonly string[];
  code: string;
  /** Long or odd enough to be nothing else; the others count only where the place they stand in says what they are. */
  sure: boolean;
  /** What the term is called; the others are what people call it for short (`hoa` for Hoá học). */
  own: boolean;
}

/** What titles call sets, kinds and subjects, made out of the editable vocabularies. */
export interface MatchWords {
  sets: readonly Phrase[];
  kinds: readonly Phrase[];
  subjects: readonly Phrase[];
  /** Without the short names, of which a slip makes each other. */
  namedSubjects: readonly Phrase[];
  grades: ReadonlyMap<string, string>;
  /** Publishers (folded, without `NXB`) that make one set alone: their schoolbook without a set is of that one. */
  setPublishers: readonly { name: string; set: string }[];
  /** A set that is a part of another (`thuoc` in the vocabulary): both are said of the same book. */
  setParent: ReadonlyMap<string, string>;
  /** Group of a kind: teaching, assessment, books, ... as `parent` in the vocabulary says. */
  kindGroup: ReadonlyMap<string, string>;
  /** Broader subject. */
  subjectParent: ReadonlyMap<string, string>;
}

type WordTerm = Pick<Term, 'code' | 'vi' | 'aliases' | 'parent' | 'extra'>;

/** Groups whose names stand before a title and are not a part of it; a novel's "Truyện" is. */
const namedBefore = new Set(['giang_day', 'danh_gia', 'chuyen_mon']);
const textbookKinds = new Set(['SGK', 'SBT', 'SGV']);
/** Kept in a title though it names a kind: laws are called so, and what a subject's name says too. */
const notBefore = new Set(['VAN_BAN', 'CHUYEN_DE', 'TAP_HUAN', 'TRO_CHOI', 'NHCH', 'MA_TRAN']);

/** `lists`: terms by vocabulary, as `loadVocabularies` gives them. Made once for each version of the vocabularies. */
export function matchWords(lists: Partial<Record<VocabularyName, readonly WordTerm[]>>): MatchWords {
  const types = lists['resource-type'] ?? [];
  const sets = lists['textbook-set'] ?? [];
  const subjects = lists['subject'] ?? [];
  const named = phrases(subjects);
  return {
    sets: phrases(sets.filter(({ code }) => code !== 'KHAC')),
    kinds: phrases(
      types.filter(
        ({ code, parent }) => textbookKinds.has(code) || (namedBefore.has(parent ?? '') && !notBefore.has(code)),
      ),
    ),
    subjects: named,
    namedSubjects: named.filter(({ own, sure }) => own || sure),
    grades: new Map((lists['grade'] ?? []).flatMap(gradeNames)),
    setPublishers: onlyPublishers(sets),
    setParent: new Map(sets.flatMap(parentSet)),
    kindGroup: new Map(types.flatMap(({ code, parent }) => (parent === null ? [] : [[code, parent] as const]))),
    subjectParent: new Map(subjects.flatMap(({ code, parent }) => (parent === null ? [] : [[code, parent] as const]))),
  };
}

function phrases(terms: readonly WordTerm[]): Phrase[] {
  const found = new Map<string, Phrase>();
  for (const term of terms)
    for (const name of namesOf(term)) {
      const words = foldText(name).split(' ').filter(Boolean);
      const key = words.join(' ');
      if (words.length === 0 || found.has(key)) continue;
      const own = foldText(term.vi) === key;
      const odd = words.some((word) => word.length > 1 && !couldBeSyllable(word));
      const long = words.length >= 3 || (words.length === 2 && own);
      found.set(key, {
        words,
        code: term.code,
        sure: long || odd || (words.length === 2 && textbookKinds.has(term.code)),
        own,
      });
    }
  return [...found.values()].sort(
    (a, b) => b.words.length - a.words.length || (a.words.join(' ') < b.words.join(' ') ? -1 : 1),
  );
}

/** `Sách bài tập, vở bài tập` are two names; what stands in brackets is a third. */
function namesOf({ vi, aliases, code }: WordTerm): string[] {
  const labels = vi.split(/[,/()]/).map((one) => one.trim());
  return [vi.replace(/\(.*\)/, ''), ...labels, ...aliases, ...(code.length > 2 ? [code.replaceAll('_', ' ')] : [])];
}

const gradeNames = ({ code, vi, aliases }: WordTerm): [string, string][] =>
  [vi, ...vi.split(/[()]/), ...aliases]
    .map((name): [string, string] => [foldText(name), code])
    .filter(([name]) => name.includes(' ') && !/ \d+$/.test(name));

/** `nxb` in the vocabulary; those with a foreign partner (`NXB … - Oxford`) make single subjects. */
function onlyPublishers(sets: readonly WordTerm[]): { name: string; set: string }[] {
  const all = sets.flatMap(({ code, extra }) => {
    const text = String(extra['nxb'] ?? '');
    return text.includes(' - ')
      ? []
      : publisherNames(text.replace(/\(.*?\)/g, '')).map((name) => ({ name, set: code }));
  });
  return all.filter(({ name, set }) => all.every((other) => other.name !== name || other.set === set));
}

const parentSet = ({ code, extra }: WordTerm): [string, string][] =>
  typeof extra['thuoc'] === 'string' && extra['thuoc'] !== '' ? [[code, extra['thuoc']]] : [];

/** The longest phrase that begins at a word; null where none does. */
export function phraseAt(
  list: readonly Phrase[],
  words: readonly string[],
  at: number,
  sureOnly: boolean,
): Phrase | null {
  for (const phrase of list) {
    if (phrase.words[0] !== words[at] || (sureOnly && !phrase.sure)) continue;
    if (phrase.words.every((word, place) => words[at + place] === word)) return phrase;
  }
  return null;
}

/** A phrase whose words were run together or cut: `sachgiao khoa`, `baitap`. `took`: words of the text. */
export function gluedPhraseAt(
  list: readonly Phrase[],
  words: readonly string[],
  at: number,
): { phrase: Phrase; took: number } | null {
  const first = words[at]!;
  for (const phrase of list) {
    if (phrase.words.length < 2 || phrase.words[0]![0] !== first[0]) continue;
    const meant = phrase.words.join('');
    let [read, took] = ['', 0];
    while (read.length < meant.length && at + took < words.length) read += words[at + took++]!;
    if (meant.length >= 6 && read === meant && took !== phrase.words.length) return { phrase, took };
  }
  return null;
}

/** A phrase of three words and more, or the name of a subject, that one slip in one of its words keeps from being found; null where two codes are as near. */
export function nearPhraseAt(
  list: readonly Phrase[],
  words: readonly string[],
  at: number,
  least: number,
): Phrase | null {
  let found: Phrase | null = null;
  for (const phrase of list) {
    if (
      phrase.words.length < least ||
      at + phrase.words.length > words.length ||
      (found && phrase.words.length < found.words.length)
    )
      continue;
    let slips = 0;
    for (let place = 0; place < phrase.words.length && slips < 2; place++) {
      const [meant, word] = [phrase.words[place]!, words[at + place]!];
      if (meant === word) continue;
      slips += meant.length >= 3 && !/^\d/.test(word) && slipDistance(meant, word, 1) === 1 ? 1 : 2;
    }
    if (slips !== 1) continue;
    if (found && found.code !== phrase.code) return null;
    found = phrase;
  }
  return found;
}
