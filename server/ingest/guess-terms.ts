import { foldText, tokens } from '../../search/vietnamese/fold.ts';
import { couldBeSyllable } from '../../search/vietnamese/syllables.ts';
import type { Term, VocabularyName } from '../contract/vocabulary.ts';

export type Terms = Partial<Record<VocabularyName, Term[]>>;

export interface FoundTerm {
  code: string;
  /** Words of the text that named it: from, to (not included). */
  from: number;
  to: number;
}

interface Phrase {
  words: string[];
  term: Term;
  /** One short syllable such as `su` or `anh`, which is mostly another word. */
  doubtful: boolean;
}

const phrasesOf = (terms: readonly Term[]): Phrase[] =>
  terms
    .flatMap((term) =>
      [term.vi.replace(/\(.*\)/, ''), term.code, ...term.aliases].map((name): Phrase => {
        const words = foldText(name.replaceAll('_', ' ')).split(' ').filter(Boolean);
        const [only] = words;
        const own = foldText(term.vi) === words.join(' ');
        return { words, term, doubtful: words.length === 1 && !own && only !== undefined && couldBeSyllable(only) };
      }),
    )
    .filter((phrase) => phrase.words.length > 0)
    .sort((a, b) => b.words.length - a.words.length || b.words.join().length - a.words.join().length);

const isGrade = (word: string | undefined): boolean => word !== undefined && /^([1-9]|1[0-2])$/.test(word);

const stands = (words: readonly string[], phrase: readonly string[], at: number): boolean =>
  phrase.every((word, index) => words[at + index] === word);

/** Grades that a term says it is for, as in vocab.json: {"THCS": "6-9"}; undefined where it says nothing. */
function coversGrade(term: Term, grade: number): boolean | undefined {
  const levels = term.extra['cap'];
  if (typeof levels !== 'object' || levels === null) return undefined;
  return Object.values(levels).some((range) => {
    const [from, to] = String(range).split('-').map(Number);
    return from !== undefined && grade >= from && grade <= (to ?? from);
  });
}

/**
 * The longest name of a term among folded words. Doubtful single syllables count where a grade follows them, or,
 * with `first`, at the very beginning. `taken` words are left out.
 */
export function findTerm(
  words: readonly string[],
  terms: readonly Term[],
  options: { first?: boolean; longOnly?: boolean; taken?: ReadonlySet<number> } = {},
): FoundTerm | null {
  for (const phrase of phrasesOf(terms)) {
    if (options.longOnly && phrase.words.length < 2) continue;
    for (let at = 0; at + phrase.words.length <= words.length; at++) {
      const to = at + phrase.words.length;
      if (!stands(words, phrase.words, at) || options.taken?.has(at)) continue;
      if (phrase.doubtful && !isGrade(words[to]) && !(options.first && at === 0)) continue;
      return { code: rival(phrase, terms, words[to]).code, from: at, to };
    }
  }
  return null;
}

/** Of terms with the same name, the one that is taught in the grade that follows. */
function rival(phrase: Phrase, terms: readonly Term[], next: string | undefined): Term {
  if (!isGrade(next) || coversGrade(phrase.term, Number(next)) !== false) return phrase.term;
  const same = phrasesOf(terms).find(
    (other) => other.words.join(' ') === phrase.words.join(' ') && coversGrade(other.term, Number(next)) === true,
  );
  return same?.term ?? phrase.term;
}

/** `lớp 6`, `khối 6`, or a number right after the subject. */
export function findGrades(words: readonly string[], subjectEnd: number | null, terms: readonly Term[]): FoundTerm[] {
  const known = new Set(terms.map((term) => term.code));
  const found: FoundTerm[] = [];
  words.forEach((word, at) => {
    if (!isGrade(word) || !known.has(word)) return;
    const named = words[at - 1] === 'lop' || words[at - 1] === 'khoi';
    if (named) found.push({ code: word, from: at - 1, to: at + 1 });
    else if (at === subjectEnd) found.push({ code: word, from: at, to: at + 1 });
  });
  return found;
}

export const foldedWords = (text: string): string[] => tokens(text).map((token) => token.fold);
