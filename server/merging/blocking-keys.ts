import type { MatchForm } from './match-form.ts';
import { isTextbook } from './kind-likeness.ts';
import { isCommon } from './title-likeness.ts';

/** From how many records on a block is cut. */
export const blockLimit = 48;
const mostKeys = 20;

/**
 * What a record may be found by: two records are compared only where they share a key. A key is at most 80 ASCII characters and has
 * levels, parted by `/`: `t:3k0x91z/1.6/SGV/KNTT/nam`. The block of a level is all keys that begin with it (its prefix with the `/`); a
 * block of more than `blockLimit` records is cut by the next level, see `keyLevels`. The same for the same form, in no order.
 */
export function blockingKeys(form: MatchForm): string[] {
  const words = form.parts.flatMap((part) => part.words);
  const main = [...new Set(words)];
  const dimensions = `${form.numbers['volume'] ?? ''}${form.numbers['part'] ? `p${form.numbers['part']}` : ''}.${form.grades.length <= 2 ? form.grades.join('+') : ''}`;
  const given = form.people.find(({ body }) => !body) ?? form.people[0];
  const levels = [dimensions, kindLevel(form), form.set ?? '', given === undefined ? '' : lastName(given.words)].map(
    short,
  );
  const title = shortHash([...words].sort().join(' '));
  const keys = new Set<string>();
  const add = (name: string, below: readonly string[]): void => {
    if (keys.size < mostKeys) keys.add([name, ...below].join('/'));
  };
  for (const isbn of form.isbns.slice(0, 4)) add(`i:${isbn}`, [title, ...levels]);
  for (const hash of form.hashes.slice(0, 4)) add(`f:${hash.slice(0, 18)}`, [title, ...levels]);
  for (const name of form.names.slice(0, 2)) add(`n:${shortHash(name)}`, [title, ...levels]);
  if (main.length > 0) add(`t:${title}`, [...levels, String(form.year ?? '')]);
  if (form.parts.length > 1)
    for (const part of form.parts.slice(0, 2))
      add(`t:${shortHash([...part.words].sort().join(' '))}`, [...levels, String(form.year ?? '')]);
  if (isTextbook(form) && form.subjects.length === 1 && form.grades.length === 1)
    add(`s:${short(form.subjects[0]!)}.${short(form.grades[0]!)}.${short(form.numbers['volume'] ?? '')}`, [
      levels[1]!,
      title,
      levels[2]!,
      levels[3]!,
    ]);
  for (const pair of wordPairs(longestPart(form))) add(`w:${shortHash(pair)}`, levels);
  const rare = byRarity(main).slice(0, 2);
  // Schools name some of a textbook's dozen authors, each others.
  if (isTextbook(form))
    for (const person of form.people.slice(0, 6))
      add(`p:${shortHash(`${lastName(person.words)} ${form.grades.join(' ')}`)}`, levels);
  else
    for (const person of form.people.slice(0, 3))
      for (const word of rare) add(`p:${shortHash(`${lastName(person.words)} ${word}`)}`, levels);
  return [...keys];
}

/** Codes are edited by people: what would end a level is left out. */
const short = (text: string): string => text.replace(/[^\w.+-]/g, '').slice(0, 10);

/** The prefixes of a key, from the widest block to the narrowest. */
export function keyLevels(key: string): string[] {
  const parts = key.split('/');
  return parts.map((_, at) => `${parts.slice(0, at + 1).join('/')}${at + 1 < parts.length ? '/' : ''}`);
}

/** Kinds that cataloguers waver between are one: a pupils' book goes without its kind, a novel is a reference book elsewhere. */
function kindLevel({ kind }: MatchForm): string {
  if (kind === null || kind.code === 'SGK') return '';
  if (kind.code === 'VBT' || kind.code === 'SBT') return 'SBT';
  return kind.code === 'SGV' || kind.group !== 'sach' ? kind.code : '';
}

/** The last word that is no initial: abbreviations keep it. */
const lastName = (words: readonly string[]): string => words.findLast((word) => word.length > 1) ?? words.at(-1)!;

/** Subtitles are left out, and change places with titles: what says the most is kept by both. */
function longestPart({ parts }: MatchForm): string[] {
  const says = (words: readonly string[]): number => words.reduce((sum, word) => sum + (isCommon(word) ? 1 : 3), 0);
  const longest = parts.reduce<readonly string[]>((best, { words }) => (says(words) > says(best) ? words : best), []);
  return [...new Set(longest)];
}

/** Up to seven pairs of the first five words in the order of their hashes, neighbours and next but one: one slip leaves three whole. */
function wordPairs(words: readonly string[]): string[] {
  const chosen = byRarity(words).slice(0, 5);
  const pair = (one: string, other: string): string => [one, other].sort().join(' ');
  return chosen.flatMap((word, at) => chosen.slice(at + 1, at + 3).map((other) => pair(word, other)));
}

/** Words that say something first, each lot in the order of their hashes: the same choice whatever order a title has. */
const byRarity = (words: readonly string[]): string[] =>
  words
    .map((word) => ({ word, rank: (isCommon(word) ? 2 ** 33 : 0) + mix(word, 7) }))
    .sort((a, b) => a.rank - b.rank || (a.word < b.word ? -1 : 1))
    .map(({ word }) => word);

/** 32 bits of a text (FNV-1a with a final mix), 0 and up. */
function mix(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const shortHash = (text: string): string => mix(text, 0).toString(36) + mix(text, 0x9e3779b9).toString(36);
