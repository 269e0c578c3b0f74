import type { TextConversion } from '../contract/file.ts';

/** The same conversion once, and without its font's name only where no font is known. */
export function joinConversions(all: Iterable<TextConversion>): TextConversion[] {
  const fonts = new Map<TextConversion['from'], Set<string>>();
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
