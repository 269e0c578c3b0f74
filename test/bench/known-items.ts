import type { Vocabularies } from '../../server/catalogue/vocabularies.ts';
import type { SearchDocument } from '../../search/search-index.ts';
import { foldText } from '../../search/vietnamese/fold.ts';
import { isSyllable } from '../../search/vietnamese/syllables.ts';
import { toneKey } from '../../search/vietnamese/tone-key.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import { searchDocument } from '../../server/discovery/search-document.ts';
import { typeTelex } from '../support/keystrokes-typed.ts';
import { seeded } from './search-bench-text.ts';

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
}

interface Lesson {
  id: string;
  topic: string;
  author: string;
  subject: string;
  grade: string;
  type: string;
  set: string;
}

const onsets = ['', ...'b c ch d đ g h kh l m n ng nh ph qu s t th tr v x'.split(' ')];
const rimes = 'a ai am an ang anh ao at ay ăn ăm ăng ân âm ây âu e em en eo ê êm ên i im in inh o oi on ong ô ôi ôn ông ơ ơi ơn u ui un ung ư ưng ươi ương iêu iên iêng oa oai oan uy uyên'.split(' ');
const tones = ['', '\u0301', '\u0300', '\u0309', '\u0303', '\u0323'];

function syllables(): string[] {
  const all = new Set<string>();
  for (const onset of onsets)
    for (const rime of rimes)
      for (const tone of tones) {
        const place = /[ăâêôơư](?=[^ăâêôơư]*$)/.exec(rime)?.index ?? (/^(oa|uy)$/.test(rime) ? 1 : /[aeiouy]/.exec(rime)!.index);
        const one = (onset + rime.slice(0, place + 1) + tone + rime.slice(place + 1)).normalize('NFC');
        if (isSyllable(one)) all.add(one);
      }
  return [...all];
}

const families = 'Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ'.split(' ');
const givens = 'An Bình Châu Dũng Giang Hà Hằng Hoà Khánh Lan Linh Minh Nga Oanh Phúc Quý Sơn Thảo Thuý Uyên Vân Yến'.split(' ');
/** What teachers write in place of the type, the subject and the set. */
const types: [code: string, short: string][] = [['KHBD', 'giao an'], ['KHBD', 'khbd'], ['PHT', 'pht'], ['BGDT', 'ppt'], ['DE_KT', 'de thi'], ['SGK', 'sgk'], ['SBT', 'sbt'], ['SKKN', 'skkn']];
const subjects: [code: string, short: string][] = [['GDCD', 'gdcd'], ['KHTN', 'khtn'], ['TOAN', 'toan'], ['NGU_VAN', 'van'], ['LSDL', 'lsdl'], ['TIN_HOC', 'tin'], ['CONG_NGHE', 'cn'], ['HDTN', 'hdtn'], ['MI_THUAT', 'mi thuat'], ['TIENG_ANH', 'anh']];
const sets = ['KNTT', 'CTST', 'CD'];

