import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileStore } from '@tus/file-store';
import { StoreFull } from '../../storage/objects/object-store.ts';

/** Where the bytes of uploads wait for their last. Unlike its parent it says when the disk is full, so that the person can be told. */
export class StagingStore extends FileStore {
  constructor(directory: string) {
    super({ directory });
    // A length that comes later would have to be kept in our row as well, for taking an upload in after a crash; no browser needs it.
    this.extensions = ['creation', 'creation-with-upload', 'termination'];
  }

  override async write(readable: Readable, id: string, offset: number): Promise<number> {
    const staged = createWriteStream(join(this.directory, id), { flags: 'r+', start: offset });
    try {
      await pipeline(readable, staged);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'ENOSPC' || code === 'EDQUOT' ? new StoreFull({ cause: error }) : error;
    }
    return offset + staged.bytesWritten;
  }
}
