import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { getDocument, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { DocumentFault } from '../document-fault.ts';
import type { DocumentSource, OpenDocument, PageImage } from '../document-protocol.ts';
import { convertLayer } from '../legacy-layer.ts';
import { encodePixels } from '../images/image-codec.ts';
import { type PageWord, textOfWords } from '../page-words.ts';
import { renderedSize } from './render-page.ts';

const folder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
const inside = (name: string): string => `${join(folder, name)}/`;

/**
 * A PDF that PDFium cannot open, in pdf.js, which rebuilds broken cross-reference tables that PDFium gives up on. Three to five times
 * slower, and pages are always rendered: a second opinion, not a second way. Throws DocumentFault document-damaged and the password ones.
 */
export async function openRescued(source: DocumentSource): Promise<OpenDocument> {
  const document = await open(source);
  if (document.numPages <= 0) throw new DocumentFault('document-has-no-pages');
  if (document.numPages > source.limits.pages) throw new DocumentFault('document-too-many-pages', { pages: document.numPages, most: source.limits.pages });

  async function withPage<T>(number: number, work: (page: PDFPageProxy) => Promise<T>): Promise<T> {
    const page = await document.getPage(number).catch((error: unknown) => {
      throw new DocumentFault('document-damaged', { page: number }, { cause: error });
    });
    try {
      return await work(page);
    } finally {
      page.cleanup();
    }
  }

  const labels = await document.getPageLabels().catch(() => null);
  // Without its first page's text the draft keeps the file's name for a title.
  const firstPageText = await withPage(1, async (page) => textOfWords(convertLayer(await wordsOf(page, 1000, 1000)).words)).catch(() => '');
  return {
    outline: {
      labels: Array.from({ length: document.numPages }, (_, at) => labels?.[at] ?? null),
      contents: [],
      metadata: {},
      firstPageText: firstPageText.slice(0, 5000),
      softCode: 'document-repaired',
    },
    pageImage: (number) => withPage(number, (page) => imageOf(page, source.limits.renderedPixels)),
    pageText: (number, width, height) => withPage(number, async (page) => ({ ...convertLayer(await wordsOf(page, width, height)), picture: true })),
  };
}

async function open(source: DocumentSource): Promise<PDFDocumentProxy> {
  try {
    return await getDocument({
      data: new Uint8Array(await readFile(source.path)),
      password: source.password ?? '',
      standardFontDataUrl: inside('standard_fonts'),
      cMapUrl: inside('cmaps'),
      cMapPacked: true,
      wasmUrl: inside('wasm'),
      isEvalSupported: false,
      verbosity: 0,
      maxImageSize: source.limits.pixels,
    }).promise;
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException') throw new DocumentFault(source.password ? 'document-password-wrong' : 'document-needs-password');
    throw new DocumentFault('document-damaged', {}, { cause: error });
  }
}

async function imageOf(page: PDFPageProxy, budget: number): Promise<PageImage> {
  const plain = page.getViewport({ scale: 1 });
  const { width, height } = renderedSize({ width: plain.width, height: plain.height }, null, budget);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  await page.render({ canvas: null, canvasContext: context as never, viewport: page.getViewport({ scale: width / plain.width }) }).promise;
  const { data } = context.getImageData(0, 0, width, height);
  return encodePixels(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height);
}

/** Words with boxes in pixels of a page image of `width` × `height`; a run of text is shared out among its words by their letters. */
async function wordsOf(page: PDFPageProxy, width: number, height: number): Promise<PageWord[]> {
  const viewport = page.getViewport({ scale: 1 });
  const [across, down] = [width / viewport.width, height / viewport.height];
  const words: PageWord[] = [];
  let line = 0;
  for (const item of (await page.getTextContent()).items) {
    if (!('str' in item)) continue;
    const [a, , , , x, y] = multiplied(viewport.transform as Matrix, item.transform as Matrix);
    const size = Math.abs(item.height) || Math.abs(a);
    const letter = item.str.length > 0 ? item.width / item.str.length : 0;
    for (const match of item.str.matchAll(/\S+/g)) {
      const left = (x + match.index * letter) * across;
      words.push([match[0].normalize('NFC'), left, (y - size) * down, match[0].length * letter * across, size * 1.2 * down, line]);
    }
    if (item.hasEOL) line++;
  }
  return words;
}

type Matrix = [number, number, number, number, number, number];

const multiplied = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[2] * n[1],
  m[1] * n[0] + m[3] * n[1],
  m[0] * n[2] + m[2] * n[3],
  m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4],
  m[1] * n[4] + m[3] * n[5] + m[5],
];
