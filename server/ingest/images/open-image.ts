import { DocumentFault } from '../document-fault.ts';
import type { DocumentOutline, DocumentSource, OpenDocument, PageImage } from '../document-protocol.ts';
import { checkPixels, convertToPageImage, type ImageHeader, type ImageSource, readImageHeader } from './image-codec.ts';

export const noOutline: Omit<DocumentOutline, 'labels'> = {
  contents: [],
  metadata: {},
  firstPageText: '',
  softCode: null,
};

/** A JPEG that every browser shows as it is: upright, grey or RGB, of one picture. */
export const isOwnPageImage = (header: ImageHeader): boolean =>
  header.format === 'jpeg' && header.orientation === 1 && (header.space === 'srgb' || header.space === 'b-w');

/** Page image of one picture; `keep` answers for a JPEG that is shown byte for byte. */
export async function pageImageOf(
  source: ImageSource,
  page: number,
  pixels: number,
  keep: () => Uint8Array | null,
): Promise<PageImage> {
  const header = await readImageHeader(source, page);
  checkPixels(header.width, header.height, pixels);
  if (!isOwnPageImage(header)) return convertToPageImage(source, header, page);
  const { width, height } = header;
  return { bytes: keep(), type: 'image/jpeg', extension: 'jpg', width, height, code: null };
}

/** The pages of a TIFF; everything else is one page: of an animation its first picture. */
export async function openImage(source: DocumentSource): Promise<OpenDocument> {
  const { limits, path } = source;
  const header = await readImageHeader(path);
  const count = header.format === 'tiff' ? header.pages : 1;
  if (count > limits.pages) throw new DocumentFault('document-too-many-pages', { pages: count, most: limits.pages });
  return {
    outline: { ...noOutline, labels: Array<null>(count).fill(null) },
    pageImage: (number) => pageImageOf(path, number - 1, limits.pixels, () => null),
    pageText: async () => ({ words: [], picture: true, conversions: [] }),
  };
}
