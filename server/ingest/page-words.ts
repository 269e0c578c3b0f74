/**
 * The words of one page with their boxes, as kept under wordsKey(). Boxes are in pixels of the page image:
 * left, top, width, height. Words of one line share its number; the order is the reading order. Text is NFC.
 * A word that was converted from an encoding before Unicode keeps what stands in the file as its last member.
 */
export interface PageWords {
  width: number;
  height: number;
  source: 'layer' | 'ocr' | 'none';
  words: PageWord[];
}

export type PageWord = [text: string, x: number, y: number, w: number, h: number, line: number, original?: string];

const tenth = (value: number): number => Math.round(value * 10) / 10;

export function encodePageWords(page: PageWords): Buffer {
  const words = page.words.map(([text, x, y, w, h, ...rest]) => [
    text,
    tenth(x),
    tenth(y),
    tenth(w),
    tenth(h),
    ...rest,
  ]);
  return Buffer.from(JSON.stringify({ width: page.width, height: page.height, source: page.source, words }));
}

/** Throws SyntaxError on anything that encodePageWords has not written. */
export function decodePageWords(bytes: Uint8Array): PageWords {
  const page = JSON.parse(Buffer.from(bytes).toString('utf8')) as PageWords;
  if (!Array.isArray(page.words) || typeof page.width !== 'number') throw new SyntaxError('not the words of a page');
  return page;
}

/** The page's text in reading order, one line of print a line. */
export function textOfWords(words: readonly PageWord[]): string {
  let text = '';
  let before: number | null = null;
  for (const [word, , , , , line] of words) {
    if (before !== null) text += line === before ? ' ' : '\n';
    text += word;
    before = line;
  }
  return text;
}

/** Moves boxes from one size of the page to another. */
export function scaleWords(words: readonly PageWord[], x: number, y: number): PageWord[] {
  return words.map(([text, left, top, w, h, ...rest]) => [text, left * x, top * y, w * x, h * y, ...rest]);
}
