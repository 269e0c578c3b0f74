import type { TextConversion } from '../contract/file.ts';
import { type LegacyFont, legacyFont } from '../../search/vietnamese/legacy-fonts.ts';
import { convertLegacyText, repairShortText } from '../../search/vietnamese/legacy-text.ts';
import { convertLegacyWords, type TextOrigin } from '../../search/vietnamese/legacy-words.ts';
import type { DocumentOutline } from './document-protocol.ts';
import type { PageWord } from './page-words.ts';
import { joinConversions } from './text-conversion.ts';

/**
 * The words of a page's layer, converted where they are in an encoding from before Unicode. `fontNames`, one a word, are
 * as the document has them. Two words that were one (`tr- ờng`) get the box around both.
 */
export function convertLayer(
  words: PageWord[],
  fontNames?: readonly (string | null)[],
): { words: PageWord[]; conversions: TextConversion[] } {
  const fonts = fontNames?.map((name) => (name ? legacyFont(name) : null));
  const converted = convertLegacyWords({
    words: words.map(([text]) => text),
    ...(fonts && { fonts }),
    startsLine: (index) => words[index]?.[5] !== words[index - 1]?.[5],
  });
  if (!converted) return { words, conversions: [] };
  const conversions: TextConversion[] = [];
  const layer: PageWord[] = [];
  let at = 0;
  for (const { text, took, from } of converted) {
    const parts = words.slice(at, at + took);
    if (from) conversions.push({ from, font: nameOf(fonts?.[at] ?? null, from) });
    layer.push(from ? withOriginal(parts, text) : (parts[0] as PageWord));
    at += took;
  }
  return { words: layer, conversions: joinConversions(conversions) };
}

const nameOf = (font: LegacyFont | null, from: TextOrigin): string | null =>
  font?.encoding === from ? font.name : null;

function withOriginal(parts: PageWord[], text: string): PageWord {
  const left = Math.min(...parts.map(([, x]) => x));
  const top = Math.min(...parts.map(([, , y]) => y));
  const right = Math.max(...parts.map(([, x, , w]) => x + w));
  const bottom = Math.max(...parts.map(([, , y, , h]) => y + h));
  const original = parts.map(([word]) => word).join(' ');
  return [text, left, top, right - left, bottom - top, parts[0]?.[5] ?? 0, original];
}

/** Titles and what the document says of itself, whose font nobody knows. Of the first page the text is converted already. */
export function convertOutline(outline: DocumentOutline): DocumentOutline {
  const titles = outline.contents.map(({ title }) => title);
  const together = convertLegacyText(titles.join('\n'))?.text.split('\n');
  const contents = outline.contents.map((entry, index) => ({
    ...entry,
    title: repaired((together?.length === titles.length && together[index]) || entry.title),
  }));
  const metadata = Object.fromEntries(
    Object.entries(outline.metadata).map(([key, value]) => [key, repaired(value ?? '')]),
  );
  return { ...outline, contents, metadata };
}

const repaired = (text: string): string => repairShortText(text).replaceAll('\u00ad', '');