/** Records of lessons, a tenth of them with a look-alike that differs in its marks alone, and queries that have one right answer each. */
export function knownItems(vocabularies: Vocabularies, options: { seed: number; records: number; queries: number }): KnownItemSet {
  const random = seeded(options.seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const all = syllables();
  const byFold = new Map<string, string[]>();
  for (const one of all) byFold.set(foldText(one), [...(byFold.get(foldText(one)) ?? []), one]);
  // Words of two syllables, the frequent ones more often, as in a language.
  const words = Array.from({ length: 6_000 }, () => `${pick(all)} ${pick(all)}`);
  const word = (): string => words[Math.floor(random() ** 2 * words.length)]!;
  const lessons: Lesson[] = [];
  const lesson = (topic: string): Lesson => ({
    id: `r${String(lessons.length).padStart(6, '0')}`,
    ...{ topic, author: `${pick(families)} ${pick(givens)} ${pick(givens)}`, subject: pick(subjects)[0], grade: String(1 + Math.floor(random() * 12)), type: pick(types)[0], set: pick(sets) },
  });
  while (lessons.length < options.records) {
    const topic = Array.from({ length: 2 + Math.floor(random() * 2) }, word).join(' ');
    lessons.push(lesson(topic));
    if (random() < 0.1) {
      const alike = topic.split(' ').map((syllable) => (random() < 0.6 ? pick(byFold.get(foldText(syllable))!) : syllable)).join(' ');
      if (keyOf(alike) !== keyOf(topic)) lessons.push(lesson(alike));
    }
  }
  return { documents: lessons.map((one) => documentOf(one, vocabularies)), items: itemsOf(lessons, options.queries, random) };
}

const keyOf = (text: string): string => text.split(' ').map(toneKey).join(' ');

function documentOf(lesson: Lesson, vocabularies: Vocabularies): SearchDocument {
  const title = lesson.topic[0]!.toUpperCase() + lesson.topic.slice(1);
  const description = { title, agents: [{ name: lesson.author, role: 'aut' }], subjects: [lesson.subject], grades: [lesson.grade], resourceType: lesson.type, textbookSet: lesson.set, languages: ['vi'], keywords: [], identifiers: [], aiGenerated: 'none' };
  const row = { id: lesson.id, title, title_key: title, school_id: 's', state: 'published', scope: 'public', licence: 'CC-BY-4.0', created_by: null, deleted_at: null, created_at: '2026-01-01T00:00:00.000Z', published_at: '2026-01-01T00:00:00.000Z', description_json: JSON.stringify(description) };
  return searchDocument(row as unknown as RecordRow, vocabularies, []);
}

/** Old spelling: the tone on the first of two vowels that end a word: hoà → hòa, thuý → thúy. */
export const oldPlacement = (text: string): string =>
  text.normalize('NFD').replace(/(o)(a|e)([\u0300\u0301\u0303\u0309\u0323])(?![a-z\u0300-\u036f])/gi, '$1$3$2').replace(/(?<!q)(u)(y)([\u0300\u0301\u0303\u0309\u0323])(?![a-z\u0300-\u036f])/gi, '$1$3$2').normalize('NFC');

function itemsOf(lessons: Lesson[], count: number, random: () => number): KnownItem[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const group = (keyFor: (lesson: Lesson) => string): Map<string, Lesson[]> => {
    const found = new Map<string, Lesson[]>();
    for (const one of lessons) found.set(keyFor(one), [...(found.get(keyFor(one)) ?? []), one]);
    return found;
  };
  const byFold = group(({ topic }) => foldText(topic));
  const byTone = group(({ topic }) => keyOf(topic));
  const short = (pairs: [string, string][], code: string): string => pick(pairs.filter(([one]) => one === code))[1];
  const make: Record<Kind, (lesson: Lesson) => string | null> = {
    'no accents': ({ topic }) => (byFold.get(foldText(topic))!.length === 1 ? foldText(topic) : null),
    'right accents': ({ topic }) => (byTone.get(keyOf(topic))!.length === 1 ? topic : null),
    'half accents': ({ topic }) => (byFold.get(foldText(topic))!.length === 1 ? topic.split(' ').map((one) => (random() < 0.5 ? foldText(one) : one)).join(' ') : null),
    'raw Telex': ({ topic }) => (byTone.get(keyOf(topic))!.length === 1 && typeTelex(topic) !== topic ? typeTelex(topic) : null),
    'one slip': (lesson) => {
      if (byFold.get(foldText(lesson.topic))!.length !== 1) return null;
      const syllables = foldText(lesson.topic).split(' ');
      const at = Math.floor(random() * syllables.length);
      const one = syllables[at]!;
      if (one.length < 3) return null;
      const place = 1 + Math.floor(random() * (one.length - 1));
      const slipped = random() < 0.5 ? one.slice(0, place) + one.slice(place + 1) : one.slice(0, place - 1) + one[place]! + one[place - 1]! + one.slice(place + 1);
      if (slipped === one) return null;
      const query = syllables.map((syllable, where) => (where === at ? slipped : syllable)).join(' ');
      return byFold.has(query) ? null : query;
    },
    'abbreviated type, words, subject, grade': (lesson) => {
      const words = foldText(lesson.topic).split(' ').slice(0, 4).join(' ');
      const alike = lessons.filter((one) => one.type === lesson.type && one.subject === lesson.subject && one.grade === lesson.grade && holdsAll(one.topic, words));
      return alike.length === 1 ? `${short(types, lesson.type)} ${words} ${short(subjects, lesson.subject)} ${lesson.grade}` : null;
    },
    'subject glued to grade': (lesson) => {
      const words = foldText(lesson.topic).split(' ').slice(0, 2).join(' ');
      const alike = lessons.filter((one) => one.subject === lesson.subject && one.grade === lesson.grade && holdsAll(one.topic, words));
      return alike.length === 1 ? `${words} ${short(subjects, lesson.subject).replace(' ', '')}${lesson.grade}` : null;
    },
    'author and words': (lesson) => {
      const words = foldText(lesson.topic).split(' ').slice(0, 2).join(' ');
      const name = foldText(lesson.author.split(' ').slice(-2).join(' '));
      const alike = lessons.filter((one) => holdsAll(one.author, name) && holdsAll(one.topic, words));
      return alike.length === 1 ? `${name} ${words}` : null;
    },
    NFD: ({ topic }) => (byTone.get(keyOf(topic))!.length === 1 ? topic.normalize('NFD') : null),
    'old tone placement': ({ topic }) => (byTone.get(keyOf(topic))!.length === 1 && oldPlacement(topic) !== topic ? oldPlacement(topic) : null),
    'accents decide among look-alikes': ({ topic }) => (byFold.get(foldText(topic))!.length > 1 && byTone.get(keyOf(topic))!.length === 1 ? topic : null),
  };
  const items: KnownItem[] = [];
  for (let at = 0; items.length < count; at++) {
    const kind = kinds[at % kinds.length]!;
    for (let tries = 0; tries < 400; tries++) {
      const lesson = pick(lessons);
      const query = make[kind](lesson);
      if (query === null) continue;
      items.push({ kind, query, id: lesson.id });
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
