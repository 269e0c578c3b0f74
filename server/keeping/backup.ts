import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Storage } from '../../storage/index.ts';
import { dumpLibrary } from '../../storage/metadata/dump.ts';
import type { LibraryDump } from '../../storage/metadata/dump.ts';
import { isNamed, type ObjectReference, referencesOf } from '../../storage/metadata/object-references.ts';
import { putSetting } from '../../storage/metadata/organisations.ts';
import { ObjectMissing } from '../../storage/objects/object-store.ts';
import { version } from '../version.ts';
import { type Entry, entrySchema, formatVersion, type Manifest } from './backup-format.ts';
import { type BackupWriter, isFileBackup } from './backup-place.ts';
import { incoming, openFolderReader, openFolderWriter } from './folder-backup.ts';
import { KeepingFault } from './keeping-fault.ts';
import { bucketOf, openBuckets } from './key-buckets.ts';
import { type Progress, type Screen, startProgress } from './progress.ts';
import { checkBackup, entriesOf, openBackup, readManifest } from './read-backup.ts';
import { hashOf, inParallel, linesOf } from './streams.ts';
import { openZipWriter } from './zip-backup.ts';

export interface BackupOutcome {
  at: string;
  copied: number;
  kept: number;
  bytes: number;
  /** What is damaged or missing in the library itself; the rest has been kept all the same. At most 1,000 of `faultCount`. */
  faults: { key: string; fault: 'damaged' | 'missing' }[];
  faultCount: number;
  manifest: Manifest;
}

const mostRounds = 5;
const mostFaultsShown = 1000;
/** Of a derived object whose size nobody has asked for yet, for the time left. */
const guessedBytes = 60_000;

const diskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException | null)?.code ?? '');

/**
 * Copies the library of one moment, rows and every object that they name, to a folder or a .zip file, while it is in use. Throws
 * KeepingFault (target-full, not-a-backup) and the signal's reason; the former backup then stands as it was.
 */
