import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metadata } from '../../storage/metadata/database.ts';
import { fileWithRecord } from '../../storage/metadata/files.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import type { Actor } from '../access/actor.ts';
import { audienceOfRecord } from '../access/audience.ts';
import { authorize } from '../access/authorized.ts';
import { recordPolicy, type RecordRow } from '../access/record-policy.ts';
import { Refusal } from '../errors.ts';
import { sendObject } from '../files/object-sending.ts';
import { sendOriginal } from '../files/original-sending.ts';
import { loadBook, loadPage } from '../reader/book-loading.ts';
import { renderJpeg, storedFormat } from '../reader/image-request.ts';
import { answeredByTag, cacheFor, openToSites, tagOf } from '../reader/page-bytes.ts';

export interface OpdsFileParts {
  metadata: Metadata;
  objects: ObjectStore;
}

/** A guest hears of every file that is not theirs that one must sign in, whether it is there or not, so that an app asks for it and learns nothing. */
const missing = (actor: Actor) => (actor.kind === 'guest' ? ('not-signed-in' as const) : ('file-not-found' as const));

/** The original, by the rights of /api/files. Throws not-signed-in, file-not-found, download-not-licensed, range-not-satisfiable. */
export async function sendPublication(
  { metadata, objects }: OpdsFileParts,
  actor: Actor,
  fileId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = await fileWithRecord(metadata.queries, fileId);
  const readable = found && recordPolicy.readFiles(actor, found) ? found : undefined;
  const record = authorize<RecordRow, 'readFiles'>(recordPolicy as never, missing(actor), actor, 'readFiles', readable);
  if (!recordPolicy.download(actor, record))
    throw new Refusal(actor.kind === 'guest' ? 'not-signed-in' : 'download-not-licensed');
  await sendOriginal(
    objects,
    { ...found!, name: found!.file_name },
    audienceOfRecord(record).includes('public'),
    false,
    request,
    response,
    // Some apps would carry what they sign in with along to the store's host.
    { through: request.headers.authorization !== undefined },
  );
}

/** Widths that are made, so that caches hold few variants; what is asked for is met by the next of them. */
const widths = [200, 480, 800, 1200, 1600, 2400] as const;

/**
 * One page as JPEG, the format that every reader app takes (OPDS 1.2 section 5.2.2; page streaming). `page` from 0. Not much wider than
 * asked for, nor than the page is; without a width, as wide as it is. Throws file-not-found, not-signed-in, page-not-found, page-not-ready.
 */
export async function sendPage(
  { metadata, objects }: OpdsFileParts,
  actor: Actor,
  fileId: string,
  asked: { page: number; width?: number; v?: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const book = await loadBook(metadata, actor, fileId, 'iiif');
  openToSites(response, book);
  const page = await loadPage(metadata, book.fileId, asked.page + 1);
  if (page.image_key === null || page.width < 1) throw new Refusal('page-not-ready', { page: asked.page + 1 });
  const width = Math.min(
    page.width,
    asked.width === undefined ? page.width : (widths.find((one) => one >= asked.width!) ?? widths.at(-1)!),
  );
  // The thumbnails are as wide as the first two widths: twenty times quicker than a page of nine megapixels.
  const small = width <= widths[0] ? page.thumb_small_key : width <= widths[1] ? page.thumb_large_key : null;
  const key = small ?? page.image_key;
  const stored = await objects.stat(key);
  if (!stored) throw new Refusal('storage-unavailable');
  cacheFor(response, book, asked.v);
  if (answeredByTag(request, response, tagOf(key, stored.size, width))) return;
  response.setHeader('content-type', 'image/jpeg');
  const untouched = small === null && width === page.width && storedFormat(page.image_type) === 'jpg';
  if (untouched) response.setHeader('content-length', stored.size);
  if (request.method === 'HEAD') return void response.end();
  if (untouched) return sendObject(response, objects, key, stored.size, null);
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  try {
    response.end(
      small === null
        ? await fromFile(objects, key, width, gone.signal)
        : await renderJpeg(await objects.read(key), width, gone.signal),
    );
  } catch (error) {
    response.removeHeader('etag');
    if (!gone.signal.aborted) throw error;
  } finally {
    response.off('close', leave);
  }
}

async function fromFile(objects: ObjectStore, key: string, width: number, signal: AbortSignal): Promise<Buffer> {
  const copy = await objects.localCopy(key);
  try {
    return await renderJpeg(copy.path, width, signal);
  } finally {
    await copy.release();
  }
}
