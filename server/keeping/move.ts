import { createReadStream } from 'node:fs';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Storage, StorageConfig } from '../../storage/index.ts';
import { dumpLibrary, type LibraryDump } from '../../storage/metadata/dump.ts';
import { dropLibrary, loadTable, migrateTo } from '../../storage/metadata/dump-loading.ts';
import { type ObjectReference, referencesOf } from '../../storage/metadata/object-references.ts';
import { putSetting, removeSetting } from '../../storage/metadata/organisations.ts';
import { processesAlive } from '../../storage/metadata/processes.ts';
import { ObjectMissing, type ObjectStore } from '../../storage/objects/object-store.ts';
import { enqueue } from '../jobs/queue.ts';
import { KeepingFault } from './keeping-fault.ts';
import { type KeyBuckets, openBuckets } from './key-buckets.ts';
import { type Screen, startProgress } from './progress.ts';
import { checkTarget, removeOthers } from './restore.ts';
import { hashOf, inParallel, linesOf } from './streams.ts';

interface CarriedObjects {
  objects: number;
  bytes: number;
  copied: number;
  kept: number;
  /** Named by rows, and not in the source either. */
  missing: string[];
  /** Originals whose bytes are not what their row says, in the source as well; carried as they are. */
  damaged: string[];
}

export interface MoveOutcome extends CarriedObjects {
  /** Rows that are the same on both sides, by table. */
  tables: { table: string; rows: number; sha256: string }[];
  /** False when only the objects were carried. */
  complete: boolean;
}

export interface MoveOptions {
  /** Carries objects only, while the source is in use. */
  objectsFirst: boolean;
  /** Replaces what the target holds. */
  force: boolean;
  /** These are where they were, and only the others are carried. */
  rowsStay?: boolean;
  objectsStay?: boolean;
  /** Journal and lists lie in this folder. */
  work: string;
  /** What the mark in the source says of the target; without passwords. */
  targetName: string;
  signal: AbortSignal;
  screen?: Screen;
}

/**
 * Carries a library, rows and objects, from one place to another: objects first, then the rows of one moment, then every object is read again
 * at the target and every table compared. The source is left as it was, with a mark. Run again after it was cut off, it goes on. The last
 * pass throws library-in-use while a process of the source lives; KeepingFault otherwise too.
 */
export async function moveLibrary(source: Storage, target: Storage, targetConfig: StorageConfig, options: MoveOptions): Promise<MoveOutcome> {
  const { signal } = options;
  const work = join(options.work, '.moving');
  await mkdir(work, { recursive: true });
  const journal = join(work, 'journal.json');
  const place = createHash('sha256').update(JSON.stringify([targetConfig.folder, targetConfig.databaseUrl ?? '', targetConfig.objectStoreUrl ?? ''])).digest('hex');
  const begun = await readJournal(journal);
  const resumed = begun.place === place;
  if (!options.rowsStay) await checkTarget(target, options.force || resumed);
  if (!resumed) await writeFile(journal, JSON.stringify({ place, rows: null }));

  const first = await carry(source, target, { ...options, work, lines: null });
  if (options.objectsFirst) {
    await first.references.remove();
    return { ...first, tables: [], complete: false };
  }

  await checkStopped(source);
  // The rows of the last moment; objects that came since the first look are copied now, and all are compared.
  const lines = join(work, 'rows');
  await rm(lines, { recursive: true, force: true });
  await mkdir(lines);
  const last = await carry(source, target, { ...options, work, lines });
  const { dump } = last;
  if (options.rowsStay) {
    await rm(work, { recursive: true, force: true });
    return { ...last, tables: [], copied: first.copied + last.copied, kept: first.kept, complete: true };
  }
  const mark = createHash('sha256').update(JSON.stringify(dump)).digest('hex');
  if (!resumed || begun.rows !== mark) {
    await dropLibrary(target.metadata);
    await migrateTo(target.metadata, dump.level, join(targetConfig.folder, 'backups'));
    await putSetting(target.metadata.queries, 'arriving', { since: new Date().toISOString() });
    await writeFile(journal, JSON.stringify({ place, rows: mark }), { flush: true });
  }
  for (const { table } of dump.tables) await loadTable(target.metadata, table, linesOf(createReadStream(join(lines, `${table}.jsonl`))), signal);

  const there = await dumpLibrary(target.metadata, 'move', {}, signal);
  for (const [at, { table, rows, sha256 }] of dump.tables.entries()) {
    if (there.tables[at]?.sha256 !== sha256) throw new KeepingFault('not-the-same', { what: `${table}: ${there.tables[at]?.rows}/${rows}` });
  }
  if ((options.force || resumed) && !options.objectsStay) await removeOthers(target.objects, keysOf(last.references), options.work);
  await checkStopped(source);
  const now = await dumpLibrary(source.metadata, 'move', {}, signal);
  if (JSON.stringify(now.tables) !== JSON.stringify(dump.tables)) throw new KeepingFault('changed-meanwhile');

  await target.metadata.transaction(async (queries) => {
    await removeSetting(queries, 'arriving');
    await enqueue(queries, { kind: 'reindex' });
  });
  await putSetting(source.metadata.queries, 'moved-to', { at: new Date().toISOString(), to: options.targetName });
  await rm(work, { recursive: true, force: true });
  return { tables: dump.tables, objects: last.objects, bytes: last.bytes, copied: first.copied + last.copied, kept: first.kept, missing: last.missing, damaged: last.damaged, complete: true };
}