export async function backUp(storage: Storage, to: string, options: { signal: AbortSignal; screen?: Screen; now?: Date }): Promise<BackupOutcome> {
  const at = resolve(to);
  const now = options.now ?? new Date();
  const run = now.toISOString().replaceAll(/[:.]/g, '-');
  const inFile = await isFileBackup(at);
  // Beside the backup: the disk of a system's temporary folder is often small.
  const work = inFile ? `${at}.work` : join(at, incoming, 'work');
  let writer: BackupWriter | null = null;
  try {
    writer = inFile ? await openZipWriter(at) : await openFolderWriter(at, run);
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    const former = inFile ? null : await formerEntries(at, join(work, 'former.jsonl'));
    const outcome = await copy(storage, writer, { at, now, work, former, signal: options.signal, screen: options.screen });
    await putSetting(storage.metadata.queries, 'last-backup', { at: now.toISOString(), to: at, objects: outcome.manifest.objects.count, bytes: outcome.manifest.objects.bytes });
    return outcome;
  } catch (error) {
    await writer?.abandon();
    if (diskFull(error)) throw new KeepingFault('target-full', { at }, { cause: error });
    throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The list of the backup that is there, kept aside; null when there is none that can be read. */
async function formerEntries(folder: string, path: string): Promise<string | null> {
  const reader = await openFolderReader(folder);
  try {
    const manifest = await readManifest(reader);
    const lines = createWriteStream(path);
    for await (const entry of entriesOf(reader, manifest)) lines.write(`${JSON.stringify(entry)}\n`);
    await new Promise<void>((done, failed) => lines.on('error', failed).end(done));
    return path;
  } catch (error) {
    // A damaged former backup is no reason not to make a new one; everything is copied again.
    if (error instanceof KeepingFault) return null;
    throw error;
  } finally {
    await reader.close();
  }
}

interface Copying {
  at: string;
  now: Date;
  work: string;
  former: string | null;
  signal: AbortSignal;
  screen?: Screen;
}

async function copy(storage: Storage, writer: BackupWriter, { at, now, work, former, signal, screen }: Copying): Promise<BackupOutcome> {
  let known = former;
  let [copied, kept] = [0, 0];
  for (let round = 1; ; round++) {
    const tables = (table: string): string => join(work, `${table}-${round}.jsonl`);
    const references = await openBuckets<ObjectReference>(join(work, 'references'), (one, other) => (one.sha256 !== null ? one : other));
    const expected = { bytes: 0, count: 0 };
    const dump = await dumpLibrary(
      storage.metadata,
      'backup',
      {
        async row(table, row) {
          for (const reference of referencesOf(table, row)) {
            await references.add(reference.key, reference);
            expected.bytes += reference.size ?? guessedBytes;
            expected.count++;
          }
        },
        lines: (table, lines) => appendFile(tables(table), lines),
      },
      signal,
    );
    const progress = screen ? startProgress(screen, 'Sao lưu / Backup') : null;
    progress?.expect(expected.bytes, expected.count);
    const list = join(work, `objects-${round}.jsonl`);
    const did = await copyObjects(storage, writer, { references: references.each(), known, list, progress, signal });
    progress?.end();
    await references.remove();
    copied += did.copied;
    kept = did.count - copied;
    // What was taken away since the rows were read: the rows are read once more, so that no row names what the backup lacks.
    if (did.gone > 0 && round < mostRounds) {
      known = list;
      continue;
    }
    const manifest = await describe(writer, dump, { now, tables, list, did });
    await writer.finish(manifest, readEntries(list));
    return { at, copied, kept: Math.max(0, kept), bytes: did.bytes, faults: did.faults, faultCount: did.faultCount, manifest };
  }
}

async function describe(
  writer: BackupWriter,
  dump: LibraryDump,
  { now, tables, list, did }: { now: Date; tables: (table: string) => string; list: string; did: Did },
): Promise<Manifest> {
  const rows: Manifest['tables'] = [];
  for (const { table, rows: count, sha256 } of dump.tables) rows.push({ table, rows: count, sha256, path: await writer.putFile(`${table}.jsonl`, tables(table)) });
  const { sha256 } = await hashOf(createReadStream(list));
  return {
    format: 'tu-sach-backup',
    formatVersion,
    version,
    level: dump.level,
    at: now.toISOString(),
    tables: rows,
    objects: { path: await writer.putFile('objects.jsonl', list), sha256, count: did.count, bytes: did.bytes },
    replaced: dump.replaced,
    faults: did.faultCount,
  };
}

interface Did {
  copied: number;
  count: number;
  bytes: number;
  gone: number;
  faults: BackupOutcome['faults'];
  faultCount: number;
}

async function copyObjects(
  { metadata, objects }: Storage,
  writer: BackupWriter,
  parts: { references: AsyncIterable<{ bucket: number; things: Map<string, ObjectReference> }>; known: string | null; list: string; progress: Progress | null; signal: AbortSignal },
): Promise<Did> {
  const did: Did = { copied: 0, count: 0, bytes: 0, gone: 0, faults: [], faultCount: 0 };
  const known = byBucket(parts.known);
  await writeFile(parts.list, '');

  /** Null: taken away meanwhile, and no row names it any more. */
  async function copyOne(reference: ObjectReference, former: Entry | undefined): Promise<Entry | null> {
    const { key } = reference;
    const found = await objects.stat(key);
    if (!found) return (await isNamed(metadata.queries, reference)) ? { key, size: 0, sha256: null, tag: '', path: null, fault: 'missing' } : null;
    const { size, tag } = found;
    if (former && former.size === size && former.tag === tag && former.fault !== 'missing' && (await writer.has(former))) {
      parts.progress?.bytes(size);
      return former;
    }
    // The same bytes under another key, or copied by a run that was cut off.
    const path = reference.sha256 !== null && reference.size === size ? await writer.held(reference.sha256, size) : null;
    if (path !== null) {
      parts.progress?.bytes(size);
      return { key, size, sha256: reference.sha256, tag, path };
    }
    try {
      const put = await writer.putObject(key, () => objects.get(key), (bytes) => parts.progress?.bytes(bytes));
      did.copied++;
      const wrong = (reference.sha256 !== null && reference.sha256 !== put.sha256) || (reference.sha256 === null && put.size === 0);
      return { key, size: put.size, sha256: put.sha256, tag, path: put.path, ...(wrong ? { fault: 'damaged' as const } : {}) };
    } catch (error) {
      if (error instanceof ObjectMissing) return copyOne(reference, former);
      throw error;
    }
  }

  for await (const { bucket, things } of parts.references) {
    const before = await known(bucket);
    const entries: Entry[] = [];
    await inParallel(things.values(), writer.atOnce, async (reference) => {
      parts.signal.throwIfAborted();
      const entry = await copyOne(reference, before.get(reference.key));
      parts.progress?.counted();
      if (entry) entries.push(entry);
      else did.gone++;
    });
    entries.sort((one, other) => (one.key < other.key ? -1 : 1));
    for (const { key, size, fault } of entries) {
      did.count++;
      did.bytes += size;
      if (!fault) continue;
      did.faultCount++;
      if (did.faults.length < mostFaultsShown) did.faults.push({ key, fault });
    }
    await appendFile(parts.list, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }
  return did;
}

async function* readEntries(list: string): AsyncGenerator<Entry> {
  for await (const line of linesOf(createReadStream(list))) yield entrySchema.parse(JSON.parse(line));
}

/** A list in the order of its buckets, read along with them. */
function byBucket(list: string | null): (bucket: number) => Promise<Map<string, Entry>> {
  const entries = list === null ? null : readEntries(list);
  let waiting: Entry | null = null;
  return async (bucket) => {
    const things = new Map<string, Entry>();
    while (entries) {
      if (!waiting) {
        const next = await entries.next();
        if (next.done) break;
        waiting = next.value;
      }
      const its = bucketOf(waiting.key);
      if (its > bucket) break;
      if (its === bucket) things.set(waiting.key, waiting);
      waiting = null;
    }
    return things;
  };
}

/** Reads all of a backup again and answers what is not as the manifest says. Throws KeepingFault where it cannot be read at all. */
export async function verifyBackup(at: string, options: { signal: AbortSignal; screen?: Screen }): Promise<{ objects: number; damaged: string[] }> {
  const reader = await openBackup(at);
  const progress = options.screen ? startProgress(options.screen, 'Đọc lại / Verifying') : null;
  try {
    const manifest = await readManifest(reader);
    progress?.expect(manifest.objects.bytes, manifest.objects.count);
    await checkBackup(reader, manifest, options.signal);
    const damaged: string[] = [];
    await inParallel(entriesOf(reader, manifest), 2, async ({ key, path, sha256 }) => {
      options.signal.throwIfAborted();
      if (path === null) return;
      const read = await hashOf(await reader.read(path), (bytes) => progress?.bytes(bytes));
      progress?.counted();
      if (read.sha256 !== sha256) damaged.push(key);
    });
    return { objects: manifest.objects.count, damaged };
  } finally {
    progress?.end();
    await reader.close();
  }
}

