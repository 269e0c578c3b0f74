import type { Readable } from 'node:stream';

/**
 * The object store port: bytes under keys such as `originals/ab/cd…` (storage/objects/keys.ts).
 * Keys are ASCII, '/'-separated, without '.' or '..' parts. All drivers MUST give these guarantees:
 * - put is atomic: readers see the old object, the new one, or ObjectMissing, never a part;
 * - a put that rejects leaves no trace under the key; the last finished put of a key wins;
 * - what put has acknowledged survives a crash of the machine (fsync, or the server's equal);
 * - a store that is away, overloaded or answers nonsense is StoreUnavailable after a bounded time, never a hang and never a short body
 *   that looks whole: a stream that ends before its last byte is destroyed with StoreUnavailable.
 */
export interface ObjectStore {
  put(key: string, body: Readable | Uint8Array, options?: { signal?: AbortSignal }): Promise<StoredObject>;
  /** Bytes [start, end] both included; the whole object without range. The stream MUST be read or destroyed. Throws ObjectMissing. */
  get(key: string, range?: ByteRange): Promise<Readable>;
  /** Small objects, or a small range of one, in one buffer. A range past the end gives what there is. Throws ObjectMissing. */
  read(key: string, range?: ByteRange): Promise<Buffer>;
  /** Null when there is none. */
  stat(key: string): Promise<StoredObject | null>;
  /** Deleting what is not there is no error. */
  remove(key: string): Promise<void>;
  /** Keys under a prefix in ascending order. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** A path on this machine with the object's bytes, for programs that need one. MUST NOT be written to. Call release() when done. */
  localCopy(key: string): Promise<{ path: string; release(): Promise<void> }>;
  /**
   * An address from which anyone may get the object until `seconds` from now, answered with this media type and file name; null where the
   * store has none to give. Whoever asks has been authorised before.
   */
  signedAddress(key: string, options: { seconds: number; mediaType: string; name: string }): Promise<string | null>;
  /** Free bytes where that is known. Throws when the store cannot serve. */
  check(): Promise<{ freeBytes: number | null }>;
  close(): Promise<void>;
}

export interface StoredObject {
  key: string;
  size: number;
  /** Opaque; another one when the bytes under the key were put anew, so that an unchanged object need not be copied twice. */
  tag: string;
}

export interface ByteRange {
  start: number;
  end: number;
}

export class ObjectMissing extends Error {
  constructor(readonly key: string) {
    super(`no object ${key}`);
    this.name = 'ObjectMissing';
  }
}

/** No room: the disk or the quota is full. Nothing was stored. */
export class StoreFull extends Error {
  constructor(options?: ErrorOptions) {
    super('the object store is full', options);
    this.name = 'StoreFull';
  }
}

/** The store is away or overloaded. Nothing was stored; the same may succeed later. */
export class StoreUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('the object store is unavailable', options);
    this.name = 'StoreUnavailable';
  }
}
