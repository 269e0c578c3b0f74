import { inCapitals } from './legacy-convert.ts';
import type { WordReading } from './legacy-readings.ts';
import { type LegacyEncoding, legacyEncodings } from './legacy-tables.ts';
import { accept, isTelling, readingIn, sound, type Unit } from './legacy-units.ts';

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
export function convertByScore(units: Unit[], short: boolean): void {
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
  if (!run.some(gains)) return;
  // Towards another run a word that could be either is that one's; towards the ends of the text there is no other.
  const could = (unit: Unit): boolean => unit.origin === null && isTelling(unit.text) && sound(read(unit));
  const first = run.findIndex(opens ? could : gains);
  const part = short ? run : run.slice(first, run.findLastIndex(closes ? could : gains) + 1);
  const gained = part.filter(gains);
  const enough = short ? run.length === of && isShortText(run, gained, encoding) : isRun(part, gained, encoding, of);
  if (!enough) return;
  for (const [index, unit] of part.entries()) {
    if (unit.origin === null && !isIsland(unit, read(unit)))
      accept(unit, inContext(part, index, read(unit).text, encoding), encoding);
  }
}

/** Does every word of a title or a query turn out to be Vietnamese, bar initials, and one more than before? */
function isShortText(all: Unit[], gained: Unit[], encoding: LegacyEncoding): boolean {
  const letters = gained.reduce((sum, unit) => sum + unit.text.length, 0);
  const rare = encoding === 'viscii' || encoding === 'windows-1258';
  if (letters < leastLetters || (rare && gained.length < 2)) return false;
  return all.every((unit) => unit.origin !== null || isInitials(unit.text) || sound(readingIn(unit, encoding)));
}

/** A word of good Unicode in the middle of the run. */
const isIsland = ({ plain }: Unit, { foreign }: WordReading): boolean =>
  plain.parts > 0 && plain.wrong === 0 && foreign > 0;

const isInitials = (text: string): boolean => /^[\W\d]*[A-Z][A-Z\d.-]{0,7}\W*$/.test(text);

function isRun(part: Unit[], gained: Unit[], encoding: LegacyEncoding, of: number): boolean {
  const read = (unit: Unit): WordReading => readingIn(unit, encoding);
  const open = part.filter((unit) => unit.origin === null && !isIsland(unit, read(unit)));
  const telling = open.filter((unit) => isTelling(unit.text) && read(unit).parts > 0);
  const worded = open.filter((unit) => unit.plain.parts > 0 || read(unit).parts > 0);
  const few = of <= 6 && worded.every((unit) => sound(read(unit)));
  const different = new Set(gained.map((unit) => unit.text.toLowerCase())).size;
  const signs = new Set(gained.flatMap((unit) => unit.text.match(/[^\u0000-\u007f]|-/g) ?? [])).size;
  return (
    Math.min(different, signs) >= (few ? leastTelling - 1 : leastTelling) &&
    telling.filter((unit) => sound(read(unit))).length >= telling.length * soundShare &&
    gained.length >= worded.length * leastGain &&
    worded.filter((unit) => read(unit).wrong === 0).length >= worded.length * leastShare
  );
}

/** Capitals of TCVN3 are the font's: a word with too few plain letters to tell goes by its neighbours. */
function inContext(run: Unit[], index: number, text: string, encoding: LegacyEncoding): string {
  const plainLetters = (unit: Unit | undefined): number => unit?.text.match(/[A-Za-z]/g)?.length ?? 0;
  const unit = run[index] as Unit;
  if (encoding !== 'tcvn3' || plainLetters(unit) > 1 || /[a-z]/.test(unit.text)) return text;
  const near = (side: Unit[]): Unit | undefined => side.find((one) => plainLetters(one) > 1);
  const around = [near(run.slice(Math.max(0, index - 4), index).reverse()), near(run.slice(index + 1, index + 5))];
  const known = around.filter((one) => one !== undefined);
  return known.length > 0 && known.every((one) => inCapitals(one.text)) ? text.toLocaleUpperCase('vi') : text;
}
