import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Client as S3Client } from 'minio';
import { contentDisposition } from './content-disposition.ts';
import { localCopies } from './local-copies.ts';
import { checkedKey, isObjectKey } from './object-key.ts';
import { type ByteRange, type ObjectStore, ObjectMissing, type StoredObject, StoreUnavailable } from './object-store.ts';
import { parseS3Address, type S3Address } from './s3-address.ts';
import { gathered, wholeBody } from './s3-body.ts';
import { asking } from './s3-faults.ts';
import { s3Transport, StoreAnswer } from './s3-transport.ts';
import { clearAbandoned, upload } from './s3-upload.ts';

/** Each reader of a long file holds one for as long as it reads; whoever finds none free waits `silenceMs` and is told StoreUnavailable. */
const connections = 512;
const idleConnections = 32;
const mostConnectMs = 5_000;
/** Seven days, by AWS Signature Version 4. */
const longestSigned = 604_800;

const empty = (): Readable => Readable.from([], { objectMode: false });
const bare = (etag: string | undefined): string => (etag ?? '').replace(/^"|"$/g, '');
const answerBehind = (error: unknown): StoreAnswer | null => (error instanceof StoreUnavailable && error.cause instanceof StoreAnswer ? error.cause : null);

const refusals: Record<string, string> = {
  InvalidAccessKeyId: 'does not know this key',
  XAdminUserNotFound: 'does not know this key', // versitygw
  SignatureDoesNotMatch: 'says that the secret is not that of this key',
  RequestTimeTooSkewed: 'has another time than this machine: set the clocks',
  AccessDenied: 'does not let this key use the bucket',
  AuthorizationHeaderMalformed: 'has another region: give it as ?region=',
};

/** An error a person can act on, without the key's secret. */
function refusedBy({ host, port, bucket }: S3Address, answer: StoreAnswer): Error {
  const what = refusals[answer.code] ?? 'refuses';
  return new Error(`the object store at ${host}:${port} ${what} (bucket ${bucket}; ${answer.message})`, { cause: answer });
}

/**
 * Makes sure that the bucket is there and the key may use it; a bucket that is missing is made. A listing and not a HEAD: its refusals say why.
 * Throws StoreUnavailable, or an Error that says what to change.
 */
async function openBucket(address: S3Address, client: S3Client): Promise<void> {
  const { bucket, region, prefix } = address;
  const look = () => asking(() => client.listObjectsV2Query(bucket, prefix, '', '', 1, ''));
  try {
    try {
      await look();
    } catch (error) {
      if (answerBehind(error)?.code !== 'NoSuchBucket') throw error;
      await asking(() => client.makeBucket(bucket, region)).catch((made: unknown) => {
        if (answerBehind(made)?.status !== 409) throw made; // 409: another process was quicker
      });
      await look();
    }
  } catch (error) {
    const answer = answerBehind(error);
    throw answer && answer.status < 500 && answer.status !== 429 ? refusedBy(address, answer) : error;
  }
}

/**
 * Objects in a bucket of any S3 server. `copiesIn`: a folder of this machine for localCopy; `sockets`: the most connections at a time.
 *
 * What an S3 store cannot promise: when a put's request was sent and its answer lost, the object may be there although the put was rejected.
 */
