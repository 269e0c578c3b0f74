import { DocumentFault } from '../document-fault.ts';
import type { DocumentSource, OpenDocument, PageImage, PageLayer } from '../document-protocol.ts';
import { convertLayer, convertOutline } from '../legacy-layer.ts';
import { textOfWords } from '../page-words.ts';
import { fullPageImage, takeEmbeddedJpeg } from './embedded-jpeg.ts';
import { pageTransform, readPageBox } from './page-box.ts';
import { readLetters } from './page-letters.ts';
import { readPageObjects } from './page-objects.ts';
import { readOutline } from './pdf-outline.ts';
import { loadDocument, loadPdfium, type Pdfium } from './pdfium.ts';
import { checkPictures, renderedSize, renderPage } from './render-page.ts';

/** Letters drawn as outlines leave many paths and no text. */
const outlinedLetters = 30;

/**
 * A PDF in PDFium's WebAssembly. An empty user password opens silently. `sound` is false when not even page 1 could be loaded.
 * Throws DocumentFault.
 */
export async function openPdf(source: DocumentSource): Promise<OpenDocument & { sound: boolean }> {
  const { limits } = source;
  const pdfium = await loadPdfium();
  const document = loadDocument(pdfium, source.path, source.password);
  const count = pdfium._FPDF_GetPageCount!(document);
  if (count <= 0) throw new DocumentFault('document-has-no-pages');
  if (count > limits.pages) throw new DocumentFault('document-too-many-pages', { pages: count, most: limits.pages });

  async function withPage<T>(number: number, work: (page: number) => T | Promise<T>): Promise<T> {
    const page = pdfium._FPDF_LoadPage!(document, number - 1);
    if (!page) throw new DocumentFault('document-damaged', { page: number });
    try {
      return await work(page);
    } finally {
      pdfium._FPDF_ClosePage!(page);
    }
  }

  let sound = true;
  const firstPageText = await withPage(1, (page) => textOfWords(lettersOf(pdfium, page, 1000, 1000).words)).catch((error: unknown) => {
    sound = !(error instanceof DocumentFault);
    return '';
  });
  return {
    sound,
    outline: convertOutline({ ...readOutline(pdfium, document, count), firstPageText: firstPageText.slice(0, 5000), softCode: null }),
    pageImage: (number) => withPage(number, (page) => imageOfPage(pdfium, page, limits)),
    pageText: (number, width, height) => withPage(number, (page) => layerOfPage(pdfium, page, width, height)),
  };
}

function lettersOf(pdfium: Pdfium, page: number, width: number, height: number): Omit<PageLayer, 'picture'> {
  const { words, fonts } = readLetters(pdfium, page, pageTransform(pdfium, page, width, height));
  return convertLayer(words, fonts);
}

async function imageOfPage(pdfium: Pdfium, page: number, limits: DocumentSource['limits']): Promise<PageImage> {
  const box = readPageBox(pdfium, page);
  const objects = readPageObjects(pdfium, page);
  const transform = pageTransform(pdfium, page, box.width, box.height);
  const full = fullPageImage(objects, transform, box.width, box.height);
  if (full && full.width * full.height <= limits.pixels) {
    const taken = takeEmbeddedJpeg(pdfium, full, box);
    if (taken) return taken;
  }
  checkPictures(objects, limits.pixels);
  const { width, height } = renderedSize(box, full, limits.renderedPixels);
  return renderPage(pdfium, page, width, height);
}

function layerOfPage(pdfium: Pdfium, page: number, width: number, height: number): PageLayer {
  const objects = readPageObjects(pdfium, page);
  const picture =
    objects.images.length > 0 || objects.other > 0 || objects.annotations > 0 || objects.paths > outlinedLetters;
  return { ...lettersOf(pdfium, page, width, height), picture };
}
