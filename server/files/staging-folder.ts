import { constants, createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { StoreFull } from '../../storage/objects/object-store.ts';
import type { Staging } from './staging.ts';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;
const readBytes = 256 * 1024;

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** One file for each upload, named by its id. */
export function folderStaging(folder: string): Staging {
  const pathOf = (uploadId: string): string => join(folder, uploadId);

  async function received(uploadId: string): Promise<number> {
    try {
      return (await stat(pathOf(uploadId))).size;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return 0;
      throw error;
    }
  }

  async function* bytesOf(uploadId: string, size: number): AsyncGenerator<Buffer> {
    let sent = 0;
    if (size > 0) {
      for await (const chunk of createReadStream(pathOf(uploadId), { highWaterMark: readBytes }) as AsyncIterable<Buffer>) {
        sent += chunk.length;
        yield chunk;
      }
    }
    if (sent !== size) throw new Error(`${sent} bytes wait of ${size}`);
  }

  return {
    received,

    async write(uploadId, { offset }, source, keep) {
      await mkdir(folder, { recursive: true });
      const handle = await open(pathOf(uploadId), constants.O_CREAT | constants.O_WRONLY);
      let end = offset;
      try {
        for await (const chunk of source) {
          await keep();
          await writeAll(handle, chunk, end);
          end += chunk.length;
        }
        return end;
      } catch (error) {
        throw ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error) ?? '') ? new StoreFull({ cause: error }) : error;
      } finally {
        await handle.close();
      }
    },

    body: (uploadId, size) => Readable.from(bytesOf(uploadId, size), { objectMode: false, highWaterMark: readBytes }),

    async remove(uploadId) {
      await rm(pathOf(uploadId), { force: true });
    },

    async *ids() {
      const names = await readdir(folder).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return [];
        throw error;
      });
      yield* names;
    },
  };
}
