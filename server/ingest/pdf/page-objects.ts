import { type Pdfium, readFloat, readUint, withMemory } from './pdfium.ts';

const kinds = { text: 1, path: 2, image: 3, shading: 4, form: 5 } as const;
const invisible = 3; // text rendering mode, PDF 32000-1 table 106
const linkAnnotation = 2;

export interface PlacedImage {
  handle: number;
  /** a b c d e f of its matrix: the unit square to user space. */
  matrix: [number, number, number, number, number, number];
  width: number;
  height: number;
  bitsPerPixel: number;
  colourSpace: number;
  transparent: boolean;
  /** Drawn inside a form; its matrix is not the page's. */
  inForm: boolean;
}

/** What is drawn on a page, as far as it decides how the page becomes an image. */
export interface PageObjects {
  images: PlacedImage[];
  /** Text that is seen, drawn after the first image. */
  textAbove: number;
  paths: number;
  other: number;
  /** Annotations that draw something. */
  annotations: number;
}

/** `page` is a loaded page. Forms are entered three levels deep. */
export function readPageObjects(pdfium: Pdfium, page: number): PageObjects {
  const found: PageObjects = { images: [], textAbove: 0, paths: 0, other: 0, annotations: 0 };
  const visit = (object: number, depth: number): void => {
    switch (pdfium._FPDFPageObj_GetType!(object)) {
      case kinds.text:
        if (found.images.length && pdfium._FPDFTextObj_GetTextRenderMode!(object) !== invisible) found.textAbove++;
        break;
      case kinds.path:
        found.paths++;
        break;
      case kinds.image:
        found.images.push(readImage(pdfium, page, object, depth > 0));
        break;
      case kinds.form: {
        const count = depth < 3 ? pdfium._FPDFFormObj_CountObjects!(object) : 0;
        for (let index = 0; index < Math.min(count, 5000); index++)
          visit(pdfium._FPDFFormObj_GetObject!(object, index), depth + 1);
        if (depth >= 3) found.other++;
        break;
      }
      default:
        found.other++;
    }
  };
  const count = pdfium._FPDFPage_CountObjects!(page);
  for (let index = 0; index < Math.min(count, 20_000); index++) visit(pdfium._FPDFPage_GetObject!(page, index), 0);
  found.annotations = countAnnotations(pdfium, page);
  return found;
}

function readImage(pdfium: Pdfium, page: number, handle: number, inForm: boolean): PlacedImage {
  const matrix = withMemory(pdfium, 24, (at) => {
    pdfium._FPDFPageObj_GetMatrix!(handle, at);
    return [0, 4, 8, 12, 16, 20].map((offset) => readFloat(pdfium, at + offset)) as PlacedImage['matrix'];
  });
  // FPDF_IMAGEOBJ_METADATA: width, height, two floats of dpi, bits per pixel, colour space, marked content.
  return withMemory(pdfium, 28, (at) => {
    pdfium.HEAPU8.fill(0, at, at + 28);
    pdfium._FPDFImageObj_GetImageMetadata!(handle, page, at);
    return {
      handle,
      matrix,
      width: readUint(pdfium, at),
      height: readUint(pdfium, at + 4),
      bitsPerPixel: readUint(pdfium, at + 16),
      colourSpace: readUint(pdfium, at + 20),
      transparent: pdfium._FPDFPageObj_HasTransparency!(handle) !== 0,
      inForm,
    };
  });
}

function countAnnotations(pdfium: Pdfium, page: number): number {
  const count = Math.min(pdfium._FPDFPage_GetAnnotCount!(page), 1000);
  let drawing = 0;
  for (let index = 0; index < count; index++) {
    const annotation = pdfium._FPDFPage_GetAnnot!(page, index);
    if (!annotation) continue;
    if (pdfium._FPDFAnnot_GetSubtype!(annotation) !== linkAnnotation) drawing++;
    pdfium._FPDFPage_CloseAnnot!(annotation);
  }
  return drawing;
}

/** Names of the filters of an image's stream, in order. */
export function filtersOf(pdfium: Pdfium, image: number): string[] {
  const count = pdfium._FPDFImageObj_GetImageFilterCount!(image);
  return Array.from({ length: Math.min(count, 8) }, (_, index) =>
    withMemory(pdfium, 64, (at) => {
      const size = pdfium._FPDFImageObj_GetImageFilter!(image, index, at, 64);
      return size > 1 && size <= 64 ? Buffer.from(pdfium.HEAPU8.subarray(at, at + size - 1)).toString('latin1') : '';
    }),
  );
}