async function* keysOf(references: KeyBuckets<ObjectReference>): AsyncGenerator<{ key: string }> {
  for await (const { things } of references.each()) for (const key of things.keys()) yield { key };
}

async function readJournal(path: string): Promise<{ place: string | null; rows: string | null }> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as { place: string; rows: string | null };
  } catch {
    // None, or one that a power cut left half written: everything is looked at again.
    return { place: null, rows: null };
  }
}

async function checkStopped({ metadata }: Storage): Promise<void> {
  const alive = await processesAlive(metadata.queries);
  if (alive.length > 0) throw new KeepingFault('library-in-use', { processes: alive.map(({ kind, host }) => `${kind}@${host}`).join(', ') });
}

interface Carried extends CarriedObjects {
  dump: LibraryDump;
  references: KeyBuckets<ObjectReference>;
}

/**
 * One pass over what the rows name. Without `lines`, an object that the target has in the same size is taken as carried; with a folder for
 * the rows' lines, the last pass, both sides are read and compared.
 */
async function carry(source: Storage, target: Storage, options: MoveOptions & { lines: string | null }): Promise<Carried> {
  const { work, lines, signal } = options;
  const references = await openBuckets<ObjectReference>(join(work, 'references'), (one, other) => (one.sha256 !== null ? one : other));
  let [expected, count] = [0, 0];
  const dump = await dumpLibrary(
    source.metadata,
    'move',
    {
      async row(table, row) {
        for (const reference of referencesOf(table, row)) {
          expected += reference.size ?? 0;
          count++;
          await references.add(reference.key, reference);
        }
      },
      lines: async (table, some) => (lines ? appendFile(join(lines, `${table}.jsonl`), some) : undefined),
    },
    signal,
  );
  const progress = options.screen ? startProgress(options.screen, lines ? 'Đối chiếu / Verifying' : 'Chuyển tệp / Objects') : null;
  progress?.expect(expected, count);
  const carried: Carried = { dump, references, objects: 0, bytes: 0, copied: 0, kept: 0, missing: [], damaged: [] };
  const one = lines ? compareObject : carryObject;
  for await (const { things } of references.each()) {
    await inParallel(things.values(), 4, async (reference) => {
      signal.throwIfAborted();
      const outcome = await one(source.objects, target.objects, reference, signal);
      progress?.bytes(outcome?.size ?? 0);
      progress?.counted();
      if (!outcome) return void carried.missing.push(reference.key);
      carried.objects++;
      carried.bytes += outcome.size;
      carried[outcome.copied ? 'copied' : 'kept']++;
      if (outcome.damaged) carried.damaged.push(reference.key);
    });
  }
  progress?.end();
  return carried;
}

/** Null: the source has no such object. */
type One = { size: number; copied: boolean; damaged: boolean } | null;

async function carryObject(from: ObjectStore, to: ObjectStore, { key }: ObjectReference, signal: AbortSignal): Promise<One> {
  const [there, here] = [await from.stat(key), await to.stat(key)];
  if (!there) return null;
  if (here?.size === there.size) return { size: there.size, copied: false, damaged: false };
  await to.put(key, await from.get(key), { signal });
  return { size: there.size, copied: true, damaged: false };
}

/** The target's bytes are those of the row, or those of the source where it has others or where no row says. */
async function compareObject(from: ObjectStore, to: ObjectStore, { key, sha256 }: ObjectReference, signal: AbortSignal): Promise<One> {
  const here = await hashIn(to, key);
  if (here && here.sha256 === sha256) return { size: here.size, copied: false, damaged: false };
  const there = await hashIn(from, key);
  if (!there) return null;
  const damaged = sha256 !== null && there.sha256 !== sha256;
  if (here?.sha256 === there.sha256) return { size: there.size, copied: false, damaged };
  await to.put(key, await from.get(key), { signal });
  if ((await hashIn(to, key))?.sha256 !== there.sha256) throw new KeepingFault('not-the-same', { what: key });
  return { size: there.size, copied: true, damaged };
}

async function hashIn(objects: ObjectStore, key: string): Promise<{ size: number; sha256: string } | null> {
  try {
    return await hashOf(await objects.get(key));
  } catch (error) {
    if (error instanceof ObjectMissing) return null;
    throw error;
  }
}
