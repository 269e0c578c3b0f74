import { createWriteStream } from 'node:fs';
import { access, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { v7 as uuid } from 'uuid';
import { ObjectMissing, type StoredObject, StoreFull } from './object-store.ts';

/** Copies that nobody holds any more are kept for who asks next, up to this much: a page is drawn tile by tile. */
const idleBytesDefault = 256 * 1024 * 1024;
const abandonedMs = 86_400_000;

interface Copy {
  key: string;
  tag: string;
  size: number;
  path: string;
  holders: number;
  ready: Promise<void>;
}

export interface LocalCopies {
  take(key: string): Promise<{ path: string; release(): Promise<void> }>;
  close(): Promise<void>;
}

/**
 * Copies of objects of a remote store on this machine's disk, in a folder of this process under `folder`. Who asks for the same object
 * shares one copy; an object put anew is fetched anew. Disk: what is held, and 256 MiB.
 */
export function localCopies(
  folder: string,
  store: { stat(key: string): Promise<StoredObject | null>; get(key: string): Promise<Readable> },
  idleBytes = idleBytesDefault,
): LocalCopies {
  const own = join(folder, uuid());
  let opened: Promise<void> | null = null;
  const newest = new Map<string, Copy>();
  const idle = new Set<Copy>();
  let count = 0;

  async function open(): Promise<void> {
    await mkdir(own, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => null);
      if (path !== own && found && Date.now() - found.mtimeMs > abandonedMs) await rm(path, { recursive: true, force: true });
    }
  }

  async function fetch({ key, path }: Copy): Promise<void> {
    try {
      await (opened ??= open());
      await pipeline(await store.get(key), createWriteStream(path, { mode: 0o600 }));
    } catch (error) {
      await rm(path, { force: true });
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'ENOSPC' || code === 'EDQUOT' ? new StoreFull({ cause: error }) : error;
    }
  }

  async function drop(copy: Copy): Promise<void> {
    idle.delete(copy);
    if (newest.get(copy.key) === copy) newest.delete(copy.key);
    await rm(copy.path, { force: true });
  }

  async function release(copy: Copy): Promise<void> {
    copy.holders -= 1;
    if (copy.holders > 0) return;
    if (newest.get(copy.key) !== copy) return drop(copy);
    idle.add(copy);
    let held = [...idle].reduce((sum, { size }) => sum + size, 0);
    for (const oldest of [...idle]) {
      if (held <= idleBytes) break;
      held -= oldest.size;
      await drop(oldest);
    }
  }

  /** The copy with one holder more; claimed before anything is awaited, so that nobody drops it meanwhile. */
  function claim({ key, tag, size }: StoredObject): Copy {
    const known = newest.get(key);
    if (known?.tag === tag) {
      known.holders += 1;
      idle.delete(known);
      return known;
    }
    const copy: Copy = { key, tag, size, path: join(own, `${++count}-${basename(key)}`), holders: 1, ready: Promise.resolve() };
    copy.ready = fetch(copy);
    newest.set(key, copy);
    if (known && idle.has(known)) void drop(known);
    return copy;
  }

  return {
    async take(key) {
      for (let again = false; ; again = true) {
        const found = await store.stat(key);
        if (!found) throw new ObjectMissing(key);
        const copy = claim(found);
        try {
          await copy.ready;
          await access(copy.path);
        } catch (error) {
          if (newest.get(key) === copy) newest.delete(key);
          copy.holders -= 1;
          // Somebody emptied the folder: fetched anew.
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || again) throw error;
          opened = null;
          continue;
        }
        const now = new Date();
        await utimes(own, now, now); // another process sees that this folder is in use
        let released = false;
        return {
          path: copy.path,
          async release() {
            if (released) return;
            released = true;
            await release(copy);
          },
        };
      }
    },
    async close() {
      await rm(own, { recursive: true, force: true });
    },
  };
}
