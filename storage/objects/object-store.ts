import type { Readable } from 'node:stream';

/**
 * The object store port: bytes under keys such as `originals/ab/cd…` (storage/objects/keys.ts).
 * Keys are ASCII, '/'-separated, without '.' or '..' parts. All drivers MUST give these guarantees:
 * - put is atomic: readers see the old object, the new one, or ObjectMissing, never a part;
 * - a put that rejects leaves no trace under the key; the last finished put of a key wins;
 * - what put has acknowledged survives a crash of the machine (fsync, or the server's equal).
 */
export interface ObjectStore {
  put(key: string, body: Readable | Uint8Array, options?: { signal?: AbortSignal }): Promise<StoredObject>;
  /** Bytes [start, end] both included; the whole object without range. The stream MUST be read or destroyed. Throws ObjectMissing. */
  get(key: string, range?: ByteRange): Promise<Readable>;
  /** Small objects in one buffer. Throws ObjectMissing. */
  read(key: string): Promise<Buffer>;
  /** Null when there is none. */
  stat(key: string): Promise<StoredObject | null>;
  /** Deleting what is not there is no error. */
  remove(key: string): Promise<void>;
  /** Keys under a prefix in ascending order. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** A path on this machine with the object's bytes, for programs that need one. MUST NOT be written to. Call release() when done. */
  localCopy(key: string): Promise<{ path: string; release(): Promise<void> }>;
  /** Free bytes where that is known. Throws when the store cannot serve. */
  check(): Promise<{ freeBytes: number | null }>;
  close(): Promise<void>;
}

export interface StoredObject {
  key: string;
  size: number;
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
