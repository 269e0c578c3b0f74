import type { ServerResponse } from 'node:http';
import { type ByteRange, type ObjectStore, StoreUnavailable } from '../../storage/objects/object-store.ts';
import { places } from './places.ts';

/** Up to this a part is read in one piece. */
const mostAtOnce = 256 * 1024;

/**
 * What is longer is read piece by piece as it is taken: a slow asker holds one piece and no connection to the store, of which there are far
 * fewer than askers, and no store loses patience with it. The price is a request to the store for each piece.
 */
const pieceBytes = 64 * 1024;

/**
 * Pieces that are on their way from the store at a time. Two hundred slow askers who begin at once cost 22 MB over S3 with it and 96 MB
 * without. The price: 32 pieces a round trip, 40 MB a second and process from a store that is 50 ms away.
 */
const fetched = places(32);

/** Sends bytes of an object, whose headers have been set; `size` is the object's. An asker that goes away ends the reading and is no fault. */
export async function sendObject(response: ServerResponse, objects: ObjectStore, key: string, size: number, range: ByteRange | null): Promise<void> {
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const step = end - start < mostAtOnce ? mostAtOnce : pieceBytes;
  const read = (piece: ByteRange): Promise<Buffer> => objects.read(key, piece);
  for (let at = start; at <= end; at += step) {
    const piece = { start: at, end: Math.min(end, at + step - 1) };
    const bytes = await (piece.end - start < step ? read(piece) : fetched(() => read(piece)));
    if (bytes.length !== piece.end - piece.start + 1) throw new StoreUnavailable({ cause: new Error(`${bytes.length} bytes are stored from ${at} on, not as many as ${size - at}`) });
    if (response.destroyed) return;
    if (piece.end === end) return void response.end(bytes);
    if (!response.write(bytes) && !(await drained(response))) return;
  }
  response.end();
}

/** False: the asker has gone. */
function drained(response: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (open: boolean) => (): void => {
      response.off('drain', onDrain).off('close', onClose);
      resolve(open);
    };
    const [onDrain, onClose] = [settle(true), settle(false)];
    response.once('drain', onDrain).once('close', onClose);
  });
}
