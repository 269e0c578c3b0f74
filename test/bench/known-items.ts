import type { Vocabularies } from '../../server/catalogue/vocabularies.ts';
import type { SearchDocument } from '../../search/search-index.ts';
import { foldText } from '../../search/vietnamese/fold.ts';
import { toneKey } from '../../search/vietnamese/tone-key.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import { searchDocument } from '../../server/discovery/search-document.ts';
import { typeTelex } from '../support/keystrokes-typed.ts';
import { seeded } from './search-bench-text.ts';
import { wordsOfTwo } from './vietnamese-text.ts';

/** How somebody types who looks for one thing they know. */
export const kinds = [
  'no accents',
  'right accents',
  'half accents',
  'raw Telex',
  'one slip',
  'abbreviated type, words, subject, grade',
  'subject glued to grade',
  'author and words',
  'NFD',
  'old tone placement',
  'accents decide among look-alikes',
] as const;
export type Kind = (typeof kinds)[number];

export interface KnownItem {
  kind: Kind;
  query: string;
  /** The one record that is right. */
  id: string;
}

export interface KnownItemSet {
  documents: SearchDocument[];
  items: KnownItem[];
  /** Where the words of the titles are from. */
  from: 'dictionary' | 'rule';
}

/** A lesson, or a book, which has no subject, grade and set. */
interface Work {
  id: string;
  /** The title, but for its capital. */
  topic: string;
  author: string;
  subject: string | null;
  grade: string | null;
  type: string;
  set: string | null;
}

const families = 'Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ'.split(' ');
const givens = 'An Bình Châu Dũng Giang Hà Hằng Hoà Khánh Lan Linh Minh Nga Oanh Phúc Quý Sơn Thảo Thuý Uyên Vân Yến'.split(' ');
/** What teachers write in place of the type, the subject and the set. */
const types: [code: string, short: string][] = [['KHBD', 'giao an'], ['KHBD', 'khbd'], ['PHT', 'pht'], ['BGDT', 'ppt'], ['DE_KT', 'de thi'], ['SGK', 'sgk'], ['SBT', 'sbt'], ['SKKN', 'skkn']];
const subjects: [code: string, short: string][] = [['GDCD', 'gdcd'], ['KHTN', 'khtn'], ['TOAN', 'toan'], ['NGU_VAN', 'van'], ['LSDL', 'lsdl'], ['TIN_HOC', 'tin'], ['CONG_NGHE', 'cn'], ['HDTN', 'hdtn'], ['MI_THUAT', 'mi thuat'], ['TIENG_ANH', 'anh']];
const sets = ['KNTT', 'CTST', 'CD'];

/** What share of the works is a book, and has beside it another: of other marks alone, with one other word, or of the same title in another context. */
const shares = { book: 0.2, lookAlike: 0.15, sibling: 0.15, twin: 0.15 };

