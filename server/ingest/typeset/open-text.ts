import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { DocumentFault } from '../document-fault.ts';
import type { DocumentOutline, DocumentSource, OpenDocument, PageImage } from '../document-protocol.ts';
import { encodePixels } from '../images/image-codec.ts';
import type { IngestLimits } from '../ingest-limits.ts';
import type { PageWord } from '../page-words.ts';
import type { ReadText } from './convert-text.ts';
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

/** Plain text as pages that look typed. Throws DocumentFault. */
export async function openText({ path, limits }: DocumentSource): Promise<OpenDocument> {
  const { size: bytes } = await stat(path);
  if (bytes > limits.textBytes) throw new DocumentFault('document-too-many-pages', { bytes, most: limits.textBytes });
  return setText(decodeText(await readFile(path)), limits);
}

/** A text as pages; every word's box is known because we have set it. Throws DocumentFault. */
export function setText(
  read: ReadText,
  limits: IngestLimits,
  metadata: DocumentOutline['metadata'] = {},
): OpenDocument {
  const { text, code } = read;
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
  const lines = (number: number): TypesetLine[] => pages[number - 1]?.lines as TypesetLine[];
  const labels = pages.map(({ leaf }) => (read.numbered ? String(leaf + 1) : null));
  const firstPageText = lines(1)
    .map((line) => line.words.map((word) => word.text).join(' '))
    .join('\n');
  return {
    outline: { labels, contents: [], metadata, firstPageText, softCode: code },
    pageImage: (number) => drawPage(lines(number), font),
    pageText: async (number) => {
      const words = wordsOf(lines(number), read.originals);
      const conversions = words.some((word) => word.length > 6) ? read.conversions : [];
      return { words, picture: false, conversions };
    },
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

function wordsOf(lines: TypesetLine[], originals: ReadText['originals']): PageWord[] {
  let last = -1;
  return lines.flatMap((line, row) =>
    line.words.map(({ text, x, w, index }): PageWord => {
      const original = index === last ? undefined : originals.get(index);
      last = index;
      const box: PageWord = [text, sheet.left + x, sheet.top + row * leading, w, size * 1.2, row];
      if (original !== undefined) box.push(original);
      return box;
    }),
  );
}
