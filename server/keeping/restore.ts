import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStorage, type Storage, type StorageConfig } from '../../storage/index.ts';
import { countRows, migrationLevel } from '../../storage/metadata/dump.ts';
import { dropLibrary, DumpDamaged, loadTable, migrateTo } from '../../storage/metadata/dump-loading.ts';
import { putSetting, removeSetting } from '../../storage/metadata/organisations.ts';
import { processesAlive } from '../../storage/metadata/processes.ts';
import { type ObjectStore, StoreFull } from '../../storage/objects/object-store.ts';
import { enqueue } from '../jobs/queue.ts';
import type { Entry, Manifest } from './backup-format.ts';
import type { BackupReader } from './backup-place.ts';
import { KeepingFault } from './keeping-fault.ts';
import { openBuckets } from './key-buckets.ts';
import { type Progress, type Screen, startProgress } from './progress.ts';
import { checkBackup, entriesOf, openBackup, readManifest } from './read-backup.ts';
import { hashOf, inParallel, linesOf, measured } from './streams.ts';

export interface RestoreOutcome {
  manifest: Manifest;
  rows: number;
  objects: number;
  /** Objects that the target had already, from a run that was cut off. */
  kept: number;
  /** Left out, because --skip-damaged was given. */
  skipped: string[];
  /** Objects of what was replaced, removed. */
  removed: number;
}

export interface RestoreOptions {
  force: boolean;
  /** Goes on without objects whose bytes are not what the manifest says. */
  skipDamaged: boolean;
  signal: AbortSignal;
  screen?: Screen;
}

const journalName = 'restoring.json';

/**
 * Fills the library of these settings from a backup. All of the backup but its objects' bytes is checked before anything is written; each
 * object is hashed as it is written. Called again after it was cut off, it goes on. Throws KeepingFault.
 */
export async function restore(config: StorageConfig, at: string, options: RestoreOptions): Promise<RestoreOutcome> {
  const reader = await openBackup(at);
  try {
    const manifest = await readManifest(reader);
    await checkBackup(reader, manifest, options.signal);
    const target = await openTarget(config);
    try {
      return await fill(target, config, reader, manifest, options);
    } catch (error) {
      if (error instanceof StoreFull || (error as NodeJS.ErrnoException | null)?.code === 'ENOSPC') throw new KeepingFault('target-full', { at: config.folder }, { cause: error });
      throw error;
    } finally {
      await target.close();
    }
  } finally {
    await reader.close();
  }
}

export async function openTarget(config: StorageConfig): Promise<Storage> {
  try {
    return await openStorage(config);
  } catch (error) {
    throw new KeepingFault('target-unreadable', { why: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

/** Throws target-in-use, and target-not-empty unless it may be replaced. */
export async function checkTarget({ metadata }: Storage, force: boolean): Promise<void> {
  const alive = await processesAlive(metadata.queries);
  if (alive.length > 0) throw new KeepingFault('target-in-use', { processes: alive.map(({ kind, host }) => `${kind}@${host}`).join(', ') });
  const [records, people] = [await countRows(metadata.queries, 'records'), await countRows(metadata.queries, 'people')];
  if (!force && records + people > 0) throw new KeepingFault('target-not-empty', { records, people });
}

async function fill(target: Storage, config: StorageConfig, reader: BackupReader, manifest: Manifest, options: RestoreOptions): Promise<RestoreOutcome> {
  const { metadata, objects } = target;
  const { signal } = options;
  const journal = join(config.folder, journalName);
  const mark = createHash('sha256').update(JSON.stringify(manifest)).update(config.databaseUrl ?? '').update(config.objectStoreUrl ?? '').digest('hex');
  const resumed = (await readFile(journal, 'utf8').catch(() => '')) === mark;
  await checkTarget(target, options.force || resumed);
  const { freeBytes } = await objects.check();
  if (!resumed && freeBytes !== null && freeBytes < manifest.objects.bytes) throw new KeepingFault('target-full', { at: config.folder });

  if (!resumed) {
    await mkdir(config.folder, { recursive: true });
    await dropLibrary(metadata);
    await migrateTo(metadata, manifest.level, join(config.folder, 'backups'));
    await putSetting(metadata.queries, 'arriving', { since: new Date().toISOString() });
    await writeFile(journal, mark, { flush: true });
  }

  const progress = options.screen ? startProgress(options.screen, 'Phục hồi / Restore') : null;
  progress?.expect(manifest.objects.bytes, manifest.objects.count);
  const { kept, wrong } = await putObjects(objects, reader, manifest, progress, signal);
  progress?.end();
  if (wrong.length > 0 && !options.skipDamaged)
    throw new KeepingFault('backup-damaged', { what: `${wrong.length} tệp/objects: ${wrong.slice(0, 5).join(', ')}; thư viện đích chưa có biểu ghi nào / the target holds no records yet (--skip-damaged)` });

  let rows = 0;
  if ((await migrationLevel(metadata.queries)) === manifest.level) {
    for (const { table, path, rows: count } of manifest.tables) {
      signal.throwIfAborted();
      try {
        const there = await loadTable(metadata, table, linesOf(await reader.read(path)), signal);
        if (there !== count) throw new KeepingFault('backup-damaged', { what: `${table}: ${there}/${count}` });
        rows += there;
      } catch (error) {
        if (error instanceof DumpDamaged) throw new KeepingFault('backup-damaged', { what: `${path}:${error.line}` }, { cause: error });
        throw error;
      }
    }
  }
  await migrateTo(metadata, null, join(config.folder, 'backups'));
  const removed = options.force ? await removeOthers(objects, entriesOf(reader, manifest), config.folder) : 0;
  await metadata.transaction(async (queries) => {
    await removeSetting(queries, 'arriving');
    await enqueue(queries, { kind: 'reindex' });
  });
  await rm(journal, { force: true });
  return { manifest, rows, objects: manifest.objects.count, kept, skipped: wrong, removed };
}

async function putObjects(objects: ObjectStore, reader: BackupReader, manifest: Manifest, progress: Progress | null, signal: AbortSignal): Promise<{ kept: number; wrong: string[] }> {
  let kept = 0;
  const wrong: string[] = [];
  await inParallel(entriesOf(reader, manifest), 4, async ({ key, path, size, sha256 }: Entry) => {
    signal.throwIfAborted();
    if (path === null) return;
    const there = await objects.stat(key);
    if (there?.size === size && (await hashOf(await objects.get(key))).sha256 === sha256) {
      kept++;
      progress?.bytes(size);
    } else {
      const bytes = measured(await reader.read(path), (passed) => progress?.bytes(passed));
      await objects.put(key, bytes.body, { signal });
      if (bytes.size() !== size || bytes.sha256() !== sha256) {
        await objects.remove(key);
        wrong.push(key);
      }
    }
    progress?.counted();
  });
  return { kept, wrong };
}

/** Removes the objects that are not in the list. */
export async function removeOthers(objects: ObjectStore, entries: AsyncIterable<{ key: string }>, folder: string): Promise<number> {
  const work = await mkdtemp(join(folder, '.keeping-'));
  try {
    const wanted = await openBuckets<boolean>(join(work, 'keys'), (one, other) => one || other);
    for await (const { key } of entries) await wanted.add(key, true);
    for await (const { key } of objects.list('')) await wanted.add(key, false);
    let removed = 0;
    for await (const { things } of wanted.each()) {
      for (const [key, named] of things) {
        if (named) continue;
        await objects.remove(key);
        removed++;
      }
    }
    return removed;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
