import { createHash } from 'node:crypto';
import { addAbortSignal, type Readable } from 'node:stream';
import type { Client } from 'minio';
import { StoreUnavailable } from './object-store.ts';
import { asking } from './s3-faults.ts';
import { StoreAnswer } from './s3-transport.ts';

/**
 * Of one part. Two are in memory at a time, one being sent and one being filled: 16 MiB an upload. S3 takes 10,000 parts, and none but the
 * last below 5 MiB, so that an object may have 78 GiB.
 */
export const partBytes = 8 * 1024 * 1024;
const mostParts = 10_000;
const firstBytes = 64 * 1024;

export interface UploadPlace {
  bucket: string;
  /** The object's whole name in the bucket. */
  name: string;
  /** A client whose requests end when the signal fires. */
  clientFor(signal?: AbortSignal): Client;
  /** The size and the tag of what lies there now; null: nothing. */
  stat(): Promise<{ size: number; tag: string } | null>;
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const bare = (etag: string | undefined): string => (etag ?? '').replace(/^"|"$/g, '');
const escaped = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Full parts and then a shorter one (of 0 bytes too, when it is the first). The memory of a part is used again two parts later. */
async function* partsOf(source: Readable | Uint8Array): AsyncGenerator<Buffer> {
  if (source instanceof Uint8Array) {
    for (let start = 0; start === 0 || start < source.length; start += partBytes) yield asBuffer(source.subarray(start, start + partBytes));
    return;
  }
  const slots: Buffer[] = [Buffer.allocUnsafeSlow(firstBytes), Buffer.alloc(0)];
  let slot = 0;
  let filled = 0;
  let yielded = false;
  for await (const given of source) {
    const piece: Uint8Array = typeof given === 'string' ? Buffer.from(given) : (given as Uint8Array);
    for (let taken = 0; taken < piece.length; ) {
      const part = slots[slot] as Buffer;
      if (filled === part.length && filled < partBytes) {
        // Most objects are pages and words of some kilobytes; only a long one is worth whole parts.
        const larger = Buffer.allocUnsafeSlow(yielded ? partBytes : Math.min(partBytes, Math.max(firstBytes, part.length * 2)));
        part.copy(larger, 0, 0, filled);
        slots[slot] = larger;
        continue;
      }
      const length = Math.min(part.length - filled, piece.length - taken);
      part.set(piece.subarray(taken, taken + length), filled);
      filled += length;
      taken += length;
      if (filled < partBytes) continue;
      yield part;
      yielded = true;
      slot = 1 - slot;
      filled = 0;
    }
  }
  if (filled > 0 || !yielded) yield (slots[slot] as Buffer).subarray(0, filled);
}

/**
 * Stores a body of unknown length: one request up to a part, a multipart upload beyond, completed only when the source has ended well and
 * every part is there. The client's own way is not used: it takes up an unfinished upload of the same key, so that two writers share
 * one, never hears of a source that fails, and leaves the parts behind.
 *
 * A part and a whole small body are sent again when the store was busy. What fails is aborted; when the answer to the last request was
 * lost, the object counts as stored if it is there.
 */
export async function upload(place: UploadPlace, body: Readable | Uint8Array, signal?: AbortSignal): Promise<{ size: number; etag: string }> {
  const stop = new AbortController();
  const all = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  if (!(body instanceof Uint8Array)) addAbortSignal(all, body);
  const put = async (client: Client, bytes: Buffer, query = ''): Promise<string> => {
    const response = await asking(() => client.makeRequestAsyncOmit({ method: 'PUT', bucketName: place.bucket, objectName: place.name, query }, bytes), undefined, all);
    return bare(response.headers.etag);
  };
  try {
    signal?.throwIfAborted();
    const client = place.clientFor(all);
    const parts = partsOf(body);
    const first = (await parts.next()).value as Buffer;
    const second = first.length < partBytes ? null : await parts.next();
    if (!second || second.done) return { size: first.length, etag: await put(client, first) };
    return await multipart(place, client, put, first, second.value, parts, stop);
  } catch (error) {
    stop.abort();
    if (!signal?.aborted) throw error;
    throw Object.assign(new Error('the upload was aborted', { cause: signal.reason }), { name: 'AbortError', code: 'ABORT_ERR' });
  }
}

/** By which S3 servers name an object of several parts: MD5 of the parts' MD5s, and their number. */
function tagOfParts(parts: readonly { etag: string }[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(etag, 'hex');
  return `${hash.digest('hex')}-${parts.length}`;
}

/** An upload that is gone already is no error. */
async function endUpload(client: Client, bucket: string, name: string, id: string): Promise<void> {
  const query = `uploadId=${escaped(id)}`;
  await asking(() => client.makeRequestAsyncOmit({ method: 'DELETE', bucketName: bucket, objectName: name, query }, '', [200, 204])).catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable && error.cause instanceof StoreAnswer && error.cause.status === 404)) throw error;
  });
}

async function multipart(
  place: UploadPlace,
  client: Client,
  put: (client: Client, bytes: Buffer, query: string) => Promise<string>,
  first: Buffer,
  second: Buffer,
  rest: AsyncGenerator<Buffer>,
  stop: AbortController,
): Promise<{ size: number; etag: string }> {
  const { bucket, name } = place;
  const id = await asking(() => client.initiateNewMultipartUpload(bucket, name, {}));
  const etags: { part: number; etag: string }[] = [];
  let size = 0;
  let completing = false;
  const send = async (bytes: Buffer): Promise<void> => {
    const part = etags.length + 1;
    if (part > mostParts) throw new RangeError(`an object may have ${(partBytes * mostParts) / 1024 ** 3} GiB`);
    etags.push({ part, etag: '' });
    const etag = await put(client, bytes, `partNumber=${part}&uploadId=${escaped(id)}`);
    etags[part - 1] = { part, etag };
    size += bytes.length;
  };
  let sending = send(first);
  try {
    await sending;
    for (let next: Buffer | null = second; next; ) {
      sending = send(next);
      const [, following] = await Promise.all([sending, rest.next()]);
      next = following.done ? null : following.value;
    }
    completing = true;
    const { etag } = await asking(() => client.completeMultipartUpload(bucket, name, id, etags));
    return { size, etag: bare(etag) };
  } catch (error) {
    stop.abort();
    await sending.catch(() => {}); // has been told of, or follows from what is
    await endUpload(place.clientFor(), bucket, name, id).catch(() => {}); // what is left behind because the store is away, clearAbandoned takes a day later
    const found = completing ? await place.stat().catch(() => null) : null;
    if (found?.size === size && found.tag === tagOfParts(etags)) return { size, etag: found.tag };
    throw error;
  }
}

const abandonedMs = 86_400_000;

/**
 * Ends uploads under `prefix` that began more than a day ago: their process was killed. Looks at the first 1,000, for it is asked at every
 * opening. MinIO lists none by a prefix, and ends them after a day by itself.
 */
export async function clearAbandoned(client: Client, bucket: string, prefix: string): Promise<void> {
  const { uploads } = await asking(() => client.listIncompleteUploadsQuery(bucket, prefix, '', '', ''));
  for (const { key, uploadId, initiated } of uploads) {
    if (Date.now() - initiated.getTime() > abandonedMs) await endUpload(client, bucket, key, uploadId);
  }
}
