import type { PageWord } from '../page-words.ts';
import { boxOf, type PageTransform } from './page-box.ts';
import { type Pdfium, readDouble, withMemory } from './pdfium.ts';

/** More letters than any printed page has; a page of garbage ends here. */
const mostLetters = 200_000;
/** PDFium marks a hyphen that ends a line. */
const softHyphens = new Set([0x02, 0xfffe]);

export interface PageLetters {
  words: PageWord[];
  /** The name of the font in which each word begins, as the document has it. */
  fonts: (string | null)[];
}

/** The words of a page's own text, in the order in which they are drawn. */
export function readLetters(pdfium: Pdfium, page: number, transform: PageTransform): PageLetters {
  const text = pdfium._FPDFText_LoadPage!(page);
  if (!text) return { words: [], fonts: [] };
  try {
    return withMemory(pdfium, 32, (at) => collectWords(pdfium, text, transform, at));
  } finally {
    pdfium._FPDFText_ClosePage!(text);
  }
}

function collectWords(pdfium: Pdfium, text: number, transform: PageTransform, at: number): PageLetters {
  const words: PageWord[] = [];
  const fonts: (string | null)[] = [];
  let font: string | null = null;
  const count = Math.min(pdfium._FPDFText_CountChars!(text), mostLetters);
  let line = 0;
  let word = '';
  let [left, bottom, right, top] = [0, 0, 0, 0];
  let last: PageWord | null = null;
  const end = (): void => {
    const clean = word.normalize('NFC').trim();
    word = '';
    if (!clean) return;
    const [x, y, w, h] = boxOf(transform, left, bottom, right, top);
    if (last && startsLine(last, x, y, h)) line++;
    last = [clean, x, y, w, h, line];
    words.push(last);
    fonts.push(font);
  };
  for (let index = 0; index < count; index++) {
    const code = pdfium._FPDFText_GetUnicode!(text, index);
    const letter = softHyphens.has(code) ? '-' : code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
    if (/\s|\p{Cc}/u.test(letter)) {
      end();
      continue;
    }
    if (!pdfium._FPDFText_GetCharBox!(text, index, at, at + 8, at + 16, at + 24)) continue;
    const [l, r, b, t] = [0, 8, 16, 24].map((offset) => readDouble(pdfium, at + offset)) as [
      number,
      number,
      number,
      number,
    ];
    if (word === '' || (font === null && /\p{L}/u.test(letter))) font = fontOf(pdfium, text, index);
    if (word === '') [left, bottom, right, top] = [l, b, r, t];
    else [left, bottom, right, top] = [Math.min(left, l), Math.min(bottom, b), Math.max(right, r), Math.max(top, t)];
    word += letter;
  }
  end();
  return { words, fonts };
}

/** Longer names than any font has are none. */
const fontNameBytes = 128;

function fontOf(pdfium: Pdfium, text: number, index: number): string | null {
  return withMemory(pdfium, fontNameBytes, (at) => {
    const size = pdfium._FPDFText_GetFontInfo!(text, index, at, fontNameBytes, 0);
    if (size <= 1 || size > fontNameBytes) return null;
    return Buffer.from(pdfium.HEAPU8.subarray(at, at + size - 1)).toString('utf8');
  });
}

/** A word goes on in its line while it stands to the right of the one before and at about its height. */
function startsLine([, x, y, , h]: PageWord, left: number, top: number, height: number): boolean {
  const apart = Math.abs(y + h / 2 - (top + height / 2));
  return apart > Math.max(h, height) * 0.7 || left < x - Math.max(h, height) * 0.2;
}
