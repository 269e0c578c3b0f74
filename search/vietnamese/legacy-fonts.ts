import type { LegacyEncoding } from './legacy-tables.ts';

export interface LegacyFont {
  encoding: LegacyEncoding;
  /** The font draws small letters as capitals. */
  capitals: boolean;
  /** Without the tag of a subset and the style: `.VnTime`. */
  name: string;
}

/** Six capitals that mark a part of a font (PDF 32000-1, 9.6.4). */
const subsetTag = /^[A-Z]{6}\+/;
const style = /(?:[,-]? ?(?:Bold|Italic|Regular|Normal|Oblique|BoldItalic|Roman|MT|PSMT))+$/i;
const viscii = /^VI[ -](?:Times|Arial|Helve|Courier|Univer|Book|Heo|Hoa|Palat|Garamond|Long)/i;

/** What a font's name says of the text set in it: `.VnTimeH` is TCVN3 in capitals, `VNI-Times` VNI; null for other fonts. */
export function legacyFont(fontName: string): LegacyFont | null {
  const name = fontName.slice(0, 100).trim().replace(subsetTag, '').replace(style, '');
  if (/^VNI[ _-]/i.test(name) || /^VNI(?:Times|Helve|Centur|Univer|Avo)/.test(name))
    return { encoding: 'vni', capitals: false, name };
  if (/^[._]?Vn[A-Z0-9]/.test(name) || /^\.VN[A-Z0-9]/i.test(name)) {
    return { encoding: 'tcvn3', capitals: /[a-z3-9]H$/.test(name) || /^\.VN[A-Z]+H$/.test(name), name };
  }
  return viscii.test(name) ? { encoding: 'viscii', capitals: false, name } : null;
}
