import { convertLegacyWords, type TextOrigin } from './legacy-words.ts';

export interface ConvertedText {
  text: string;
  from: TextOrigin[];
  /** What stood there before, by the place of the word among the words of the new text. */
  originals: ReadonlyMap<number, string>;
  /** Words of the new text. */
  words: number;
}

/** As convertLegacyWords for running text: white space stays as it is. Null where nothing is to be converted. */
export function convertLegacyText(text: string, options: { short?: boolean } = {}): ConvertedText | null {
  const parts = text.split(/(\s+)/);
  // Words at even places, what parts them at odd ones.
  const words: string[] = [];
  const places: number[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    if (!parts[at]) continue;
    words.push(parts[at] as string);
    places.push(at);
  }
  const startsLine = (index: number): boolean => /\n/.test(parts[(places[index] as number) - 1] ?? '');
  const converted = convertLegacyWords({ words, startsLine, short: options.short });
  if (!converted) return null;
  let next = 0;
  const from = new Set<TextOrigin>();
  const originals = new Map<number, string>();
  for (const [index, word] of converted.entries()) {
    const place = places[next] as number;
    if (word.from) {
      originals.set(index, words.slice(next, next + word.took).join(' '));
      from.add(word.from);
    }
    parts[place] = word.text;
    if (word.took > 1) parts[place + 1] = parts[place + 2] = '';
    next += word.took;
  }
  return { text: parts.join(''), from: [...from], originals, words: converted.length };
}

/**
 * A title, a name or a query that was copied out of an old document: `Tröôøng Tieåu hoïc` → `Trường Tiểu học`. Comes back
 * as it was unless every word of it is Vietnamese once converted, and at least one was not before.
 */
export const repairShortText = (text: string): string => convertLegacyText(text, { short: true })?.text ?? text;
