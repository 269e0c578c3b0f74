import { createReadStream, createWriteStream, type Dirent } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { v7 as uuid } from 'uuid';
import { keptDescriptors } from './kept-descriptors.ts';
import { checkedKey } from './object-key.ts';
import { ObjectMissing, type ObjectStore, type StoredObject, StoreFull } from './object-store.ts';

/** Read ahead of whoever takes the bytes: hundreds may read slowly at once. */
const aheadBytes = 64 * 1024;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;

function normalised(error: unknown, key: string): unknown {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return new ObjectMissing(key);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return new StoreFull({ cause: error });
  return error;
}

/** Directory entries reach the disk with an fsync of the folder; not every system lets a folder be opened for that (Windows). */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (['EISDIR', 'EPERM', 'EACCES'].includes(codeOf(error) ?? '')) return null;
    throw error;
  });
  if (!handle) return;
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'EPERM'].includes(codeOf(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

/** A write that goes on touches its file; one that has not for a day belonged to a process that was killed. */
const abandonedMs = 86_400_000;

async function clearIncoming(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found && Date.now() - found.mtimeMs > abandonedMs) await rm(path, { force: true });
  }
}

const tagOf = (mtimeMs: number, ino: number): string => `${mtimeMs}-${ino}`;

/** Objects as files under `root`. Writes go to `root/.incoming` first and are renamed into place once they are on disk. */
export async function openFilesystemStore(root: string): Promise<ObjectStore> {
  const incoming = join(root, '.incoming');
  await mkdir(incoming, { recursive: true });
  await clearIncoming(incoming);

  const descriptors = keptDescriptors();
  const pathOf = (key: string): string => join(root, checkedKey(key));

  async function* walk(folder: string, key: string, prefix: string): AsyncIterable<StoredObject> {
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw error;
    }
    // A folder sorts as its name with '/', so that the keys come out in ascending order.
    const named = entries.filter((entry) => !entry.name.startsWith('.')).map((entry) => ({ entry, name: entry.isDirectory() ? `${entry.name}/` : entry.name }));
    for (const { entry, name } of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const child = key + name;
      if (entry.isDirectory()) {
        if (child.startsWith(prefix) || prefix.startsWith(child)) yield* walk(join(folder, entry.name), child, prefix);
      } else if (child.startsWith(prefix)) {
        const found = await stat(join(folder, entry.name)).catch(() => null);
        if (found) yield { key: child, size: found.size, tag: tagOf(found.mtimeMs, found.ino) };
      }
    }
  }

  return {
    async put(key, body, options) {
      const target = pathOf(key);
      const temporary = join(incoming, uuid());
      try {
        const source = body instanceof Uint8Array ? Readable.from([body], { objectMode: false }) : body;
        await pipeline(source, createWriteStream(temporary, { flags: 'wx', flush: true }), { signal: options?.signal });
        const { size, mtimeMs, ino } = await stat(temporary);
        await mkdir(dirname(target), { recursive: true });
        await rename(temporary, target);
        await syncFolder(dirname(target));
        return { key, size, tag: tagOf(mtimeMs, ino) };
      } catch (error) {
        await rm(temporary, { force: true });
        throw codeOf(error) === 'ENOENT' ? error : normalised(error, key);
      }
    },

    async get(key, range) {
      let handle;
      try {
        handle = await open(pathOf(key), 'r');
        if (!(await handle.stat()).isFile()) {
          await handle.close();
          throw new ObjectMissing(key);
        }
      } catch (error) {
        throw normalised(error, key);
      }
      return createReadStream('', { fd: handle, start: range?.start, end: range?.end, highWaterMark: aheadBytes });
    },

    async read(key, range) {
      try {
        return await (range ? descriptors.read(pathOf(key), range) : readFile(pathOf(key)));
      } catch (error) {
        throw normalised(error, key);
      }
    },

    async stat(key) {
      try {
        const found = await stat(pathOf(key));
        return found.isFile() ? { key, size: found.size, tag: tagOf(found.mtimeMs, found.ino) } : null;
      } catch (error) {
        const known = normalised(error, key);
        if (known instanceof ObjectMissing) return null;
        throw known;
      }
    },

    async remove(key) {
      await rm(pathOf(key), { force: true });
    },

    list: (prefix) => walk(root, '', prefix),

    async localCopy(key) {
      const path = pathOf(key);
      const found = await stat(path).catch((error: unknown) => {
        throw normalised(error, key);
      });
      if (!found.isFile()) throw new ObjectMissing(key);
      return { path, release: async () => {} };
    },

    signedAddress: async () => null,

    async check() {
      const { bavail, bsize } = await statfs(root);
      return { freeBytes: bavail * bsize };
    },

    async close() {
      descriptors.close();
    },
  };
}
