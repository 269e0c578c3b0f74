import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/*
 * The folder of an index:
 *   current        the name of the generation in use; replaced by renaming, which is what swaps an index in for every process
 *   next           the name of the generation being built, while one is
 *   index-*.db     generations
 */

const namePattern = /^index-[0-9a-f-]{36}\.db$/;
/** A generation being built that nobody wrote to for so long belongs to a process that died. */
const abandonedAfterMs = 10 * 60_000;

export const newGeneration = (): string => `index-${randomUUID()}.db`;

/** Changes whenever another generation was swapped in; null while there is none. One stat. */
export function pointerStamp(folder: string): string | null {
  const found = statSync(join(folder, 'current'), { bigint: true, throwIfNoEntry: false });
  return found ? `${found.ino}-${found.mtimeNs}-${found.size}` : null;
}

/** The name in `current`, or null if there is none or it is no name of ours. */
export function currentGeneration(folder: string): string | null {
  return nameIn(join(folder, 'current'));
}

/** Swaps a generation in: after a crash it is either the one before or this one. */
export function swapCurrent(folder: string, name: string): void {
  const beside = join(folder, `current-${randomUUID()}`);
  writeFileSync(beside, name);
  sync(beside);
  renameSync(beside, join(folder, 'current'));
  // Windows cannot open a folder to sync it and does not need to.
  if (process.platform !== 'win32') sync(folder, 'r');
}

/** Puts a first generation in use, unless another process was faster: false then. */
export function beginCurrent(folder: string, name: string): boolean {
  const beside = join(folder, `current-${randomUUID()}`);
  writeFileSync(beside, name);
  sync(beside);
  try {
    linkSync(beside, join(folder, 'current'));
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  } finally {
    rmSync(beside);
  }
}

export function announceNext(folder: string, name: string): void {
  writeFileSync(join(folder, 'next'), name);
}

export function withdrawNext(folder: string, name: string): void {
  if (nameIn(join(folder, 'next')) === name) rmSync(join(folder, 'next'), { force: true });
}

/** Whether a generation is being built by a process that still works at it. */
export function nextIsBeingBuilt(folder: string): boolean {
  const name = nameIn(join(folder, 'next'));
  return name !== null && !isAbandoned(folder, name);
}

export function syncFile(path: string): void {
  sync(path);
}

export function removeGeneration(folder: string, name: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) {
    try {
      rmSync(join(folder, name + ending), { force: true });
    } catch (cause) {
      // Windows keeps files that another process has open; the next rebuild finds them abandoned and removes them.
      if (!['EBUSY', 'EPERM', 'EACCES'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    }
  }
}

/** Removes generations that are neither in use nor being built. */
export function removeAbandoned(folder: string): void {
  const current = currentGeneration(folder);
  for (const name of readdirSync(folder)) {
    const generation = name.replace(/-(wal|shm|journal)$/, '');
    if (namePattern.test(generation) && generation !== current && isAbandoned(folder, generation)) {
      removeGeneration(folder, generation);
      withdrawNext(folder, generation);
    }
  }
}

function isAbandoned(folder: string, name: string): boolean {
  const touched = ['', '-wal'].map(
    (ending) => statSync(join(folder, name + ending), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return Math.max(...touched) < Date.now() - abandonedAfterMs;
}

function nameIn(path: string): string | null {
  let name: string;
  try {
    name = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
  return namePattern.test(name) ? name : null;
}

function sync(path: string, flags = 'r+'): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