export async function openS3Store(url: string, options: { copiesIn?: string; sockets?: number } = {}): Promise<ObjectStore> {
  const address = parseS3Address(url);
  // Loaded only where it is used: the client costs a small library a sixth of its start. The package and not this file, of whose errors
  // there must be one class each, however the files that ask for it are loaded.
  const { Client } = await import('minio');
  const { bucket, prefix, silenceMs, secure, publicHost } = address;
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: options.sockets ?? connections, maxFreeSockets: idleConnections });
  const limits = { silenceMs, connectMs: Math.min(silenceMs, mostConnectMs) };
  const credentials = { accessKey: address.accessKey, secretKey: address.secretKey, region: address.region };
  const clientFor = (signal?: AbortSignal): S3Client =>
    new Client({
      endPoint: address.host,
      port: address.port,
      useSSL: secure,
      ...credentials,
      transport: s3Transport(secure, limits, signal),
      transportAgent: agent,
      retryOptions: { disableRetry: true }, // asking() does it, and knows what may be asked twice
    });
  const client = clientFor();
  const publicClient = publicHost ? new Client({ endPoint: publicHost.host, port: publicHost.port, useSSL: publicHost.secure, ...credentials }) : null;
  try {
    await openBucket(address, client);
    // Housekeeping: a server that does not list uploads serves all the same.
    await clearAbandoned(client, bucket, prefix).catch(() => {});
  } catch (error) {
    agent.destroy();
    throw error;
  }

  const nameOf = (key: string): string => prefix + checkedKey(key);

  /** One request; a range that begins past the end is an empty body. */
  async function open(key: string, range?: ByteRange): Promise<Readable> {
    const headers = range ? { range: `bytes=${range.start}-${range.end}` } : {};
    try {
      const response = await client.makeRequestAsync({ method: 'GET', bucketName: bucket, objectName: nameOf(key), headers }, '', [200, 206]);
      return await wholeBody(response, range, silenceMs);
    } catch (error) {
      if (range && error instanceof StoreAnswer && error.status === 416) return empty();
      throw error;
    }
  }

  async function head(key: string): Promise<StoredObject> {
    const { headers } = await asking(() => client.makeRequestAsyncOmit({ method: 'HEAD', bucketName: bucket, objectName: nameOf(key) }));
    return { key, size: Number(headers['content-length']), tag: bare(headers.etag) };
  }

  const store: ObjectStore = {
    async put(key, body, { signal } = {}) {
      const name = nameOf(key);
      const { size, etag } = await upload({ bucket, name, clientFor, stat: () => store.stat(key) }, body, signal);
      const tag = etag || (await store.stat(key))?.tag;
      if (!tag) throw new StoreUnavailable({ cause: new Error('stored, and not to be found') });
      return { key, size, tag };
    },

    get: async (key, range) => {
      checkedKey(key);
      return asking(() => open(key, range), key);
    },

    read: async (key, range) => {
      checkedKey(key);
      return asking(async () => gathered(await open(key, range)), key);
    },

    async stat(key) {
      checkedKey(key);
      try {
        return await head(key);
      } catch (error) {
        if (answerBehind(error)?.status !== 404) throw error;
      }
      // The answer to a HEAD has no document that says what is missing: the object, the bucket or the account.
      try {
        (await asking(() => open(key, { start: 0, end: 0 }), key)).destroy();
      } catch (error) {
        if (error instanceof ObjectMissing) return null;
        throw error;
      }
      return head(key); // it came between the two
    },

    async remove(key) {
      const name = nameOf(key);
      await asking(() => client.removeObject(bucket, name), key).catch((error: unknown) => {
        if (!(error instanceof ObjectMissing)) throw error;
      });
    },

    async *list(under) {
      let token = '';
      do {
        const page = await asking(() => client.listObjectsV2Query(bucket, prefix + under, token, '', 1000, ''));
        for (const object of page.objects) {
          // Other names in the bucket, such as markers of folders, are not of this library.
          const key = object.name?.startsWith(prefix) ? object.name.slice(prefix.length) : '';
          if (isObjectKey(key)) yield { key, size: Number(object.size), tag: bare(object.etag) };
        }
        token = page.isTruncated ? String(page.nextContinuationToken) : '';
      } while (token !== '');
    },

    localCopy: async (key) => copies.take(checkedKey(key)),

    async signedAddress(key, { seconds, mediaType, name }) {
      const object = nameOf(key);
      if (!publicClient) return null;
      return publicClient.presignedGetObject(bucket, object, Math.min(Math.max(1, Math.round(seconds)), longestSigned), {
        'response-content-type': mediaType,
        'response-content-disposition': contentDisposition('attachment', name),
      });
    },

    async check() {
      await asking(() => client.makeRequestAsyncOmit({ method: 'HEAD', bucketName: bucket }));
      return { freeBytes: null };
    },

    async close() {
      agent.destroy();
      await copies.close();
    },
  };
  const copies = localCopies(options.copiesIn ?? join(tmpdir(), 'tu-sach-copies'), store);
  return store;
}
