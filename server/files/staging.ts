import type { Readable } from 'node:stream';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { folderStaging } from './staging-folder.ts';
import { pieceStaging } from './staging-pieces.ts';

/** Where the bytes of uploads wait for their last. Whoever writes or removes holds the claim of the upload (upload-claims.ts). */
export interface Staging {
  /** Bytes that have arrived without a gap; 0 for an upload of which there is nothing. */
  received(uploadId: string): Promise<number>;
  /**
   * Adds bytes at `offset`, the number received; answers the number received now. `most`: how many may still come. `keep` is asked before
   * bytes are written. When the source fails, what came before is kept and the failure thrown on. Throws StoreFull, StoreUnavailable.
   */
  write(uploadId: string, at: { offset: number; most: number }, source: AsyncIterable<Buffer>, keep: () => Promise<void>): Promise<number>;
  /** All bytes in order, read once as they are taken; fails when they are not `size`. MUST be read or destroyed. */
  body(uploadId: string, size: number): Readable;
  /** Removing what is not there is no error. */
  remove(uploadId: string): Promise<void>;
  /** Uploads of which there is something. */
  ids(): AsyncIterable<string>;
}

/**
 * `objects`: the store that every process of the library reaches; uploads then wait in it, and any web process on any machine goes on with
 * them. Null: they wait in `folder`, for all processes of this machine.
 */
export const openStaging = ({ folder, objects }: { folder: string; objects: ObjectStore | null }): Staging => (objects ? pieceStaging(objects) : folderStaging(folder));
