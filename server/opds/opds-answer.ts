import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import type { Actor } from '../access/actor.ts';
import { isFresh } from '../http/fresh.ts';
import { tagOf } from '../reader/page-bytes.ts';
import { authenticationAddress, authenticationRel, authenticationType } from './opds-feed.ts';

const packed = promisify(gzip);
/** Shorter documents are not worth packing. */
const worthPacking = 1024;

const authenticationLink = `<${authenticationAddress}>; rel="${authenticationRel}"; type="${authenticationType}"`;

/**
 * Sends a document. What a guest gets anybody may have, and every site may show. The same bytes as long as nothing changes; the tag is a
 * weak one, for it names them packed and unpacked.
 */
export async function sendDocument(
  actor: Actor,
  request: Request,
  response: Response,
  type: string,
  text: string,
): Promise<void> {
  const bytes = Buffer.from(text);
  const tag = `W/${tagOf(bytes)}`;
  const open = actor.kind === 'guest';
  response.set({
    'content-type': type,
    'cache-control': `${open ? 'public' : 'private'}, no-cache`,
    vary: 'Authorization, Cookie, Accept-Encoding',
    etag: tag,
    link: authenticationLink,
  });
  if (open) response.set({ 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' });
  if (isFresh(request, tag)) return void response.status(304).end();
  if (bytes.length < worthPacking || !request.acceptsEncodings('gzip')) return void response.end(bytes);
  response.set('content-encoding', 'gzip').end(await packed(bytes, { level: 4 }));
}

/** 401 with the document that says how to sign in (Authentication for OPDS 1.0 section 2.4). */
export function sendChallenge(response: Response, document: object): void {
  for (const header of ['etag', 'access-control-allow-origin']) response.removeHeader(header);
  response
    .status(401)
    .set({
      // Latin-1 only: apps show their own words from the document anyway.
      'www-authenticate': 'Basic realm="Tu Sach", charset="UTF-8"',
      link: authenticationLink,
      'content-type': authenticationType,
      'cache-control': 'no-store',
    })
    .end(JSON.stringify(document));
}
