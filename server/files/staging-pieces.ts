import { Readable } from 'node:stream';
import { stagedPieceKey, stagedPrefix, stagingPrefix } from '../../storage/objects/keys.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { ClaimLost } from './upload-claims.ts';
import type { Staging } from './staging.ts';

/** One piece is sent while the next is filled, so that an upload holds at most twice this: 4 MiB. */
export const pieceBytes = 2 * 1024 * 1024;

interface Piece {
  key: string;
  offset: number;
  size: number;
}

/** Bytes as objects of their own, each named by where it begins. A process that dies takes with it only the piece that it was filling. */
export function pieceStaging(objects: ObjectStore): Staging {
  /** The pieces that follow on each other from the first byte. What lies behind a gap or inside another was left by somebody who lost the claim. */
  async function contiguous(uploadId: string): Promise<{ pieces: Piece[]; end: number }> {
    const pieces: Piece[] = [];
    let end = 0;
    for await (const { key, size } of objects.list(stagedPrefix(uploadId))) {
      const offset = Number(key.slice(stagedPrefix(uploadId).length));
      if (offset > end) break;
      if (offset < end) continue;
      pieces.push({ key, offset, size });
      end += size;
    }
    return { pieces, end };
  }

  async function* bytesOf(uploadId: string, size: number): AsyncGenerator<Buffer> {
    let sent = 0;
    for (const { key } of (await contiguous(uploadId)).pieces) {
      for await (const chunk of (await objects.get(key)) as AsyncIterable<Buffer>) {
        sent += chunk.length;
        yield chunk;
      }
    }
    if (sent !== size) throw new Error(`${sent} bytes wait of ${size}`);
  }

  return {
    received: async (uploadId) => (await contiguous(uploadId)).end,

    async write(uploadId, { offset, most }, source, keep) {
      const slots: Buffer[] = [];
      let slot = 0;
      let filled = 0;
      let end = offset;
      let sending: Promise<unknown> = Promise.resolve();

      const send = async (): Promise<void> => {
        await sending;
        await keep();
        sending = objects.put(stagedPieceKey(uploadId, end), slots[slot]!.subarray(0, filled));
        sending.catch(() => {}); // awaited before the next piece, or at the end
        end += filled;
        filled = 0;
        slot = 1 - slot;
      };

      let failure: { error: unknown } | null = null;
      try {
        for await (const chunk of source) {
          await keep();
          for (let taken = 0; taken < chunk.length; ) {
            const room = (slots[slot] ??= Buffer.allocUnsafeSlow(Math.min(pieceBytes, Math.max(most, chunk.length))));
            const length = Math.min(room.length - filled, chunk.length - taken);
            chunk.copy(room, filled, taken, taken + length);
            filled += length;
            taken += length;
            if (filled === room.length) await send();
          }
        }
      } catch (error) {
        failure = { error };
      }
      // The line was cut: what came over it is kept. Not by somebody whose upload it is no more.
      if (filled > 0 && !(failure?.error instanceof ClaimLost)) {
        await send().catch((error: unknown) => {
          failure ??= { error };
        });
      }
      await sending.catch((error: unknown) => {
        failure ??= { error };
      });
      if (failure) throw failure.error;
      return end;
    },

    body: (uploadId, size) => Readable.from(bytesOf(uploadId, size), { objectMode: false }),

    async remove(uploadId) {
      for await (const { key } of objects.list(stagedPrefix(uploadId))) await objects.remove(key);
    },

    async *ids() {
      let last = '';
      for await (const { key } of objects.list(stagingPrefix)) {
        const id = key.split('/')[1]!;
        if (id !== last) yield id;
        last = id;
      }
    },
  };
}
