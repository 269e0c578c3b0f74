import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, lstat, mkdir, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { v7 as uuid } from 'uuid';
import type { BackupReader, BackupWriter } from './backup-place.ts';
import { type Entry, manifestName } from './backup-format.ts';
import { KeepingFault } from './keeping-fault.ts';
import { openBuckets } from './key-buckets.ts';
import { measured } from './streams.ts';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;
/** What is not finished; nothing in it counts. */
export const incoming = '.incoming';
const objectPath = (sha256: string): string => `objects/${sha256.slice(0, 2)}/${sha256}`;

async function sizeAt(path: string): Promise<number | null> {
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  });
  return found?.isFile() ? found.size : null;
}

/**
 * A backup in a folder. Objects are named by their hash, rows lie in a folder of their run, and the manifest is replaced last: until then
 * the former backup stands whole, with all it names.
 */
export async function openFolderWriter(folder: string, run: string): Promise<BackupWriter> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder)).filter((name) => name !== 'lost+found');
  if (names.length > 0 && !names.some((name) => name === manifestName || name === incoming)) throw new KeepingFault('not-a-backup', { at: folder });
  await rm(join(folder, incoming), { recursive: true, force: true });
  await mkdir(join(folder, incoming), { recursive: true });
  const rows = `rows-${run}`;

  async function place(from: string, path: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await rename(from, join(folder, path));
  }

  return {
    atOnce: 4,
    has: async ({ path, size }) => path !== null && (await sizeAt(join(folder, path))) === size,
    async held(sha256, size) {
      return (await sizeAt(join(folder, objectPath(sha256)))) === size ? objectPath(sha256) : null;
    },
    async putObject(_key, read, passed) {
      const temporary = join(folder, incoming, uuid());
      const { body, size, sha256 } = measured(await read(), passed);
      try {
        await pipeline(body, createWriteStream(temporary, { flags: 'wx', flush: true }));
        const path = objectPath(sha256());
        if ((await sizeAt(join(folder, path))) === size()) await rm(temporary);
        else await place(temporary, path);
        return { path, size: size(), sha256: sha256() };
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async putFile(name, from) {
      const path = `${rows}/${name}`;
      const temporary = join(folder, incoming, uuid());
      await copyFile(from, temporary);
      const handle = await open(temporary, 'r+');
      await handle.sync();
      await handle.close();
      await place(temporary, path);
      return path;
    },
    async finish(manifest, entries) {
      const temporary = join(folder, incoming, manifestName);
      await pipeline([`${JSON.stringify(manifest, null, 2)}\n`], createWriteStream(temporary, { flush: true }));
      await rename(temporary, join(folder, manifestName));
      await forgetFormer(folder, rows, entries);
      await rm(join(folder, incoming), { recursive: true, force: true });
    },
    async abandon() {
      await rm(join(folder, incoming), { recursive: true, force: true });
      await rm(join(folder, rows), { recursive: true, force: true });
    },
  };
}

/** What only the former backup named. */
async function forgetFormer(folder: string, rows: string, entries: AsyncIterable<Entry>): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith('rows-') && name !== rows) await rm(join(folder, name), { recursive: true, force: true });
  }
  const used = await openBuckets<number>(join(folder, incoming, 'used'));
  for await (const { sha256, path } of entries) if (sha256 && path) await used.add(sha256, 1);
  // Folders are named by the first byte of the hash, buckets by another hash of it: all is gathered before anything is compared.
  const found = await openBuckets<string>(join(folder, incoming, 'found'));
  for (const two of await readdir(join(folder, 'objects')).catch(() => [])) {
    for (const name of await readdir(join(folder, 'objects', two))) await found.add(name, join('objects', two, name));
  }
  const next = used.each();
  let wanted = await next.next();
  for await (const { bucket, things } of found.each()) {
    while (!wanted.done && wanted.value.bucket < bucket) wanted = await next.next();
    const named = !wanted.done && wanted.value.bucket === bucket ? wanted.value.things : new Map<string, number>();
    for (const [name, path] of things) if (!named.has(name)) await rm(join(folder, path), { force: true });
  }
}

export async function openFolderReader(folder: string): Promise<BackupReader> {
  const root = await realpath(folder);
  async function inside(path: string): Promise<string> {
    const found = await realpath(join(root, path)).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') throw new KeepingFault('backup-incomplete', { what: path });
      throw error;
    });
    if (!found.startsWith(root + sep)) throw new KeepingFault('backup-unsafe', { what: path });
    return found;
  }
  return {
    manifest: async () => readFile(await inside(manifestName), 'utf8'),
    read: async (path) => createReadStream(await inside(path), { highWaterMark: 256 * 1024 }),
    async size(path) {
      return sizeAt(await inside(path));
    },
    close: async () => {},
  };
}

