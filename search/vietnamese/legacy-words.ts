import { inCapitals } from './legacy-convert.ts';
import type { LegacyFont } from './legacy-fonts.ts';
import { isCutAtHorn, readAs, readDamaged, readPlain, type WordReading } from './legacy-readings.ts';
import { type LegacyEncoding, legacyEncodings } from './legacy-tables.ts';

/** What a text was converted from; `damaged` is Unicode in which an earlier conversion or a PDF writer has lost ư and đ. */
export type TextOrigin = LegacyEncoding | 'damaged';

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

interface Unit {
  text: string;
  took: number;
  font: LegacyFont | null;
  plain: WordReading;
  /** What it is taken for so far. */
  origin: TextOrigin | null;
  result: string;
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
  repairDamage(units, input.short ?? false);
  if (!units.some((unit) => unit.origin !== null)) return null;
  return units.flatMap(({ result, took, origin: from }): ConvertedWord[] => {
    const words = took > 1 ? result.split(' ') : [result];
    return words.length === took ? words.map((text) => ({ text, took: 1, from })) : [{ text: result, took, from }];
  });
}

const plainReadings = remembering(readPlain);
const damagedReadings = remembering(readDamaged);
const readings = Object.fromEntries(
  legacyEncodings.map((encoding) => [encoding, remembering((text) => readAs(text, encoding))]),
) as Record<LegacyEncoding, (text: string) => WordReading>;

