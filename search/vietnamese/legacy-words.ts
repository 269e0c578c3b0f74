import { withDroppedHorn } from './legacy-dropped.ts';
import type { LegacyFont } from './legacy-fonts.ts';
import { isCutAtHorn, lostHorn, type WordReading } from './legacy-readings.ts';
import { convertByScore } from './legacy-runs.ts';
import {
  accept,
  damagedReadings,
  isTelling,
  plainReadings,
  readingIn,
  readings,
  sound,
  type TextOrigin,
  type Unit,
  whole,
} from './legacy-units.ts';

export type { TextOrigin };

/** A word of the input, or two that were one, as it is to be stored. */
export interface ConvertedWord {
  text: string;
  /** Words of the input that it stands for: 1 or 2. */
  took: number;
  /** Null for a word that stays as it was. */
  from: TextOrigin | null;
}

export interface WordsToConvert {
  /** Without white space inside, in reading order. */
  words: readonly string[];
  /** What the font of each word says. */
  fonts?: readonly (LegacyFont | null)[];
  /** Whether word `index` begins a line: words are not joined across. */
  startsLine?(index: number): boolean;
  /** A title, a name, a query: one telling word is enough, where all of them then are Vietnamese. */
  short?: boolean;
}

/**
 * Converts what is in a legacy encoding, run by run: where a font says so and its words are not better as they stand,
 * else where the words say so. Null where nothing is to be converted, which is found out fast.
 */
export function convertLegacyWords(input: WordsToConvert): ConvertedWord[] | null {
  const { words, fonts } = input;
  if (!fonts?.some(Boolean) && !words.some(isSuspect)) return null;
  const units = unitsOf(input);
  convertByFont(units);
  convertByScore(units, input.short ?? false);
  mendDropped(units);
  repairDamage(units, input.short ?? false);
  if (!units.some((unit) => unit.origin !== null)) return null;
  return units.flatMap(({ result, took, origin: from }): ConvertedWord[] => {
    const words = took > 1 ? result.split(' ') : [result];
    return words.length === took ? words.map((text) => ({ text, took: 1, from })) : [{ text: result, took, from }];
  });
}

/** No syllable as it stands, and not for being English. */
const isSuspect = (word: string): boolean =>
  (/[^\u0020-\u007e“”‘’–—…•]/.test(word) || /[A-Za-z]-/.test(word)) &&
  (/[ƣƢðÐ\u00ad]/.test(word) || plainReadings(word).wrong > 0 || !/[\p{L}\p{N}]/u.test(word));

/**
 * Is there a word that is none as it stands, and one in an encoding of old fonts? A single one may be a stranger's name:
 * this only says that the fonts are worth asking for.
 */
export const hasLegacySigns = (words: readonly string[]): boolean =>
  words.some(
    (word) =>
      word.length > 1 &&
      isTelling(word) &&
      isSuspect(word) &&
      (['tcvn3', 'vni'] as const).some((encoding) => {
        const reading = readings[encoding](word);
        return sound(reading) && /\p{L}{2}/u.test(reading.text);
      }),
  );

function unitsOf({ words, fonts, startsLine }: WordsToConvert): Unit[] {
  const units: Unit[] = [];
  for (let at = 0; at < words.length; at++) {
    const text = words[at] as string;
    const next = words[at + 1];
    const cut = next !== undefined && !startsLine?.(at + 1) && isCutAtHorn(text, next);
    const unit = cut ? `${text} ${next}` : text;
    units.push({
      text: unit,
      took: cut ? 2 : 1,
      font: fonts?.[at] ?? null,
      plain: plainReadings(unit),
      origin: null,
      result: unit,
    });
    if (cut) at++;
  }
  return units;
}

/** A font may lie: a program that has none shows Unicode in it all the same. Each font's words decide together. */
function convertByFont(units: Unit[]): void {
  const byFont = new Map<string, Unit[]>();
  for (const unit of units) {
    if (!unit.font) continue;
    const { encoding, capitals } = unit.font;
    const key = `${encoding} ${capitals}`;
    const same = byFont.get(key);
    if (same) same.push(unit);
    else byFont.set(key, [unit]);
  }
  for (const same of byFont.values()) {
    const { encoding, capitals } = same[0]?.font as LegacyFont;
    const telling = same.filter((unit) => isTelling(unit.text));
    const wrong = (read: (unit: Unit) => WordReading): number =>
      telling.reduce((sum, unit) => sum + read(unit).wrong + (read(unit).foreign > 0 ? 1 : 0), 0);
    if (wrong((unit) => readingIn(unit, encoding)) > wrong((unit) => unit.plain)) continue;
    for (const unit of same) {
      const { text } = readingIn(unit, encoding);
      accept(unit, capitals ? text.toLocaleUpperCase('vi') : text, encoding);
    }
  }
}

/** Where ư was put back before ơ, and no sign of one is left anywhere, all of them were dropped. */
function mendDropped(units: Unit[]): void {
  const converted = units.filter((unit) => unit.origin === 'tcvn3');
  const horned = converted.filter((unit) => /ư/i.test(unit.result));
  if (!horned.some((unit) => !lostHorn.test(unit.text)) || horned.some((unit) => lostHorn.test(unit.text))) return;
  // Words that are plain ASCII in TCVN3 too are in the run all the same: they lie between others of it.
  const [first, last] = [units.indexOf(converted[0] as Unit), units.lastIndexOf(converted.at(-1) as Unit)];
  for (const unit of units.slice(first, last + 1)) {
    if (unit.origin === 'tcvn3' || (unit.origin === null && !isTelling(unit.text)))
      accept(unit, withDroppedHorn(unit.result), 'tcvn3');
  }
}

/** `tr-ờng` and `Đối tƣợng` among good Unicode, where neither is a word otherwise. */
function repairDamage(units: Unit[], short: boolean): void {
  const repairs = units.flatMap((unit) => {
    if (unit.origin !== null) return [];
    const text = whole(unit, 'damaged');
    const reading = damagedReadings(text);
    const lookAlike = /[ƣƢðÐ]/.test(text);
    const repaired = text.length > 1 && reading.parts > 0 && reading.wrong === 0 && reading.text !== text;
    const broken = lookAlike || (unit.plain.wrong > 0 && unit.plain.wrong >= unit.plain.parts / 2);
    return repaired && broken ? [{ unit, text: reading.text, sure: /[^\P{L}A-Za-z]/u.test(text) }] : [];
  });
  const sure = repairs.filter((repair) => repair.sure).length;
  const converted = units.some((unit) => unit.origin === 'tcvn3');
  for (const repair of repairs) {
    // `th-` could be the beginning of anything where no other word was damaged like this.
    if (repair.sure || converted || (sure >= 2 && !short)) accept(repair.unit, repair.text, 'damaged');
  }
}
