import { open } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';
import { DocumentFault } from './document-fault.ts';
import type { Identity } from './document-protocol.ts';
import type { IngestLimits } from './ingest-limits.ts';
import { listZipPages } from './images/zip-pages.ts';
import { loadCompoundFile } from './office/compound-file.ts';
import { looksLikeText } from './typeset/decode-text.ts';

const pictures = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/tiff',
  'image/gif',
  'image/avif',
  'image/bmp',
]);
/** Pictures that libvips from npm does not read. */
const unread = new Set(['image/bmp']);
const office =
  /^application\/(vnd\.openxmlformats-officedocument\.|vnd\.oasis\.opendocument\.|msword|vnd\.ms-|x-cfb|rtf)/;

/**
 * What a file is by its content; its name and the type it claims count for nothing.
 * Throws DocumentFault file-empty, or archive-* for a zip that must not be unpacked.
 */
export async function identifyFormat(path: string, limits: IngestLimits): Promise<Identity> {
  const start = await firstBytes(path, 4096);
  if (start.length === 0) throw new DocumentFault('file-empty');
  // A PDF may begin with rubbish, but says %PDF- within its first kilobyte (PDF 32000-1, annex H.3.4.1).
  if (start.subarray(0, 1024).includes('%PDF-')) return { format: 'pdf', mediaType: 'application/pdf' };
  // To file-type the mark of UTF-16 is the first frame of a sound.
  const marked = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  if (marked && looksLikeText(start)) return { format: 'text', mediaType: 'text/plain' };
  const found = (await fileTypeFromFile(path).catch(() => undefined))?.mime as string | undefined;
  if (found === 'application/zip') return identifyZip(path, limits);
  if (found === 'application/x-cfb') return { format: 'office', mediaType: await identifyCompound(path) };
  if (found) return identityOf(found);
  const text = looksLikeText(start);
  if (!text) return { format: 'other', mediaType: 'application/octet-stream' };
  return isMarkup(text)
    ? { format: 'other', mediaType: markupType(text) }
    : { format: 'text', mediaType: 'text/plain' };
}

async function firstBytes(path: string, size: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(size), 0, size, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function identityOf(mediaType: string): Identity {
  if (pictures.has(mediaType)) return { format: unread.has(mediaType) ? 'other' : 'image', mediaType };
  if (mediaType === 'application/epub+zip') return { format: 'epub', mediaType };
  if (office.test(mediaType)) return { format: 'office', mediaType };
  if (mediaType.startsWith('audio/')) return { format: 'audio', mediaType };
  if (mediaType.startsWith('video/')) return { format: 'video', mediaType };
  return { format: 'other', mediaType };
}

/** A zip is a book of page images when it holds pictures and next to nothing else. */
async function identifyZip(path: string, limits: IngestLimits): Promise<Identity> {
  const zip: Identity = { format: 'image-archive', mediaType: 'application/zip' };
  const { zip: open, pages, others } = await listZipPages(path, limits);
  open.close();
  return pages.length > 0 && others.length > pages.length ? { ...zip, format: 'other' } : zip;
}

/** Word is told from its siblings by the names of the streams inside. */
async function identifyCompound(path: string): Promise<string> {
  const names = await loadCompoundFile(path).then(
    (file) => file.names,
    (error: unknown): string[] => {
      if (error instanceof DocumentFault) return [];
      throw error;
    },
  );
  if (names.includes('WordDocument')) return 'application/msword';
  if (names.includes('Workbook') || names.includes('Book')) return 'application/vnd.ms-excel';
  return names.includes('PowerPoint Document') ? 'application/vnd.ms-powerpoint' : 'application/x-cfb';
}

/** HTML, SVG and XML may carry scripts: kept and downloadable, never shown as ours. */
const isMarkup = (text: string): boolean => /^\s*<(\?xml|!doctype|html|svg|head|body|script|!--)/i.test(text);

function markupType(text: string): string {
  if (/<svg[\s>]/i.test(text)) return 'image/svg+xml';
  return /<(!doctype\s+html|html|head|body|script)/i.test(text) ? 'text/html' : 'application/xml';
}
