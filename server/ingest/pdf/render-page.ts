import { DocumentFault } from '../document-fault.ts';
import type { PageImage } from '../document-protocol.ts';
import { encodePixels } from '../images/image-codec.ts';
import type { PageBox } from './page-box.ts';
import type { PageObjects, PlacedImage } from './page-objects.ts';
import type { Pdfium } from './pdfium.ts';

const resolution = 150;
const scanResolution = 300;
const longestSide = { page: 2400, scan: 3600 };
const withAnnotations = 0x01;
const redFirst = 0x10;
const fourBytes = 3; // FPDFBitmap_BGRx

/**
 * Pixels to render at: 150 dpi, or those of the picture that is the page up to 300 dpi; never more than `budget`.
 */
export function renderedSize(
  box: Pick<PageBox, 'width' | 'height'>,
  scan: PlacedImage | null,
  budget: number,
): { width: number; height: number } {
  const own = scan ? Math.min((scan.width / box.width) * 72, scanResolution) : 0;
  const dpi = own > resolution ? own : resolution;
  const longest = scan ? longestSide.scan : longestSide.page;
  const scale = Math.min(
    dpi / 72,
    longest / Math.max(box.width, box.height),
    Math.sqrt(budget / (box.width * box.height)),
  );
  return { width: Math.max(1, Math.round(box.width * scale)), height: Math.max(1, Math.round(box.height * scale)) };
}

/** Throws image-too-large where a picture on the page would have to be decoded past `pixels` (counted as RGB). */
export function checkPictures(objects: PageObjects, pixels: number): void {
  for (const { width, height, bitsPerPixel } of objects.images) {
    if (width * height * Math.max(1, bitsPerPixel || 24) > pixels * 24) {
      throw new DocumentFault('image-too-large', { width, height, pixels });
    }
  }
}

export function renderPage(pdfium: Pdfium, page: number, width: number, height: number): Promise<PageImage> {
  const bitmap = pdfium._FPDFBitmap_CreateEx!(width, height, fourBytes, 0, 0);
  if (!bitmap) throw new DocumentFault('document-too-much-memory');
  let pixels: Uint8Array;
  try {
    pdfium._FPDFBitmap_FillRect!(bitmap, 0, 0, width, height, 0xffffffff);
    pdfium._FPDF_RenderPageBitmap!(bitmap, page, 0, 0, width, height, 0, withAnnotations | redFirst);
    const at = pdfium._FPDFBitmap_GetBuffer!(bitmap);
    pixels = pdfium.HEAPU8.slice(at, at + width * height * 4);
  } finally {
    pdfium._FPDFBitmap_Destroy!(bitmap);
  }
  return encodePixels(pixels, width, height);
}
