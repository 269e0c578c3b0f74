import { close, fstatSync, open, read } from 'node:fs';
import { promisify } from 'node:util';
import type { ByteRange } from './object-store.ts';

const openFile = promisify(open);
const readFile = promisify(read);

/** Books and films that are being read at the moment; beyond it the one read longest ago is closed. */
const most = 64;

/** Windows lets nobody replace a file that is open. */
const keeps = process.platform !== 'win32';

interface Descriptor {
  fd: number;
  readers: number;
  kept: boolean;
}

interface Taken {
  one: Descriptor;
  size: number;
}

/**
 * Ranges of files whose descriptors are kept open, for whoever reads a book asks a hundred times for a part of the same file, and opening
 * costs more than reading. A file that was replaced or removed, by any process, has no name left (st_nlink is 0) and is opened anew.
 */
export function keptDescriptors(): { read(path: string, range: ByteRange): Promise<Buffer>; close(): void } {
  const kept = new Map<string, Descriptor>();

  /** Closed once nobody reads: the number would be another file's while a read is under way. */
  const settle = (one: Descriptor): void => {
    if (!one.kept && one.readers === 0) close(one.fd, () => {});
  };
  const forget = (path: string): void => {
    const one = kept.get(path);
    if (!one) return;
    kept.delete(path);
    one.kept = false;
    settle(one);
  };

  function known(path: string): Taken | null {
    const one = kept.get(path);
    if (!one) return null;
    const { nlink, size } = fstatSync(one.fd);
    if (nlink === 0) {
      forget(path);
      return null;
    }
    kept.delete(path);
    kept.set(path, one);
    return { one, size };
  }

  async function take(path: string): Promise<Taken> {
    const found = known(path);
    if (found) {
      found.one.readers++;
      return found;
    }
    const one: Descriptor = { fd: await openFile(path, 'r'), readers: 1, kept: keeps };
    if (keeps) {
      forget(path);
      kept.set(path, one);
      if (kept.size > most) forget(kept.keys().next().value!);
    }
    return { one, size: fstatSync(one.fd).size };
  }

  return {
    async read(path, { start, end }) {
      const { one, size } = await take(path);
      try {
        const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(end, size - 1) - start + 1));
        let filled = 0;
        while (filled < bytes.length) {
          const { bytesRead } = await readFile(one.fd, bytes, filled, bytes.length - filled, start + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
      } finally {
        one.readers--;
        settle(one);
      }
    },
    close() {
      for (const path of [...kept.keys()]) forget(path);
    },
  };
}
