import type { IncomingMessage } from 'node:http';
import { Refusal } from '../errors.ts';

/** The fields of a form that a browser has sent (application/x-www-form-urlencoded). Throws media-type-unsupported, body-too-large. */
export async function formBody(request: IncomingMessage, mostBytes: number): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? ''))
    throw new Refusal('media-type-unsupported');
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    // What comes after is read and thrown away, up to a bound: a browser that is cut off while it sends shows no answer.
    if (size > mostBytes * 16) break;
    if (size <= mostBytes) pieces.push(piece);
  }
  if (size > mostBytes) throw new Refusal('body-too-large');
  return new URLSearchParams(Buffer.concat(pieces).toString('utf8'));
}
