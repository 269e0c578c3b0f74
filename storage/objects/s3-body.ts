import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { type ByteRange, StoreUnavailable } from './object-store.ts';

const aheadBytes = 64 * 1024;

const nonsense = (what: string): StoreUnavailable => new StoreUnavailable({ cause: new Error(what) });

/** The bytes of a body in one piece. That of node:stream/consumers copies them through a Blob, twice. */
export async function gathered(body: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(piece as Buffer);
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

/** Bytes that the answer must have. Null: told by the chunks (RFC 9112 section 7.1), whose end cannot be mistaken. Throws StoreUnavailable. */
function lengthOf(response: IncomingMessage, range: ByteRange | undefined): number | null {
  const { 'content-length': length, 'transfer-encoding': encoding, 'content-range': given } = response.headers;
  if (range && response.statusCode !== 206) {
    if (length === '0') return 0;
    throw nonsense('a range was asked for and the whole object came');
  }
  if (range) {
    const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(given ?? '') ?? [];
    if (Number(start) !== range.start || Number(end) !== Math.min(range.end, Number(total) - 1)) throw nonsense(`another range than asked for: ${given}`);
    return Number(end) - Number(start) + 1;
  }
  if (length !== undefined) return Number(length);
  if (encoding === 'chunked') return null;
  throw nonsense('an answer that does not say where it ends');
}

/**
 * The body of an answer, whole or destroyed with StoreUnavailable: never short. Answers when its first bytes are there, so that what fails
 * before can be asked for again. Destroying the stream frees the connection. Reads at most 64 KiB ahead of whoever takes the bytes.
 */
export function wholeBody(response: IncomingMessage, range: ByteRange | undefined, silenceMs: number): Promise<Readable> {
  return new Promise((resolve, reject) => {
    response.pause();
    let expected: number | null;
    try {
      expected = lengthOf(response, range);
    } catch (error) {
      response.destroy();
      throw error;
    }
    let received = 0;
    const body = new Readable({
      highWaterMark: aheadBytes,
      read() {
        if (!response.isPaused()) return;
        // While nobody read, nobody waited for the store: the clock starts now.
        response.socket?.setTimeout(silenceMs);
        response.resume();
      },
      destroy(error, done) {
        if (!response.readableEnded) response.destroy();
        reject(error);
        done(error);
      },
    });
    // Whoever reads is told all the same; whoever has not begun yet must not bring the process down.
    body.on('error', () => {});
    response.on('data', (piece: Buffer) => {
      received += piece.length;
      if (!body.push(piece)) response.pause();
      resolve(body);
    });
    response.on('end', () => {
      if (expected === null || received === expected) body.push(null);
      else body.destroy(nonsense(`${received} bytes came of ${expected}`));
      resolve(body);
    });
    response.on('error', (error) => body.destroy(new StoreUnavailable({ cause: error })));
    response.on('close', () => {
      if (!response.readableEnded && !body.destroyed) body.destroy(nonsense(`cut after ${received} bytes`));
    });
    body.read(0);
  });
}
