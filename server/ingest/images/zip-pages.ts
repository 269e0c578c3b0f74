import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { DocumentFault } from '../document-fault.ts';
import type { IngestLimits } from '../ingest-limits.ts';

const openZip = promisify<string, yauzl.Options, ZipFile>(yauzl.open);

const pictureName = /\.(jpe?g|png|webp|tiff?|gif|bmp|avif|heic)$/i;
/** What systems put beside pictures. */
const droppings = /(^|\/)(__MACOSX\/|\.|thumbs\.db$|desktop\.ini$)/i;
const archiveName = /\.(zip|rar|7z|tar|gz|cbz|cbr)$/i;

export interface ZipPage {
  name: string;
  size: number;
  entry: Entry;
}

export interface ZipPages {
  zip: ZipFile;
  /** In the order of the archive. */
  pages: ZipPage[];
  /** Names of files that are no pictures. */
  others: string[];
}

type ZipLimits = Pick<IngestLimits, 'archiveEntries' | 'archiveBytes' | 'archiveRatio'>;

/** Reads the directory of a zip without unpacking anything. Throws DocumentFault with a code of archive-*. */
export async function listZipPages(path: string, limits: ZipLimits): Promise<ZipPages> {
  const zip = await openZip(path, {
    lazyEntries: true,
    autoClose: false,
    validateEntrySizes: true,
    strictFileNames: false,
  }).catch((cause: unknown) => {
    throw new DocumentFault('archive-damaged', {}, { cause });
  });
  if (zip.entryCount > limits.archiveEntries) {
    throw new DocumentFault('archive-too-many-entries', { entries: zip.entryCount, most: limits.archiveEntries });
  }
  const pages: ZipPage[] = [];
  const others: string[] = [];
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on('error', (cause: Error) => {
      const unsafe = /invalid relative path|absolute path|invalid characters in fileName/i.test(cause.message);
      reject(new DocumentFault(unsafe ? 'archive-unsafe-name' : 'archive-damaged', {}, { cause }));
    });
    zip.on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      try {
        bytes += entry.uncompressedSize;
        const page = checkEntry(entry, bytes, limits);
        if (page) pages.push(page);
        else if (!entry.fileName.endsWith('/') && !droppings.test(entry.fileName)) others.push(entry.fileName);
        if (pages.length + others.length > limits.archiveEntries) throw new DocumentFault('archive-too-many-entries');
        zip.readEntry();
      } catch (error) {
        reject(error);
      }
    });
    zip.readEntry();
  });
  return { zip, pages, others };
}

function checkEntry(entry: Entry, bytes: number, limits: ZipLimits): ZipPage | null {
  const name = entry.fileName.normalize('NFC');
  if (name.split(/[/\\]/).includes('..') || /^([/\\]|[A-Za-z]:)/.test(name))
    throw new DocumentFault('archive-unsafe-name', { name });
  if (bytes > limits.archiveBytes) throw new DocumentFault('archive-too-large', { bytes, most: limits.archiveBytes });
  const { compressedSize, uncompressedSize } = entry;
  if (uncompressedSize > 1_000_000 && uncompressedSize > compressedSize * limits.archiveRatio) {
    throw new DocumentFault('archive-too-large', { name, bytes: uncompressedSize });
  }
  if (name.endsWith('/') || droppings.test(name) || !pictureName.test(name)) return null;
  if (entry.generalPurposeBitFlag & 1) throw new DocumentFault('archive-encrypted', { name });
  return { name, size: uncompressedSize, entry };
}

export const isArchiveName = (name: string): boolean => archiveName.test(name);

/** Unpacks one entry, never past the size it has declared. Throws archive-damaged. */
export async function readZipPage(zip: ZipFile, page: ZipPage): Promise<Buffer> {
  try {
    const stream = await new Promise<Readable>((resolve, reject) => {
      zip.openReadStream(page.entry, (error, found) => (error ? reject(error) : resolve(found)));
    });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (cause) {
    throw new DocumentFault('archive-damaged', { name: page.name }, { cause });
  }
}
