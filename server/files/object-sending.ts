import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { type ByteRange, type ObjectStore, StoreUnavailable } from '../../storage/objects/object-store.ts';

/** Up to this a part is read in one piece: a stream's set-up costs more than the memory. */
const mostAtOnce = 256 * 1024;

/**
 * Sends bytes of an object, whose headers have been set; `size` is the object's. What is longer than 256 KiB is read as it is taken, so that
 * a slow asker holds no more than that. An asker that goes away ends the reading and is no fault.
 */
export async function sendObject(response: Response, objects: ObjectStore, key: string, size: number, range: ByteRange | null): Promise<void> {
  const wanted = range ?? { start: 0, end: size - 1 };
  const length = wanted.end - wanted.start + 1;
  if (length <= mostAtOnce) {
    const bytes = length > 0 ? await objects.read(key, wanted) : Buffer.alloc(0);
    if (bytes.length !== length) throw new StoreUnavailable({ cause: new Error(`${bytes.length} bytes are stored of ${length}`) });
    response.end(bytes);
    return;
  }
  const source = await objects.get(key, range ?? undefined);
  await pipeline(source, response).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}
