import { type LegacyEncoding, letterTables, vniPair, vniSingle } from '../../search/vietnamese/legacy-tables.ts';

/** The first sign of a letter is the byte itself, as Latin-1 shows it. */
function inverse(map: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const back = new Map<string, string>();
  for (const [sign, letter] of map) if (!back.has(letter)) back.set(letter, sign);
  return back;
}

const vni = new Map([...inverse(vniPair), ...inverse(vniSingle)]);
const tones = '\u0300\u0301\u0303\u0309\u0323';

/** Writes Unicode as a program of the time did, and as everybody has read it since: byte by byte as Latin-1. */
export function encodeLegacy(text: string, encoding: LegacyEncoding): string {
  const clean = text.normalize('NFC');
  if (encoding === 'vni') return Array.from(clean, (letter) => vni.get(letter) ?? letter).join('');
  const table = inverse(letterTables[encoding]);
  if (encoding !== 'windows-1258') return Array.from(clean, (letter) => table.get(letter) ?? letter).join('');
  return Array.from(clean, (letter) => {
    const whole = table.get(letter);
    if (whole !== undefined || letter.normalize('NFD') === letter) return whole ?? letter;
    const marks = Array.from(letter.normalize('NFD'));
    const tone = marks.filter((mark) => tones.includes(mark)).join('');
    const base = marks
      .filter((mark) => !tones.includes(mark))
      .join('')
      .normalize('NFC');
    return `${table.get(base) ?? base}${table.get(tone) ?? tone}`;
  }).join('');
}

/** TCVN3 writes capitals with marks as small letters in a font of capitals; only these seven have signs of their own. */
export const tcvn3Capitals = (text: string): string =>
  text.normalize('NFC').replace(/[^\u0000-\u007fĂÂĐÊÔƠƯ]/gu, (letter) => letter.toLocaleLowerCase('vi'));
