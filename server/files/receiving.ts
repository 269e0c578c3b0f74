import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { v7 as uuid } from 'uuid';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { type FileRow, heldFiles, insertFile, replaceBytes, sameBytes } from '../../storage/metadata/files.ts';
import { recordsByIds } from '../../storage/metadata/records.ts';
import { originalKey } from '../../storage/objects/keys.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import type { RecordRow } from '../access/record-policy.ts';
import type { Authorized } from '../access/authorized.ts';
import { Refusal } from '../errors.ts';
import { enqueue } from '../jobs/queue.ts';
import { cleanFileName } from './file-name.ts';

/** Where the bytes go. */
export type Destination =
  | { kind: 'new-record'; schoolId: string; personId: string | null }
  | { kind: 'record'; record: Authorized<RecordRow, 'addFile'>; personId: string | null }
  | { kind: 'file'; file: FileRow; record: Authorized<RecordRow, 'addFile'>; personId: string | null };

/** What came of it. `already-held` names the file through which the school holds the same bytes; nothing was added. */
export type Received = { state: 'accepted' | 'already-held'; recordId: string; fileId: string };

export interface ReceivingParts {
  metadata: Metadata;
  objects: ObjectStore;
  /** Makes the draft record of a new file, in the transaction of the file itself. */
  draftRecord(queries: Queries, draft: { id: string; schoolId: string; personId: string | null; title: string; licence?: string; scope?: string }): Promise<void>;
  /** Keeps the record's history: a file came, or its bytes were replaced. */
  fileChanged(queries: Queries, change: { recordId: string; action: 'file-added' | 'file-replaced' | 'file-removed'; personId: string | null; name: string }): Promise<void>;
}

export interface ReceivingOptions {
  /** Whether the giver may learn of this record: bytes that lie in a colleague's hidden draft are not "already held" to them. */
  mayKnow?(record: RecordRow): boolean;
  /** The destination when the bytes have been stored, minutes later for a large file: rights may have ended meanwhile. Throws a Refusal then. */
  destinationNow?(queries: Queries): Promise<Destination>;
  /** Written in the transaction that takes the file in, so that outcome and file stand or fall together. */
  alongside?(queries: Queries, received: Received): Promise<void>;
}

/** Passes bytes on while it hashes and counts them. */
function hashing(): { through: Transform; digest(): { sha256: string; size: number } } {
  const hash = createHash('sha256');
  let size = 0;
  const through = new Transform({
    highWaterMark: 256 * 1024,
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  return { through, digest: () => ({ sha256: hash.digest('hex'), size }) };
}

/**
 * Takes in one file: the bytes pass once, hashed on their way to the object store; then, in one transaction, the file, its draft record
 * (for a new one) and the job that reads it. After a crash before that transaction only an object without a row is left (fixity finds it).
 * Throws Refusal file-empty, storage-full.
 */
export async function receive(
  parts: ReceivingParts,
  body: Readable,
  given: { name: string; licence?: string; scope?: string },
  wanted: Destination,
  options: ReceivingOptions = {},
): Promise<Received> {
  const name = cleanFileName(given.name);
  const objectId = uuid();
  const key = originalKey(objectId);
  const { through, digest } = hashing();
  body.on('error', (error) => through.destroy(error));
  await parts.objects.put(key, body.pipe(through));
  const { sha256, size } = digest();
  if (size === 0) {
    await parts.objects.remove(key);
    throw new Refusal('file-empty', { name });
  }

  const takenIn = parts.metadata.transaction(async (queries) => {
    const destination = (await options.destinationNow?.(queries)) ?? wanted;
    const schoolId = destination.kind === 'new-record' ? destination.schoolId : destination.record.school_id;
    const held = await knownHolder(queries, schoolId, sha256, options.mayKnow);
    if (held) {
      const received = { state: 'already-held' as const, recordId: held.record_id, fileId: held.id };
      await options.alongside?.(queries, received);
      return { received, spare: true };
    }
    const shared = await sameBytes(queries, sha256);
    const bytes = { name, media_type: 'application/octet-stream', size, sha256, object_key: shared ?? key };
    const now = new Date().toISOString();
    const fileId = destination.kind === 'file' ? destination.file.id : uuid();
    const recordId = destination.kind === 'new-record' ? uuid() : destination.record.id;
    if (destination.kind === 'file') {
      await replaceBytes(queries, destination.file, bytes, destination.personId, now);
    } else {
      if (destination.kind === 'new-record')
        await parts.draftRecord(queries, { id: recordId, schoolId, personId: destination.personId, title: titleFromName(name), licence: given.licence, scope: given.scope });
      await insertFile(queries, {
        id: fileId,
        record_id: recordId,
        school_id: schoolId,
        ...bytes,
        format: null,
        state: 'waiting',
        code: null,
        params_json: '{}',
        contents_json: '[]',
        created_by: destination.personId,
        created_at: now,
        updated_at: now,
        removed_at: null,
      });
    }
    if (destination.kind !== 'new-record')
      await parts.fileChanged(queries, { recordId, action: destination.kind === 'file' ? 'file-replaced' : 'file-added', personId: destination.personId, name });
    await enqueue(queries, { kind: 'ingest-file', fileId });
    const received = { state: 'accepted' as const, recordId, fileId };
    await options.alongside?.(queries, received);
    return { received, spare: shared !== null };
  });
  const { received, spare } = await takenIn.catch(async (error: unknown) => {
    // Rolled back: no row names these bytes.
    await parts.objects.remove(key);
    throw error;
  });
  if (spare) await parts.objects.remove(key);
  return received;
}

async function knownHolder(queries: Queries, schoolId: string, sha256: string, mayKnow: ReceivingOptions['mayKnow']): Promise<FileRow | undefined> {
  const files = await heldFiles(queries, schoolId, sha256);
  if (!mayKnow || files.length === 0) return files[0];
  const records = await recordsByIds(queries, [...new Set(files.map((file) => file.record_id))]);
  const known = new Set(records.filter(mayKnow).map((record) => record.id));
  return files.find((file) => known.has(file.record_id));
}

/** A title to begin with, until the pipeline guesses better: the name without its ending, underscores as spaces. */
function titleFromName(name: string): string {
  const stem = name.replace(/\.[A-Za-z0-9]{1,5}$/, '').replaceAll('_', ' ').replace(/\s+/g, ' ').trim();
  return (stem || name).slice(0, 500);
}
