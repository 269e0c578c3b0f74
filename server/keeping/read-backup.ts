import { stat } from 'node:fs/promises';
import { knownLevel } from '../../storage/metadata/dump-loading.ts';
import { type Entry, entrySchema, formatVersion, type Manifest, manifestSchema } from './backup-format.ts';
import type { BackupReader } from './backup-place.ts';
import { openFolderReader } from './folder-backup.ts';
import { KeepingFault } from './keeping-fault.ts';
import { hashOf, linesOf } from './streams.ts';
import { openZipReader } from './zip-backup.ts';

export async function openBackup(at: string): Promise<BackupReader> {
  const found = await stat(at).catch(() => null);
  if (!found) throw new KeepingFault('backup-not-found', { at });
  return found.isDirectory() ? openFolderReader(at) : openZipReader(at);
}

/** Throws backup-damaged, backup-unsafe, and backup-newer for what this version cannot read. */
export async function readManifest(reader: BackupReader): Promise<Manifest> {
  let given: unknown;
  const written = await reader.manifest();
  try {
    given = JSON.parse(written);
  } catch (error) {
    throw new KeepingFault('backup-damaged', { what: 'manifest.json' }, { cause: error });
  }
  const said = given as { format?: unknown; formatVersion?: unknown; version?: unknown; level?: unknown } | null;
  if (said?.format === 'tu-sach-backup' && typeof said.formatVersion === 'number' && said.formatVersion > formatVersion)
    throw new KeepingFault('backup-newer', { version: String(said.version), level: `format ${said.formatVersion}` });
  const parsed = manifestSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new KeepingFault(issue?.message === 'unsafe path' ? 'backup-unsafe' : 'backup-damaged', { what: `manifest.json: ${issue?.path.join('.')}` });
  }
  if (!knownLevel(parsed.data.level)) throw new KeepingFault('backup-newer', { version: parsed.data.version, level: parsed.data.level });
  return parsed.data;
}

/** The objects that the backup names, in the order of their buckets. Throws where a line is none. */
export async function* entriesOf(reader: BackupReader, manifest: Manifest): AsyncGenerator<Entry> {
  for await (const line of linesOf(await reader.read(manifest.objects.path))) {
    let given: unknown;
    try {
      given = JSON.parse(line);
    } catch (error) {
      throw new KeepingFault('backup-damaged', { what: manifest.objects.path }, { cause: error });
    }
    const parsed = entrySchema.safeParse(given);
    if (!parsed.success) {
      const unsafe = parsed.error.issues.some(({ message }) => message.startsWith('unsafe'));
      throw new KeepingFault(unsafe ? 'backup-unsafe' : 'backup-damaged', { what: line.slice(0, 200) });
    }
    yield parsed.data;
  }
}

/**
 * Looks at all of the backup but the bytes of its objects: the rows' hashes, the list's, and that each object is there in its size. Throws
 * before anything was written anywhere.
 */
export async function checkBackup(reader: BackupReader, manifest: Manifest, signal?: AbortSignal): Promise<void> {
  for (const { path, sha256 } of [...manifest.tables, manifest.objects]) {
    signal?.throwIfAborted();
    if ((await hashOf(await reader.read(path))).sha256 !== sha256) throw new KeepingFault('backup-damaged', { what: path });
  }
  let [count, bytes] = [0, 0];
  for await (const { key, path, size, sha256 } of entriesOf(reader, manifest)) {
    signal?.throwIfAborted();
    if ((path === null) !== (sha256 === null)) throw new KeepingFault('backup-damaged', { what: key });
    if (path !== null && (await reader.size(path)) !== size) throw new KeepingFault('backup-damaged', { what: key });
    count++;
    bytes += size;
  }
  if (count !== manifest.objects.count || bytes !== manifest.objects.bytes) throw new KeepingFault('backup-damaged', { what: manifest.objects.path });
}
