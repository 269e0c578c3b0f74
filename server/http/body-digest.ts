import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const digests = new WeakMap<IncomingMessage, string>();

/** Content-Digest (RFC 9530) of a body. */
export const contentDigest = (body: Buffer | string): string => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

/** Kept while a body is read, since nobody sees its bytes afterwards. */
export const keepBodyDigest = (request: IncomingMessage, _response: unknown, body: Buffer): void => void digests.set(request, contentDigest(body));

/** Of the body that was read of a request; null: none was. */
export const bodyDigest = (request: IncomingMessage): string | null => digests.get(request) ?? null;
