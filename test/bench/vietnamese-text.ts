import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSyllable } from '../../search/vietnamese/syllables.ts';
import { projectRoot } from '../support/source-files.ts';
import { seeded } from './search-bench-text.ts';

/** A list of words that is not part of the project; the benches do without it where it is not. */
const dictionary = join(projectRoot, '..', 'shared', 'data', 'text', 'dict-hongocduc', 'words.txt');

const onsets = ['', ...'b c ch d đ g h kh l m n ng nh ph qu s t th tr v x'.split(' ')];
const rimes = 'a ai am an ang anh ao at ay ăn ăm ăng ân âm ây âu e em en eo ê êm ên i im in inh o oi on ong ô ôi ôn ông ơ ơi ơn u ui un ung ư ưng ươi ương iêu iên iêng oa oai oan uy uyên'.split(' ');
const tones = ['', '\u0301', '\u0300', '\u0309', '\u0303', '\u0323'];

/** Some thousand syllables, by rule. */
function generatedSyllables(): string[] {
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

/** Words of two syllables: of the dictionary where it is at hand, else put together. In an order that the seed decides; the first are the frequent ones. */
export function wordsOfTwo(random: () => number, count: number): { words: string[]; from: 'dictionary' | 'rule' } {
  if (existsSync(dictionary)) {
    const known = new Set<string>();
    for (const line of readFileSync(dictionary, 'utf8').split('\n')) {
      if (line === '') continue;
      const { text } = JSON.parse(line) as { text: string };
      const parts = text.normalize('NFC').split(' ');
      if (parts.length === 2 && text === text.toLowerCase() && parts.every(isSyllable)) known.add(parts.join(' '));
    }
    return { words: shuffled([...known], random).slice(0, count), from: 'dictionary' };
  }
  const all = generatedSyllables();
  const pick = (): string => all[Math.floor(random() * all.length)]!;
  return { words: Array.from({ length: count }, () => `${pick()} ${pick()}`), from: 'rule' };
}

export function shuffled<T>(list: T[], random: () => number): T[] {
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [list[at], list[other]] = [list[other]!, list[at]!];
  }
  return list;
}

/** Places 0 up to `count`, the n-th about 1/n times as often as the first (Zipf and Mandelbrot). */
export function zipf(count: number, random: () => number): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) sums[rank] = sum += 1 / (rank + 2.7);
  return () => {
    const target = random() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/**
 * Running text with marks: two of three are words of two syllables, the others single ones, all as often as a language has them.
 * Returns a function that writes the next so many syllables.
 */
export function vietnameseText(seed: number): { next: (syllables: number) => string; from: 'dictionary' | 'rule' } {
  const random = seeded(seed);
  const { words, from } = wordsOfTwo(random, 12_000);
  const single = shuffled([...new Set(words.flatMap((word) => word.split(' ')))], random);
  const word = zipf(words.length, random);
  const alone = zipf(single.length, random);
  const next = (syllables: number): string => {
    const out: string[] = [];
    while (out.length < syllables) {
      if (random() < 2 / 3) out.push(...words[word()]!.split(' '));
      else out.push(single[alone()]!);
    }
    return out.slice(0, syllables).join(' ');
  };
  return { next, from };
}

