import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FileRow } from '../../storage/metadata/files.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { Refusal } from '../errors.ts';
import { isFresh } from '../http/fresh.ts';
import { parseRange } from '../http/range.ts';
import { contentDisposition } from './file-name.ts';
import { sendObject } from './object-sending.ts';

/** Types a browser may show in place. Everything else, HTML and SVG above all, is only ever saved: it would run as ours. */
const shownInPlace = /^(application\/pdf|image\/(jpeg|png|webp|gif|tiff)|audio\/|video\/|text\/plain)/;

/**
 * Answers longer than this are fetched from the store itself, where it gives addresses. Below it the second request costs the asker more
 * than the bytes cost us: 8 MB are a second of a school's line, and nearly every worksheet and lesson is smaller.
 */
export const mostThroughUs = 8 * 1024 * 1024;
/** For beginning to fetch; what has begun goes on. Long enough for a question "where to save", too short to be passed around. */
const addressSeconds = 300;

export type Original = Pick<FileRow, 'name' | 'media_type' | 'size' | 'sha256' | 'object_key'>;

/**
 * The original bytes, whole or one range (RFC 9110 section 14), to somebody who has been authorised. `inline`: shown in place where the
 * type is harmless; that goes through us always, for only we can forbid what is shown to run. `through`: so does this, for whoever asks may
 * go to no other address.
 */
export async function sendOriginal(objects: ObjectStore, file: Original, isPublic: boolean, inline: boolean, request: IncomingMessage, response: ServerResponse, options: { through?: boolean } = {}): Promise<void> {
  const size = Number(file.size);
  const tag = `"${file.sha256}"`;
  const harmless = shownInPlace.test(file.media_type);
  const place = inline && harmless ? 'inline' : 'attachment';
  const mediaType = harmless ? file.media_type : 'application/octet-stream';
  if (isPublic) response.setHeader('access-control-allow-origin', '*');
  const headers = {
    etag: tag,
    'accept-ranges': 'bytes',
    'cache-control': `${isPublic ? 'public' : 'private'}, no-cache`,
    'content-type': mediaType,
    'content-disposition': contentDisposition(place, file.name),
    // What is shown in place may not run, load or frame anything.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox",
  };
  const setHeaders = (): void => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  };
  if (isFresh(request, tag)) {
    setHeaders();
    response.statusCode = 304;
    return void response.end();
  }
  const ifRange = request.headers['if-range'];
  const range = ifRange && ifRange !== tag ? null : parseRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    setHeaders();
    response.setHeader('content-range', `bytes */${size}`);
    throw new Refusal('range-not-satisfiable', { size });
  }
  const length = range ? range.end - range.start + 1 : size;
  if (length > mostThroughUs && !options.through && place === 'attachment' && request.method === 'GET') {
    const address = await objects.signedAddress(file.object_key, { seconds: addressSeconds, mediaType, name: file.name });
    if (address !== null) {
      response.writeHead(302, { 'cache-control': 'no-store', location: address });
      return void response.end();
    }
  }
  setHeaders();
  response.setHeader('content-length', String(length));
  if (range) {
    response.statusCode = 206;
    response.setHeader('content-range', `bytes ${range.start}-${range.end}/${size}`);
  }
  if (request.method === 'HEAD') return void response.end();
  await sendObject(response, objects, file.object_key, size, range);
}
