import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { DocumentFault } from '../document-fault.ts';
import type { DocumentSource, OpenDocument, PageImage } from '../document-protocol.ts';
import { encodePixels } from '../images/image-codec.ts';
import type { PageWord } from '../page-words.ts';
import { decodeText } from './decode-text.ts';
import { type Measure, type TypesetLine, typesetPages } from './typeset-pages.ts';

/** A4 at 150 dpi with the margins of an official letter. */
const sheet = { width: 1240, height: 1754, left: 150, top: 140, right: 110 };
const size = 25;
const leading = 38;
const lettersPerPage = 1800;
const linesPerPage = Math.floor((sheet.height - 2 * sheet.top) / leading);
const ascent = 0.95;

/** Be Vietnam Pro comes in subsets; the canvas takes the first family of the list that has the letter. */
function loadFonts(): string {
  const require = createRequire(import.meta.url);
  return ['latin', 'vietnamese', 'latin-ext']
    .map((subset) => {
      const family = `tu-sach-${subset}`;
      const path = require.resolve(`@fontsource/be-vietnam-pro/files/be-vietnam-pro-${subset}-400-normal.woff2`);
      if (!GlobalFonts.has(family)) GlobalFonts.registerFromPath(path, family);
      return family;
    })
    .join(', ');
}

/** Plain text as pages that look typed; every word's box is known because we have set it. Throws DocumentFault. */
export async function openText(source: DocumentSource): Promise<OpenDocument> {
  const { limits } = source;
  const bytes = await readFile(source.path);
  if (bytes.length > limits.textBytes)
    throw new DocumentFault('document-too-many-pages', { bytes: bytes.length, most: limits.textBytes });
  const { text, code } = decodeText(bytes);
  const font = `${size}px ${loadFonts()}, sans-serif`;
  const setting = {
    width: sheet.width - sheet.left - sheet.right,
    linesPerPage,
    lettersPerPage,
    measure: measureWith(font),
  };
  const pages = typesetPages(text, setting, limits.pages);
  if (pages.length === 0) throw new DocumentFault('document-has-no-pages');
  if (pages.length > limits.pages)
    throw new DocumentFault('document-too-many-pages', { pages: pages.length, most: limits.pages });
  const lines = (number: number): TypesetLine[] => pages[number - 1] as TypesetLine[];
  const firstPageText = lines(1)
    .map((line) => line.words.map((word) => word.text).join(' '))
    .join('\n');
  return {
    outline: { labels: pages.map(() => null), contents: [], metadata: {}, firstPageText, softCode: code },
    pageImage: (number) => drawPage(lines(number), font),
    pageText: async (number) => ({ words: wordsOf(lines(number)), picture: false }),
  };
}

function context(font: string, width: number, height: number): SKRSContext2D {
  const drawing = createCanvas(width, height).getContext('2d');
  drawing.font = font;
  drawing.textBaseline = 'alphabetic';
  return drawing;
}

function measureWith(font: string): Measure {
  const drawing = context(font, 8, 8);
  const known = new Map<string, number>();
  return (text) => {
    let width = known.get(text);
    if (width === undefined) {
      width = drawing.measureText(text).width;
      if (known.size < 50_000) known.set(text, width);
    }
    return width;
  };
}

function drawPage(lines: TypesetLine[], font: string): Promise<PageImage> {
  const { width, height } = sheet;
  const drawing = context(font, width, height);
  drawing.fillStyle = '#ffffff';
  drawing.fillRect(0, 0, width, height);
  drawing.fillStyle = '#1a1a1a';
  for (const [index, line] of lines.entries()) {
    for (const word of line.words)
      drawing.fillText(word.text, sheet.left + word.x, sheet.top + index * leading + size * ascent);
  }
  return encodePixels(drawing.getImageData(0, 0, width, height).data as unknown as Uint8Array, width, height);
}

const wordsOf = (lines: TypesetLine[]): PageWord[] =>
  lines.flatMap((line, index) =>
    line.words.map((word): PageWord => [
      word.text,
      sheet.left + word.x,
      sheet.top + index * leading,
      word.w,
      size * 1.2,
      index,
    ]),
  );
