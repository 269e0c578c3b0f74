import { tokens } from '../vietnamese/fold.ts';
import { decodeKeystrokes } from '../vietnamese/keystrokes.ts';
import { couldBeSyllable } from '../vietnamese/syllables.ts';
import { isMarked, mostGroups, readingsOf, typedParts, type TypedPart, type TypedWord } from './parse.ts';
import type { Reading, UnderstoodGroup, UnderstoodQuery } from './understood.ts';
import type { Alias, QueryTerm, QueryVocabulary } from './query-vocabulary.ts';

/** Something that was understood, for people to see and to take back. */
export interface Chip {
  /** `facet`: a term of a vocabulary. `keys`: keystrokes of an input method that was switched off. */
  kind: 'facet' | 'keys';
  /** What was typed; given back in `dropped`, it is taken as it stands. */
  typed: string;
  /** Of the term, or what the keys would have written. */
  label: string;
  facet: QueryTerm['facet'] | null;
  code: string | null;
}

export interface Understanding {
  query: UnderstoodQuery;
  chips: Chip[];
}

export interface UnderstandingOptions {
  /** `typed` of the chips that were taken back. */
  dropped?: readonly string[];
  /** How many records and pages hold a folded word, as far as it was looked up. */
  held?: ReadonlyMap<string, number>;
}

/** Shorter ways to say when an examination is; the term is `kì` in textbooks and `học kì` in full. */
const spokenOut: Record<string, string[]> = Object.fromEntries(
  ['1', '2'].flatMap((number) => [
    [`ck ${number}`, [`cuoi ki ${number}`, `cuoi hoc ki ${number}`]],
    [`gk ${number}`, [`giua ki ${number}`, `giua hoc ki ${number}`]],
    [`hk ${number}`, [`hoc ki ${number}`]],
  ]),
);

/** A meaning is worth as much as a word in the keywords of a record; said in other words a little less than as typed. */
const likeness = { term: 1, uncertainTerm: 0.8, label: 0.9, spokenOut: 0.95, decoded: 0.95 };

/** Words of a query that may be keystrokes and are worth looking up before it is understood. */
export const maybeKeystrokes = (text: string): string[] => [
  ...new Set(
    typedParts(text)
      .filter(({ quoted, unwanted }) => !quoted && !unwanted)
      .flatMap(({ words: [word] }) => (decodeKeystrokes(word!.raw) ? [tokens(word!.raw)[0]!.fold] : [])),
  ),
];

/**
 * What a query means: words, terms of the vocabularies beside the words that name them, keystrokes decoded. Nothing is decided that the
 * words themselves could not bear out: a term is one reading among others, and every chip can be taken back.
 */
export function understand(
  text: string,
  vocabulary: QueryVocabulary,
  options: UnderstandingOptions = {},
): Understanding {
  const chips: Chip[] = [];
  const parts = decoded(typedParts(text), vocabulary, options, chips);
  const wanted = parts.filter(({ unwanted }) => !unwanted);
  const groups: UnderstoodGroup[] = [];
  for (const run of runsOf(wanted)) {
    if (run.length === 1 && (run[0]!.quoted || run[0]!.field !== null)) groups.push(plain(run[0]!));
    else groups.push(...understoodRun(run, vocabulary, options, chips));
  }
  return {
    query: {
      wanted: groups.slice(0, mostGroups),
      unwanted: parts
        .filter(({ unwanted }) => unwanted)
        .slice(0, mostGroups)
        .map(plain),
      marked: wanted.some(({ words }) => words.some(isMarked)),
    },
    chips,
  };
}

const plain = ({ words, quoted, field }: TypedPart): UnderstoodGroup => ({
  readings: readingsOf(words),
  quoted,
  field,
});

/** Words that follow one another with no quotation or field between. */
function runsOf(parts: TypedPart[]): TypedPart[][] {
  const runs: TypedPart[][] = [];
  let open: TypedPart[] | null = null;
  for (const part of parts) {
    const loose = !part.quoted && part.field === null;
    if (loose && open) open.push(part);
    else runs.push([part]);
    open = loose ? runs.at(-1)! : null;
  }
  return runs;
}

/** Puts what an input method would have written in place of keystrokes that are no words. */
function decoded(
  parts: TypedPart[],
  vocabulary: QueryVocabulary,
  options: UnderstandingOptions,
  chips: Chip[],
): TypedPart[] {
  const raws = parts.flatMap(({ words: [word], quoted, unwanted }) => (quoted || unwanted ? [] : [word!.raw]));
  // `van6` is a subject with its grade, and `vân` where other words show that somebody types so.
  const byVni = raws.some((raw) => /[a-z]\d+[a-z]/i.test(raw) && decodeKeystrokes(raw) !== null);
  const result: TypedPart[] = [];
  for (let place = 0; place < parts.length; place++) {
    const part = parts[place]!;
    const { raw } = part.words[0]!;
    const written = part.quoted || part.unwanted || options.dropped?.includes(raw) ? null : decodeKeystrokes(raw);
    const certain =
      written?.method === 'vni'
        ? byVni || isVni(raw)
        : written !== null && isNoWord(tokens(raw)[0]!.fold, vocabulary, options);
    const meant = certain ? written : null;
    if (!meant) {
      result.push(part);
      continue;
    }
    const [token] = tokens(meant.text);
    result.push({
      ...part,
      words: [{ text: meant.text, fold: token!.fold, tone: token!.tone, raw: meant.text, number: null }],
    });
    chips.push({ kind: 'keys', typed: raw, label: meant.text, facet: null, code: null });
    // `gia1o` was cut into three words.
    place += tokens(raw).length - 1;
  }
  return result;
}

