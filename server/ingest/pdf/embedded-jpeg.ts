import type { PageImage } from '../document-protocol.ts';
import { type JpegHeader, readJpegHeader } from './jpeg-header.ts';
import { boxOf, type PageBox, type PageTransform } from './page-box.ts';
import { filtersOf, type PageObjects, type PlacedImage } from './page-objects.ts';
import { type Pdfium, withMemory } from './pdfium.ts';

/** Device grey and RGB, their calibrated kin, and ICC: what a JPEG shows alike outside the PDF. */
const plainColours = new Set([1, 2, 4, 5, 7]);
/** Share of the page that a scan's picture covers; scanners leave a hair's breadth. */
const fills = 0.95;

/** The one upright picture that is all there is to see on the page; null where there is more, or less. */
export function fullPageImage(
  objects: PageObjects,
  transform: PageTransform,
  width: number,
  height: number,
): PlacedImage | null {
  const [image] = objects.images;
  if (!image || objects.images.length > 1 || image.inForm || image.transparent) return null;
  if (objects.textAbove || objects.paths || objects.other || objects.annotations) return null;
  const [a, b, c, d, e, f] = image.matrix;
  // Pixels of the image's own axes on the page: x to the right, y upwards, without turn, slant or mirror.
  const [ta, tb, tc, td] = transform;
  const across = [ta * a + tc * b, tb * a + td * b];
  const upwards = [ta * c + tc * d, tb * c + td * d];
  const slant = Math.abs(across[1] as number) / width + Math.abs(upwards[0] as number) / height;
  if ((across[0] as number) <= 0 || (upwards[1] as number) >= 0 || slant > 0.002) return null;
  const corners = [Math.min(e, e + a, e + c, e + a + c), Math.min(f, f + b, f + d, f + b + d)] as const;
  const far = [Math.max(e, e + a, e + c, e + a + c), Math.max(f, f + b, f + d, f + b + d)] as const;
  const [x, y, w, h] = boxOf(transform, corners[0], corners[1], far[0], far[1]);
  const covered = (from: number, size: number, whole: number): number =>
    Math.min(from + size, whole) - Math.max(from, 0);
  if (covered(x, w, width) < fills * width || covered(y, h, height) < fills * height) return null;
  // Cropped away parts would come back into sight.
  if (covered(x, w, width) < fills * w || covered(y, h, height) < fills * h) return null;
  return image;
}

/** The JPEG file inside the page, byte for byte, or null where it would not look the same outside. */
export function takeEmbeddedJpeg(pdfium: Pdfium, image: PlacedImage, box: PageBox): PageImage | null {
  const filters = filtersOf(pdfium, image.handle);
  if (filters.length !== 1 || filters[0] !== 'DCTDecode' || !plainColours.has(image.colourSpace)) return null;
  const bytes = rawBytes(pdfium, image.handle);
  const header = readJpegHeader(bytes);
  if (!header || !isPlain(header)) return null;
  // A picture stretched in one direction is not the page.
  const stretch = (header.width / header.height) * (box.height / box.width);
  if (stretch < 0.95 || stretch > 1.05) return null;
  const { width, height } = header;
  return { bytes, type: 'image/jpeg', extension: 'jpg', width, height, code: null };
}

const isPlain = (header: JpegHeader): boolean =>
  header.precision === 8 && (header.components === 1 || header.components === 3) && header.orientation === 1;

function rawBytes(pdfium: Pdfium, image: number): Uint8Array {
  const size = pdfium._FPDFImageObj_GetImageDataRaw!(image, 0, 0);
  if (size === 0) return new Uint8Array();
  return withMemory(pdfium, size, (at) => {
    pdfium._FPDFImageObj_GetImageDataRaw!(image, at, size);
    return pdfium.HEAPU8.slice(at, at + size);
  });
}
