import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { LoadedBook } from './book-loading.ts';

/**
 * How long the bytes of a page may be kept. With `v` equal to the file's revision the address names these bytes for ever.
 * Shared caches keep them an hour, for a public book may be withdrawn. What is not public stays in the reader's own cache, and leaves it for whoever signs in next on the same machine.
 */
export function cacheFor(response: Response, book: LoadedBook, v: string | undefined): void {
  const age = v === String(book.revision) ? 'max-age=31536000, s-maxage=3600, immutable' : 'max-age=600';
  response.setHeader('cache-control', `${book.isPublic ? 'public' : 'private'}, ${age}`);
  if (!book.isPublic) response.vary('Cookie');
  response.vary('Authorization');
}

/** Lets pages of other sites show what a guest may read; tells them nothing of the rest. */
export function openToSites(response: Response, book: LoadedBook): void {
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
export function answeredByTag(request: Request, response: Response, tag: string): boolean {
  response.setHeader('etag', tag);
  if (!request.fresh) return false;
  response.status(304).end();
  return true;
}

export function sendBytes(request: Request, response: Response, type: string, bytes: Uint8Array): void {
  if (answeredByTag(request, response, tagOf(bytes))) return;
  response.setHeader('content-type', type);
  response.setHeader('content-length', bytes.byteLength);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