/** Records of lessons and books, many pairs of which fold alike, and queries that have one right answer each. */
export function knownItems(vocabularies: Vocabularies, options: { seed: number; records: number; queries: number }): KnownItemSet {
  const random = seeded(options.seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const { words, from } = wordsOfTwo(random, 6_000);
  const byFold = new Map<string, Set<string>>();
  for (const one of words.flatMap((both) => both.split(' '))) byFold.set(foldText(one), (byFold.get(foldText(one)) ?? new Set()).add(one));
  // The frequent ones more often, as in a language.
  const word = (): string => words[Math.floor(random() ** 2 * words.length)]!;
  const works: Work[] = [];
  const work = (topic: string): Work => {
    const own = { id: `r${String(works.length).padStart(6, '0')}`, topic, author: `${pick(families)} ${pick(givens)} ${pick(givens)}` };
    if (random() < shares.book) return { ...own, subject: null, grade: null, type: 'STK', set: null };
    return { ...own, subject: pick(subjects)[0], grade: String(1 + Math.floor(random() * 12)), type: pick(types)[0], set: pick(sets) };
  };
  while (works.length < options.records) {
    const topic = Array.from({ length: 2 + Math.floor(random() * 2) }, word).join(' ');
    works.push(work(topic));
    if (random() < shares.lookAlike) {
      const alike = topic.split(' ').map((syllable) => (random() < 0.6 ? pick([...byFold.get(foldText(syllable))!]) : syllable)).join(' ');
      if (keyOf(alike) !== keyOf(topic)) works.push(work(alike));
    }
    if (random() < shares.sibling) {
      const syllables = topic.split(' ');
      const at = 2 * Math.floor((random() * syllables.length) / 2);
      const other = word().split(' ');
      // One syllable of the word or both.
      syllables.splice(at, 2, random() < 0.5 ? syllables[at]! : other[0]!, other[1]!);
      works.push(work(syllables.join(' ')));
    }
    if (random() < shares.twin) works.push(work(topic));
  }
  return { documents: works.map((one) => documentOf(one, vocabularies)), items: itemsOf(works, options.queries, random), from };
}

const keyOf = (text: string): string => text.split(' ').map(toneKey).join(' ');

function documentOf(work: Work, vocabularies: Vocabularies): SearchDocument {
  const title = work.topic[0]!.toUpperCase() + work.topic.slice(1);
  const some = (code: string | null): string[] => (code === null ? [] : [code]);
  const description = {
    ...{ title, agents: [{ name: work.author, role: 'aut' }], subjects: some(work.subject), grades: some(work.grade), resourceType: work.type },
    ...{ ...(work.set === null ? {} : { textbookSet: work.set }), languages: ['vi'], keywords: [], identifiers: [], aiGenerated: 'none' },
  };
  const row = { id: work.id, title, title_key: title, school_id: 's', state: 'published', scope: 'public', licence: 'CC-BY-4.0', created_by: null, deleted_at: null, created_at: '2026-01-01T00:00:00.000Z', published_at: '2026-01-01T00:00:00.000Z', description_json: JSON.stringify(description) };
  return searchDocument(row as unknown as RecordRow, vocabularies, []);
}

/** Old spelling: the tone on the first of two vowels that end a word: hoà → hòa, thuý → thúy. */
export const oldPlacement = (text: string): string =>
  text.normalize('NFD').replace(/(o)(a|e)([\u0300\u0301\u0303\u0309\u0323])(?![a-z\u0300-\u036f])/gi, '$1$3$2').replace(/(?<!q)(u)(y)([\u0300\u0301\u0303\u0309\u0323])(?![a-z\u0300-\u036f])/gi, '$1$3$2').normalize('NFC');

/** Keys that lie beside each other. */
const beside: Record<string, string> = { a: 's', b: 'vn', c: 'xv', d: 'sf', e: 'wr', f: 'dg', g: 'fh', h: 'gj', i: 'uo', k: 'jl', l: 'k', m: 'n', n: 'bm', o: 'ip', p: 'o', q: 'w', r: 'et', s: 'ad', t: 'ry', u: 'yi', v: 'cb', x: 'zc', y: 'tu' };

/** A letter left out, typed twice, swapped with the one before or taken from beside; never the first, which few get wrong. */
function slip(word: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (word.length - 1));
  const letter = word[at]!;
  const [before, after] = [word.slice(0, at), word.slice(at + 1)];
  const near = beside[letter] ?? letter;
  const all = [before + after, before + letter + letter + after, before.slice(0, -1) + letter + before.at(-1)! + after, before + near[Math.floor(random() * near.length)]! + after];
  return all[Math.floor(random() * all.length)]!;
}

/** Whether one slip makes one of the other: a letter more, less, another or swapped with its neighbour. The same is near too. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from++;
  const [restA, restB] = [a.slice(from), b.slice(from)];
  if (restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}

/**
 * A query is taken only where one record is right by what was typed: by its marks, by another word or by its context. Null: here it is not.
 */
