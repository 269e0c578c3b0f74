import type { LegacyFont } from './legacy-fonts.ts';
import { readAs, readDamaged, readPlain, type WordReading } from './legacy-readings.ts';
import { type LegacyEncoding, legacyEncodings } from './legacy-tables.ts';

/** What a text was converted from; `damaged` is Unicode in which an earlier conversion or a PDF writer has lost ư and đ. */
export type TextOrigin = LegacyEncoding | 'damaged';

/** A word, or two that may be one, while it is found out what it is. */
export interface Unit {
  text: string;
  took: number;
  font: LegacyFont | null;
  plain: WordReading;
  /** What it is taken for so far. */
  origin: TextOrigin | null;
  result: string;
}

export const plainReadings = remembering(readPlain);
export const damagedReadings = remembering(readDamaged);
export const readings = Object.fromEntries(
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

/** Only TCVN3 and what comes of it are cut at ư. */
export const whole = (unit: Unit, way: TextOrigin): string =>
  unit.took > 1 && (way === 'tcvn3' || way === 'damaged') ? unit.text.replace(' ', '') : unit.text;
export const readingIn = (unit: Unit, way: LegacyEncoding): WordReading => readings[way](whole(unit, way));

export function accept(unit: Unit, text: string, origin: TextOrigin): void {
  if (text === unit.text) return;
  unit.result = text;
  unit.origin = origin;
}

/** Has it a sign outside printable ASCII that is not mere typography? Capitals of VISCII lie among the controls. */
export const isTelling = (text: string): boolean => /[^\t-\r -~]/.test(text.replace(/[“”‘’–—…•]/g, ''));

export const sound = ({ wrong, foreign }: WordReading): boolean => wrong === 0 && foreign === 0;
