import type { TextConversion } from '../../contract/file.ts';
import { convertLegacyText } from '../../../search/vietnamese/legacy-text.ts';
import type { RefusalCode } from '../../errors.ts';
import { joinConversions } from '../text-conversion.ts';

/** A text that is to be set as pages. */
export interface ReadText {
  text: string;
  code: RefusalCode | null;
  /** What stood in the file, of words that were converted, by their place among the words of the text. */
  originals: ReadonlyMap<number, string>;
  conversions: TextConversion[];
  /** The parts between form feeds are numbered in the document, and their pages bear these numbers. */
  numbered?: boolean;
}

/** Letters looked at together: a long text may change its encoding, and words are held in memory a block at a time. */
const blockLetters = 20_000;

/** Converts what is in an encoding from before Unicode, by its words. A text without any comes back as it is. */
export function convertText(text: string): ReadText {
  const originals = new Map<number, string>();
  const conversions: TextConversion[] = [];
  let converted = '';
  let words = 0;
  for (const block of blocks(text)) {
    const found = convertLegacyText(block);
    for (const [index, original] of found?.originals ?? []) originals.set(words + index, original);
    for (const from of found?.from ?? []) conversions.push({ from, font: null });
    words += found?.words ?? block.match(/\S+/g)?.length ?? 0;
    converted += found?.text ?? block;
  }
  return { text: converted, code: null, originals, conversions: joinConversions(conversions) };
}

/** Cuts at ends of lines, or where there is none at spaces. */
function* blocks(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    let to = from + blockLetters;
    if (text.length - to > blockLetters / 2) {
      const line = text.indexOf('\n', to);
      const space = text.indexOf(' ', to);
      const near = line >= 0 && line - to < blockLetters ? line : space;
      to = near < 0 ? text.length : near;
    } else to = text.length;
    yield text.slice(from, to);
    from = to;
  }
}
