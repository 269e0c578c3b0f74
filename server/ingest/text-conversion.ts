import type { TextOrigin } from '../../search/vietnamese/legacy-words.ts';

/** What some of a text was converted from. */
export interface TextConversion {
  from: TextOrigin;
  /** The font that said so; null where the words did. */
  font: string | null;
}

/** The same conversion once, and without its font's name only where no font is known. */
export function joinConversions(all: Iterable<TextConversion>): TextConversion[] {
  const fonts = new Map<TextOrigin, Set<string>>();
  for (const { from, font } of all) {
    const known = fonts.get(from) ?? new Set();
    if (font) known.add(font);
    fonts.set(from, known);
  }
  return [...fonts].flatMap(([from, known]): TextConversion[] =>
    known.size === 0 ? [{ from, font: null }] : [...known].sort().map((font) => ({ from, font })),
  );
}

/** What the step `text` has kept of it. */
export function conversionsOfStep(paramsJson: string): TextConversion[] {
  const { conversions } = JSON.parse(paramsJson) as { conversions?: TextConversion[] };
  return Array.isArray(conversions) ? conversions : [];
}
