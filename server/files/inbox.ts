import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { Metadata } from '../../storage/metadata/database.ts';
import { schools } from '../../storage/metadata/organisations.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { fileArrivals } from '../catalogue/file-arrivals.ts';
import { Refusal } from '../errors.ts';
import { type Log, withoutPath } from '../log.ts';
import { localInputs, openLocalInput } from './local-input.ts';
import { receive } from './receiving.ts';

/** Where what was not taken is put aside, each with a .txt beside it that says why. */
const asideName = 'khong-nhan';
const heldName = 'da-co';
const lookMs = 2_000;

export interface Inbox {
  stop(): Promise<void>;
}

/** Sizes and times of everything under a path: the same twice, two seconds apart, means that nobody is still copying. */
async function signature(path: string): Promise<string> {
  const found = await stat(path);
  if (!found.isDirectory()) return `${found.size}:${found.mtimeMs}`;
  const parts = await Promise.all((await readdir(path)).sort().map(async (name) => `${name}=${await signature(join(path, name))}`));
  return parts.join('|');
}

/**
 * Takes in what is copied into the watched folder: a file, or a folder of page images as one book. A sub-folder named for a school's code
 * belongs to that school, everything else to the first. What was taken disappears from the folder once its bytes are stored; what the
 * library held already goes to `da-co`, what it refused to `khong-nhan`. Works by looking, for events are lost on network drives.
 */
export function watchInbox(parts: { metadata: Metadata; objects: ObjectStore; folder: string; log: Log }): Inbox {
  const { folder, log } = parts;
  const stopping = new AbortController();
  let seen = new Map<string, string>();

  async function takeIn(path: string, name: string, schoolId: string, root: string): Promise<void> {
    const inputs = await localInputs(path);
    if (inputs.length === 0) return;
    let held = false;
    try {
      for (const input of inputs) {
        const opened = await openLocalInput(input);
        try {
          const received = await receive({ ...parts, ...fileArrivals(parts.metadata) }, opened.body, { name: opened.name }, { kind: 'new-record', schoolId, personId: null });
          held ||= received.state === 'already-held';
        } finally {
          opened.body.destroy();
          await opened.release();
        }
      }
    } catch (error) {
      if (!(error instanceof Refusal) || error.status >= 500) throw error;
      const moved = await putAside(path, name, join(root, asideName));
      await writeFile(`${moved}.txt`, `${error.code} ${JSON.stringify(error.params)}\n`);
      return;
    }
    if (held) await putAside(path, name, join(root, heldName));
    else await rm(path, { recursive: true });
  }

  async function putAside(path: string, name: string, target: string): Promise<string> {
    await mkdir(target, { recursive: true });
    const free = await stat(join(target, name)).then(
      () => `${uuid()}-${name}`,
      () => name,
    );
    await rename(path, join(target, free));
    return join(target, free);
  }

  async function look(): Promise<void> {
    const all = await schools(parts.metadata.queries);
    const first = all[0];
    if (!first) return;
    const roots = [{ path: folder, schoolId: first.id }, ...all.map((school) => ({ path: join(folder, school.code), schoolId: school.id }))];
    const codes = new Set(all.map((school) => school.code));
    const now = new Map<string, string>();
    for (const root of roots) {
      const names = await readdir(root.path).catch(() => []);
      for (const name of names) {
        if (name === asideName || name === heldName || name.startsWith('.') || (root.path === folder && codes.has(name))) continue;
        if (stopping.signal.aborted) return;
        const path = join(root.path, name);
        try {
          const mark = await signature(path);
          if (seen.get(path) === mark) await takeIn(path, name, root.schoolId, root.path);
          else now.set(path, mark);
        } catch (error) {
          log.error(withoutPath(error), 'not taken in from the watched folder');
        }
      }
    }
    seen = now;
  }

  const looking = (async () => {
    await mkdir(folder, { recursive: true });
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) => log.error(withoutPath(error), 'watched folder not read'));
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();

  return {
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
