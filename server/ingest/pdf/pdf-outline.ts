import type { ContentsEntry, DocumentOutline } from '../document-protocol.ts';
import { type Pdfium, readUtf16, withMemory } from './pdfium.ts';

const mostEntries = 2000;
const deepest = 8;

/** Title, author, labels and contents (PDF 32000-1, 14.3.3, 12.4.2, 12.3.3). */
export function readOutline(
  pdfium: Pdfium,
  document: number,
  pages: number,
): Omit<DocumentOutline, 'firstPageText' | 'softCode'> {
  return {
    labels: Array.from({ length: pages }, (_, index) => {
      const label = readUtf16(pdfium, (at, size) => pdfium._FPDF_GetPageLabel!(document, index, at, size));
      return clean(label, 40) || null;
    }),
    contents: readContents(pdfium, document, pages),
    metadata: {
      title: metadata(pdfium, document, 'Title'),
      author: metadata(pdfium, document, 'Author'),
      subject: metadata(pdfium, document, 'Subject'),
      keywords: metadata(pdfium, document, 'Keywords'),
    },
  };
}

/** PDFDocEncoding has nothing at 0xad, the letter ư of TCVN3, and PDFium writes a zero (PDF 32000-1, D.3). */
const clean = (text: string, most: number): string =>
  text
    .normalize('NFC')
    .replace(/(?<=[^\s\0])\0(?!\0|$)/g, '\u00ad')
    .replace(/[\p{Cc}\p{Cs}\u{fffe}\u{ffff}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, most);

function metadata(pdfium: Pdfium, document: number, name: string): string | undefined {
  const tag = Buffer.from(`${name}\0`, 'latin1');
  const value = withMemory(pdfium, tag.length, (pointer) => {
    pdfium.HEAPU8.set(tag, pointer);
    return readUtf16(pdfium, (at, size) => pdfium._FPDF_GetMetaText!(document, pointer, at, size));
  });
  return clean(value, 500) || undefined;
}

function readContents(pdfium: Pdfium, document: number, pages: number): ContentsEntry[] {
  const entries: ContentsEntry[] = [];
  const seen = new Set<number>();
  const walk = (parent: number, depth: number): void => {
    let bookmark = pdfium._FPDFBookmark_GetFirstChild!(document, parent);
    // Damaged outlines point back at themselves.
    while (bookmark && !seen.has(bookmark) && entries.length < mostEntries) {
      seen.add(bookmark);
      const current = bookmark;
      const title = clean(
        readUtf16(pdfium, (at, size) => pdfium._FPDFBookmark_GetTitle!(current, at, size)),
        300,
      );
      const page = pageOf(pdfium, document, bookmark);
      if (title && page >= 0 && page < pages) entries.push({ title, page: page + 1, depth });
      if (depth < deepest) walk(bookmark, depth + 1);
      bookmark = pdfium._FPDFBookmark_GetNextSibling!(document, bookmark);
    }
  };
  walk(0, 0);
  return entries;
}

function pageOf(pdfium: Pdfium, document: number, bookmark: number): number {
  let target = pdfium._FPDFBookmark_GetDest!(document, bookmark);
  if (!target) {
    const action = pdfium._FPDFBookmark_GetAction!(bookmark);
    if (action) target = pdfium._FPDFAction_GetDest!(document, action);
  }
  return target ? pdfium._FPDFDest_GetDestPageIndex!(document, target) : -1;
}