/** Strokes inside the word, or two at its end that are no grade. */
const isVni = (raw: string): boolean => /\d[a-z]/i.test(raw) || (/\d\d$/.test(raw) && !/[a-z]1[0-2]$/i.test(raw));

const isNoWord = (fold: string, vocabulary: QueryVocabulary, { held }: UnderstandingOptions): boolean =>
  !couldBeSyllable(fold) && !vocabulary.aliases.has(fold) && (held?.get(fold) ?? 0) === 0;

interface Span {
  from: number;
  length: number;
  alias: Alias;
}

function understoodRun(
  run: TypedPart[],
  vocabulary: QueryVocabulary,
  { dropped = [] }: UnderstandingOptions,
  chips: Chip[],
): UnderstoodGroup[] {
  const words = run.map(({ words: [word] }) => word!);
  const typedOf = ({ from, length }: { from: number; length: number }): string =>
    joined(words.slice(from, from + length).map(({ text }) => text));
  const spans = meant(words, vocabulary).filter((span) => !dropped.includes(typedOf(span)));
  const groups: UnderstoodGroup[] = [];
  for (let place = 0; place < words.length; place++) {
    const span = spans.find(({ from }) => from === place);
    if (!span) {
      groups.push(plain(run[place]!));
      continue;
    }
    const { terms, certain } = span.alias;
    const own = words.slice(place, place + span.length);
    const facets = terms.map(({ facet, code }): Reading => ({
      kind: 'facet',
      facet,
      code,
      likeness: certain ? likeness.term : likeness.uncertainTerm,
    }));
    groups.push({
      readings: [...readingsOf(own), ...facets, ...saidOtherwise(own, terms)],
      quoted: false,
      field: null,
    });
    chips.push({
      kind: 'facet',
      typed: typedOf(span),
      label: terms.map(({ label }) => label).join(' / '),
      facet: terms[0]!.facet,
      code: terms.length === 1 ? terms[0]!.code : null,
    });
    place += span.length - 1;
  }
  return groups;
}

/** Letters and the digits glued to them stay one. */
const joined = (texts: string[]): string => texts.join(' ');

function saidOtherwise(own: TypedWord[], terms: QueryTerm[]): Reading[] {
  const key = own.map(({ fold }) => fold).join(' ');
  const readings: Reading[] = [];
  const add = (text: string, worth: number): void => {
    const said = tokens(text).map(({ fold, tone }) => ({ fold, tone }));
    if (said.length > 0 && said.map(({ fold }) => fold).join(' ') !== key)
      readings.push({ kind: 'words', words: said, likeness: worth });
  };
  for (const { label } of terms) add(label.replace(/\s*\(.*\)$/, ''), likeness.label);
  for (const text of spokenOut[key] ?? []) add(text, likeness.spokenOut);
  return readings;
}

/** Which words name a term: the longest names first, uncertain ones only where something else is certain or nothing else is said. */
function meant(words: readonly TypedWord[], vocabulary: QueryVocabulary): Span[] {
  const found: Span[] = [];
  for (let from = 0; from < words.length;) {
    const span = spanAt(words, from, vocabulary);
    if (span) found.push(span);
    from += span?.length ?? 1;
  }
  const grades = gradesBeside(words, found, vocabulary);
  const covered = [...found, ...grades].reduce((sum, { length }) => sum + length, 0);
  const sure = found.some(({ alias }) => alias.certain) || grades.length > 0;
  const alone = covered === words.length && found.length > 1;
  const kept = found.filter(({ alias }) => alias.certain || sure || alone);
  return [...kept, ...gradesBeside(words, kept, vocabulary)].sort((a, b) => a.from - b.from);
}

function spanAt(words: readonly TypedWord[], from: number, vocabulary: QueryVocabulary): Span | null {
  for (let length = Math.min(vocabulary.longest, words.length - from); length > 0; length--) {
    const own = words.slice(from, from + length);
    const alias = vocabulary.aliases.get(own.map(({ fold }) => fold).join(' '));
    const terms = alias?.terms.filter((term) => marksAgree(own, term));
    if (alias && terms!.length > 0) return { from, length, alias: { ...alias, terms: terms! } };
  }
  return null;
}

/** `ảnh` is no `Tiếng Anh`: marks that were typed are those of the name, as far as the name says how it is written. */
function marksAgree(own: readonly TypedWord[], { label, aliases }: QueryTerm): boolean {
  const written = new Map<string, Set<string>>();
  for (const name of [label, ...aliases.filter((alias) => tokens(alias).some(isMarked))])
    for (const { fold, tone } of tokens(name)) written.set(fold, (written.get(fold) ?? new Set()).add(tone));
  return own.every((word) => !isMarked(word) || (written.get(word.fold)?.has(word.tone) ?? true));
}

/** A number from 1 to 12 right after a subject, a type or a set is a grade: `toán 6`, `gdcd 8`. */
function gradesBeside(words: readonly TypedWord[], found: readonly Span[], vocabulary: QueryVocabulary): Span[] {
  const taken = new Set(found.flatMap(({ from, length }) => Array.from({ length }, (_, at) => from + at)));
  const ends = new Set(
    found
      .filter(({ alias }) =>
        alias.terms.some(({ facet }) => facet === 'subject' || facet === 'type' || facet === 'set'),
      )
      .map(({ from, length }) => from + length),
  );
  return words.flatMap((word, place): Span[] => {
    if (!ends.has(place) || taken.has(place) || !/^([1-9]|1[0-2])$/.test(word.fold)) return [];
    const alias = vocabulary.aliases.get(`lop ${word.fold}`);
    return alias ? [{ from: place, length: 1, alias }] : [];
  });
}
