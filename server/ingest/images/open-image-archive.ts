import { DocumentFault } from '../document-fault.ts';
import type { DocumentSource, OpenDocument } from '../document-protocol.ts';
import { naturalOrder } from './natural-order.ts';
import { noOutline, pageImageOf } from './open-image.ts';
import { isArchiveName, listZipPages, readZipPage, type ZipPage } from './zip-pages.ts';

/** Largest single picture inside an archive, unpacked. */
const entryBytes = 400_000_000;

/** The pictures of a zip in the natural order of their names. Archives inside archives are not opened. */
export async function openImageArchive(source: DocumentSource): Promise<OpenDocument> {
  const { limits } = source;
  const { zip, pages, others } = await listZipPages(source.path, limits);
  if (pages.length === 0) {
    throw new DocumentFault(others.some(isArchiveName) ? 'archive-nested-too-deep' : 'archive-without-images');
  }
  if (pages.length > limits.pages)
    throw new DocumentFault('document-too-many-pages', { pages: pages.length, most: limits.pages });
  const ordered = pages.sort((a, b) => naturalOrder(a.name, b.name));
  return {
    outline: { ...noOutline, labels: ordered.map(() => null) },
    async pageImage(number) {
      const page = ordered[number - 1] as ZipPage;
      if (page.size > entryBytes) throw new DocumentFault('image-too-large', { name: page.name });
      const bytes = await readZipPage(zip, page);
      return pageImageOf(bytes, 0, limits.pixels, () => bytes);
    },
    pageText: async () => ({ words: [], picture: true, conversions: [] }),
  };
}