function itemsOf(works: Work[], count: number, random: () => number): KnownItem[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const counted = (keysFor: (work: Work) => string[]): Map<string, number> => {
    const found = new Map<string, number>();
    for (const key of works.flatMap(keysFor)) found.set(key, (found.get(key) ?? 0) + 1);
    return found;
  };
  const byFold = counted(({ topic }) => [foldText(topic)]);
  const byTone = counted(({ topic }) => [keyOf(topic)]);
  // With any one word left open: whoever slips there may have meant each of these, if it is near enough.
  const openAt = (folds: string[], at: number): string => folds.with(at, '?').join(' ');
  const meantAt = new Map<string, string[]>();
  for (const { topic } of works)
    foldText(topic).split(' ').forEach((fold, at, all) => meantAt.set(openAt(all, at), [...(meantAt.get(openAt(all, at)) ?? []), fold]));
  const alone = ({ topic }: Work): boolean => byFold.get(foldText(topic)) === 1;
  const aloneByMarks = ({ topic }: Work): boolean => byTone.get(keyOf(topic)) === 1;
  const short = (pairs: [string, string][], code: string): string => pick(pairs.filter(([one]) => one === code))[1];
  const firstWords = ({ topic }: Work, most: number): string => foldText(topic).split(' ').slice(0, most).join(' ');
  const holders = new Map<string, Work[]>();
  for (const work of works) for (const fold of new Set(foldText(work.topic).split(' '))) holders.set(fold, [...(holders.get(fold) ?? []), work]);
  /** Whose titles hold all words. */
  const holding = (words: string): Work[] => {
    const lists = words.split(' ').map((word) => holders.get(word) ?? []).sort((a, b) => a.length - b.length);
    return (lists[0] ?? []).filter(({ topic }) => holdsAll(topic, words));
  };
  /** Every second item of a kind is one that the words typed right do not decide: what was slipped in, or the context, has to. */
  let hard = false;
  const decided = (words: string, fits: (work: Work) => boolean): boolean => {
    const found = holding(words);
    return found.filter(fits).length === 1 && (!hard || found.length > 1);
  };
  const make: Record<Kind, (work: Work) => string | null> = {
    'no accents': (work) => (alone(work) ? foldText(work.topic) : null),
    'right accents': (work) => (aloneByMarks(work) ? work.topic : null),
    'half accents': (work) => (alone(work) ? work.topic.split(' ').map((one) => (random() < 0.5 ? foldText(one) : one)).join(' ') : null),
    'raw Telex': (work) => {
      const keys = typeTelex(work.topic, pick(['inside', 'end'] as const));
      return aloneByMarks(work) && keys !== work.topic ? keys : null;
    },
    'one slip': (work) => {
      const syllables = foldText(work.topic).split(' ');
      const at = Math.floor(random() * syllables.length);
      const meant = syllables[at]!;
      if (meant.length < 3) return null;
      const slipped = slip(meant, random);
      const query = syllables.with(at, slipped).join(' ');
      const others = meantAt.get(openAt(syllables, at))!;
      if (slipped === meant || others.filter((other) => isNear(other, slipped)).length !== 1) return null;
      return !hard || others.length > 1 ? query : null;
    },
    'abbreviated type, words, subject, grade': (work) => {
      if (work.subject === null) return null;
      const words = firstWords(work, 4);
      const one = decided(words, ({ type, subject, grade }) => type === work.type && subject === work.subject && grade === work.grade);
      return one ? `${short(types, work.type)} ${words} ${short(subjects, work.subject)} ${work.grade}` : null;
    },
    'subject glued to grade': (work) => {
      if (work.subject === null) return null;
      const words = firstWords(work, 2);
      const one = decided(words, ({ subject, grade }) => subject === work.subject && grade === work.grade);
      return one ? `${words} ${short(subjects, work.subject).replace(' ', '')}${work.grade}` : null;
    },
    'author and words': (work) => {
      const words = firstWords(work, 2);
      const name = foldText(work.author.split(' ').slice(-2).join(' '));
      return decided(words, ({ author }) => holdsAll(author, name)) ? `${name} ${words}` : null;
    },
    NFD: (work) => (aloneByMarks(work) ? work.topic.normalize('NFD') : null),
    'old tone placement': (work) => (aloneByMarks(work) && oldPlacement(work.topic) !== work.topic ? oldPlacement(work.topic) : null),
    'accents decide among look-alikes': (work) => (!alone(work) && aloneByMarks(work) ? work.topic : null),
  };
  const items: KnownItem[] = [];
  for (let at = 0; items.length < count; at++) {
    const kind = kinds[at % kinds.length]!;
    hard = Math.floor(at / kinds.length) % 2 === 1;
    for (let tries = 0; tries < 3000; tries++) {
      const work = pick(works);
      const query = make[kind](work);
      if (query === null) continue;
      items.push({ kind, query, id: work.id });
      break;
    }
  }
  return items;
}

/** Whether a text holds all words, wherever they stand. */
function holdsAll(text: string, words: string): boolean {
  const held = new Set(foldText(text).split(' '));
  return words.split(' ').every((word) => held.has(word));
}