/** A page repeats a few hundred words. */
function remembering(read: (text: string) => WordReading): (text: string) => WordReading {
  const known = new Map<string, WordReading>();
  return (text) => {
    const found = known.get(text);
    if (found) return found;
    const reading = read(text);
    if (known.size > 20_000) known.clear();
    if (text.length <= 40) known.set(text, reading);
    return reading;
  };
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

/** Only TCVN3 and what comes of it are cut at ư. */
const whole = (unit: Unit, way: TextOrigin): string =>
  unit.took > 1 && (way === 'tcvn3' || way === 'damaged') ? unit.text.replace(' ', '') : unit.text;
const readingIn = (unit: Unit, way: LegacyEncoding): WordReading => readings[way](whole(unit, way));

/** A font may lie: a program that has none shows Unicode in it all the same. Each font's words decide together. */
function convertByFont(units: Unit[]): void {
  const byFont = new Map<string, Unit[]>();
  for (const unit of units) {
    if (!unit.font) continue;
    const { encoding, capitals } = unit.font;
    const key = `${encoding} ${capitals}`;
    byFont.set(key, [...(byFont.get(key) ?? []), unit]);
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

function accept(unit: Unit, text: string, origin: TextOrigin): void {
  if (text === unit.text) return;
  unit.result = text;
  unit.origin = origin;
}

const isTelling = (text: string): boolean => /[^\u0000-\u007f]/.test(text.replace(/[“”‘’–—…•]/g, ''));

/** The price of going from one encoding to another and back is more than that of one odd word. */
const turning = 0.6;
/** Different words, and different signs in them: `å gå på` is Norwegian. */
const leastTelling = 3;
/** `ä` and `où` alone say nothing. */
const leastLetters = 3;
const soundShare = 0.9;
/** Of all words, those of other languages too. */
const leastShare = 0.7;
const leastGain = 0.1;
type Way = LegacyEncoding | null;
const ways: readonly Way[] = [null, ...legacyEncodings];

function readingOf(unit: Unit, way: Way): WordReading {
  if (way === null) return unit.plain;
  return readingIn(unit, way);
}

function cost(unit: Unit, way: Way): number {
  if (unit.origin !== null) return 0;
  const { wrong, foreign } = readingOf(unit, way);
  return Math.min(wrong, 2) + (foreign > 0 ? 0.5 : 0);
}

/** The cheapest way through all words (Viterbi), of which each run must then stand for itself. */
function convertByScore(units: Unit[], short: boolean): void {
  if (!units.some((unit) => unit.origin === null && unit.plain.wrong > 0 && isTelling(unit.text))) return;
  let prices: number[] = ways.map((way) => (way === null ? 0 : turning / 2));
  const cameFrom: number[][] = [];
  for (const unit of units) {
    const cheapest = prices.indexOf(Math.min(...prices));
    const turned = (prices[cheapest] as number) + turning;
    const from = prices.map((price, way) => (price <= turned ? way : cheapest));
    prices = ways.map((way, index) => Math.min(prices[index] as number, turned) + cost(unit, way));
    cameFrom.push(from);
  }
  let way = prices.indexOf(Math.min(...prices));
  let end = units.length;
  for (let at = units.length - 1; at >= 0; at--) {
    const before = cameFrom[at]?.[way] as number;
    if (at > 0 && before === way) continue;
    const encoding = ways[way] ?? null;
    if (encoding)
      convertRun(units.slice(at, end), encoding, {
        short,
        of: units.length,
        opens: at === 0,
        closes: end === units.length,
      });
    [end, way] = [at, before];
  }
}

interface Place {
  short: boolean;
  /** Words of the whole text. */
  of: number;
  /** The run begins, or ends, with the text. */
  opens: boolean;
  closes: boolean;
}

/** Converts the part of a run from its first to its last word that tells, if enough of them do. */
function convertRun(run: Unit[], encoding: LegacyEncoding, { short, of, opens, closes }: Place): void {
  const read = (unit: Unit): WordReading => readingIn(unit, encoding);
  const gains = (unit: Unit): boolean =>
    unit.origin === null &&
    unit.plain.wrong >= unit.plain.parts &&
    read(unit).parts > 0 &&
    sound(read(unit)) &&
    isTelling(unit.text);
  const first = run.findIndex(gains);
  if (first < 0) return;
  // Towards another run a word that could be either is that one's; towards the ends of the text there is no other.
  const part = run.slice(opens ? 0 : first, closes ? run.length : run.findLastIndex(gains) + 1);
  const gained = part.filter(gains);
  const telling = part.filter((unit) => unit.origin === null && isTelling(unit.text) && read(unit).parts > 0);
  const worded = part.filter((unit) => unit.plain.parts > 0 || read(unit).parts > 0);
  if (short) {
    const letters = gained.reduce((sum, unit) => sum + unit.text.length, 0);
    const rare = encoding === 'viscii' || encoding === 'windows-1258';
    if (
      run.length !== of ||
      letters < leastLetters ||
      (rare && gained.length < 2) ||
      !run.every((unit) => unit.origin !== null || sound(read(unit)))
    )
      return;
  } else {
    const different = new Set(gained.map((unit) => unit.text.toLowerCase())).size;
    const few = of <= 6 && worded.every((unit) => sound(read(unit)));
    const signs = new Set(gained.flatMap((unit) => unit.text.match(/[^\u0000-\u007f]|-/g) ?? []));
    if (Math.min(different, signs.size) < (few ? leastTelling - 1 : leastTelling)) return;
    if (telling.filter((unit) => sound(read(unit))).length < telling.length * soundShare) return;
    if (gained.length < worded.length * leastGain) return;
    if (worded.filter((unit) => read(unit).wrong === 0).length < worded.length * leastShare) return;
  }
  for (const [index, unit] of part.entries()) {
    if (unit.origin === null) accept(unit, inContext(part, index, read(unit).text, encoding), encoding);
  }
}

const sound = ({ wrong, foreign }: WordReading): boolean => wrong === 0 && foreign === 0;

/** Capitals of TCVN3 are the font's: a word with too few plain letters to tell goes by its neighbours. */
function inContext(run: Unit[], index: number, text: string, encoding: LegacyEncoding): string {
  const plainLetters = (unit: Unit | undefined): number => unit?.text.match(/[A-Za-z]/g)?.length ?? 0;
  const unit = run[index] as Unit;
  if (encoding !== 'tcvn3' || plainLetters(unit) > 1 || /[a-z]/.test(unit.text)) return text;
  const around = [run.slice(0, index).reverse(), run.slice(index + 1)].map((side) =>
    side.find((one) => plainLetters(one) > 1),
  );
  const known = around.filter((one) => one !== undefined);
  return known.length > 0 && known.every((one) => inCapitals(one.text)) ? text.toLocaleUpperCase('vi') : text;
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
