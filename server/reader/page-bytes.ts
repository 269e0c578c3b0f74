import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isFresh } from '../http/fresh.ts';
import type { LoadedBook } from './book-loading.ts';

/**
 * How long the bytes of a page may be kept. With `v` equal to the file's revision the address names these bytes for ever.
 * Shared caches keep them an hour, for a public book may be withdrawn. What is not public stays in the reader's own cache, and leaves it for whoever signs in next on the same machine.
 */
export function cacheFor(response: ServerResponse, book: LoadedBook, v: string | undefined): void {
  const age = v === String(book.revision) ? 'max-age=31536000, s-maxage=3600, immutable' : 'max-age=600';
  response.setHeader('cache-control', `${book.isPublic ? 'public' : 'private'}, ${age}`);
  response.setHeader('vary', book.isPublic ? 'Authorization' : 'Cookie, Authorization');
}

/** Lets pages of other sites show what a guest may read; tells them nothing of the rest. */
export function openToSites(response: ServerResponse, book: LoadedBook): void {
  if (!book.isPublic) return;
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('cross-origin-resource-policy', 'cross-origin');
  response.setHeader('access-control-expose-headers', 'ETag, Link');
}

export const tagOf = (...parts: (string | number | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(typeof part === 'number' ? `${part}\n` : part);
  return `"${hash.digest('base64url').slice(0, 27)}"`;
};

/** Sets the strong ETag and answers 304 when the asker has it. True: nothing is left to do. */
export function answeredByTag(request: IncomingMessage, response: ServerResponse, tag: string): boolean {
  response.setHeader('etag', tag);
  if (!isFresh(request, tag)) return false;
  response.statusCode = 304;
  response.end();
  return true;
}

export function sendBytes(request: IncomingMessage, response: ServerResponse, type: string, bytes: Uint8Array): void {
  if (answeredByTag(request, response, tagOf(bytes))) return;
  response.setHeader('content-type', type);
  response.setHeader('content-length', bytes.byteLength);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
