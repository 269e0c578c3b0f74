import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { fileById } from '../../storage/metadata/files.ts';
import { changeCopy, copiesOfRecords, type CopyRow, copyById, dropCopies } from '../../storage/metadata/peer-copies.ts';
import { harvestedOfBatch, harvestedRecord } from '../../storage/metadata/harvested-records.ts';
import { sourceById } from '../../storage/metadata/harvest-sources.ts';
import { dropMessageAbout, peerById } from '../../storage/metadata/peers.ts';
import { recordById, type RecordRow } from '../../storage/metadata/records.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import type { Authorized } from '../access/authorized.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { fileArrivals } from '../catalogue/file-arrivals.ts';
import { type ToldFile, toldFile } from '../contract/peer.ts';
import { Refusal } from '../errors.ts';
import { eraseFiles } from '../files/erasing.ts';
import { receive } from '../files/receiving.ts';
import type { JobOutcome } from '../jobs/job-kinds.ts';
import { enqueue } from '../jobs/queue.ts';
import { harvestCodes } from '../harvest/sources/harvest-fault.ts';
import { OutboundFault } from '../outbound/guarded-fetch.ts';
import { openPeerRequests } from './peer-requests.ts';
import { tellPeer } from './telling.ts';

export interface CopyingParts {
  metadata: Metadata;
  objects: ObjectStore;
  /** Where what has come so far lies. */
  folder: string;
  signal: AbortSignal;
  checkLease(queries: Queries): Promise<void>;
  /** How long one file is fetched before what else waits has its turn. */
  sliceMs?: number;
}

/** What waiting may mend: the copy goes on where it stands, for a day from when it was asked for. */
const passing: ReadonlySet<string> = new Set(['source-unreachable', 'source-too-slow', 'source-cut', 'peer-answers-error']);
const againMs = 60_000;
const triedForMs = 86_400_000;
/** What a peer has taken back must not wait until 4 GB have come over a slow line. */
const usualSliceMs = 60_000;
/** Between two notes of how far it is. */
const noteMs = 1_000;

/** The files that the peer tells of; what is no file of a later version is left out. */
export function toldFiles(toldJson: string): ToldFile[] {
  const { files } = JSON.parse(toldJson) as { files?: unknown[] };
  return (files ?? []).flatMap((one) => toldFile.safeParse(one).data ?? []);
}

/**
 * Fetches a file of a peer, going on where it was cut off, and takes it in when its bytes are those that were told. Throws what is away;
 * the job is then tried again. A peer that is away for a day fails it, and a person may ask again.
 */
export async function copyFile(parts: CopyingParts, copyId: string): Promise<JobOutcome> {
  const { metadata, signal } = parts;
  const copy = await copyById(metadata.queries, copyId);
  const path = join(parts.folder, copyId);
  if (!copy) await rm(path, { force: true });
  if (!copy || copy.state !== 'wanted') return { state: 'done' };
  try {
    const { record, told, peerId } = await wantedFile(metadata, copy);
    await mkdir(parts.folder, { recursive: true });
    if (!(await fetchRest(parts, copy, told, peerId, path))) {
      await metadata.transaction((queries) => enqueue(queries, { kind: 'copy-file', copyId }));
      return { state: 'done' };
    }
    if ((await digestOf(path)) !== told.sha256) {
      await rm(path);
      throw new Refusal('copy-damaged', { name: told.name });
    }
    await receive(
      { metadata, objects: parts.objects, ...fileArrivals(metadata) },
      createReadStream(path, { highWaterMark: 1024 * 1024 }),
      { name: told.name },
      { kind: 'record', record, personId: copy.asked_by },
      {
        destinationNow: async (queries) => {
          await parts.checkLease(queries);
          return { kind: 'record', record: (await wantedIn(queries, copy)).record, personId: copy.asked_by };
        },
        // Another record may hold the same bytes; this one needs its own file all the same.
        mayKnow: (one) => one.id === record.id,
        alongside: (queries, received) => changeCopy(queries, copy.id, { state: 'held', bytes: told.size, file_id: received.fileId, code: null }),
      },
    );
    await rm(path, { force: true });
    return { state: 'done' };
  } catch (error) {
    if (signal.aborted || !(error instanceof Refusal)) throw error;
    const again = passing.has(error.code) && Date.now() - Date.parse(copy.at) < triedForMs;
    if (!again) await rm(path, { force: true });
    await metadata.transaction(async (queries) => {
      await parts.checkLease(queries);
      await changeCopy(queries, copy.id, { state: again ? 'wanted' : 'failed', code: error.code });
      if (again) await enqueue(queries, { kind: 'copy-file', copyId }, { after: new Date(Date.now() + againMs) });
    });
    return { state: 'skipped', why: error.code };
  }
}

interface WantedFile {
  record: Authorized<RecordRow, 'addFile'>;
  told: ToldFile;
  peerId: string;
}

/** Throws Refusal copy-not-allowed: the record is gone, or the peer does not tell of such a file any more, or not that it may be taken. */
async function wantedIn(queries: Queries, copy: CopyRow): Promise<WantedFile> {
  const record = await recordById(queries, copy.record_id);
  const harvested = await harvestedRecord(queries, copy.record_id);
  const source = record?.source_id ? await sourceById(queries, record.source_id) : undefined;
  const standing = await copyById(queries, copy.id);
  const told = harvested && toldFiles(harvested.told_json).find(({ id }) => id === copy.remote_id);
  if (!record || !standing || !source?.peer_id || !told?.takes || !recordPolicy.see({ kind: 'peer', id: '', name: '', formerKey: false, language: null }, record)) throw new Refusal('copy-not-allowed');
  // Nobody adds files to a record of another catalogue; this one it has itself.
  return { record: record as Authorized<RecordRow, 'addFile'>, told, peerId: source.peer_id };
}
const wantedFile = (metadata: Metadata, copy: CopyRow): Promise<WantedFile> => wantedIn(metadata.queries, copy);

/** False: there is more to come, another time. */
async function fetchRest({ metadata, signal, sliceMs = usualSliceMs }: CopyingParts, copy: CopyRow, told: ToldFile, peerId: string, path: string): Promise<boolean> {
  let bytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  // Of a file that has been replaced since.
  if (bytes > told.size) {
    await rm(path);
    bytes = 0;
  }
  if (bytes === told.size) return true;
  const peer = await peerById(metadata.queries, peerId);
  if (peer?.state !== 'active') throw new Refusal('peer-ended', { state: peer?.state ?? 'revoked' });
  const requests = await openPeerRequests(metadata);
  let slice: AbortSignal | null = null;
  const before = bytes;
  try {
    const answer = await requests.bytes(peer, `/api/exchange/files/${told.id}`, bytes, signal);
    if (answer === null) throw new Refusal('copy-damaged', { name: told.name });
    bytes = answer.from;
    // What cannot be gone on with has to come in one go.
    const inSlices = answer.from === before;
    slice = inSlices ? AbortSignal.timeout(sliceMs) : null;
    let noted = performance.now();
    const counting = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        if (bytes > told.size) return done(new Refusal('copy-damaged', { name: told.name }));
        done(null, chunk);
        if (performance.now() - noted < noteMs) return;
        noted = performance.now();
        changeCopy(metadata.queries, copy.id, { bytes }).catch((error: Error) => counting.destroy(error));
      },
    });
    const until = slice === null ? signal : AbortSignal.any([signal, slice]);
    await pipeline(answer.body, counting, createWriteStream(path, { flags: answer.from === 0 ? 'w' : 'a' }), { signal: until });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (slice?.aborted) return false;
    if (error instanceof OutboundFault) throw new Refusal(harvestCodes[error.code], { host: error.host }, { cause: error });
    // The line broke; what came is kept, and asked for no more.
    if (isLine(error)) throw new Refusal('source-unreachable', { host: new URL(peer.address).host }, { cause: error });
    throw error;
  } finally {
    requests.close();
  }
  if (bytes < told.size) throw new Refusal('source-cut', { host: new URL(peer.address).host });
  return true;
}

const isLine = (error: unknown): boolean => ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ETIMEDOUT'].includes((error as NodeJS.ErrnoException).code ?? '') || (error as Error).message === 'aborted';

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/**
 * After records of a peer were written: copies of files that it has taken back, replaced or no longer lets anybody take are erased, and what
 * is withdrawn is confirmed to it.
 */
export async function settleCopies({ metadata, objects, folder }: Pick<CopyingParts, 'metadata' | 'objects' | 'folder'>, batchId: string): Promise<JobOutcome> {
  const rows = await harvestedOfBatch(metadata.queries, batchId);
  const copies = await copiesOfRecords(
    metadata.queries,
    rows.map(({ record_id }) => record_id),
  );
  for (const row of rows) {
    const told = new Map(row.gone === 1 ? [] : toldFiles(row.told_json).map((file) => [file.id, file]));
    const of = copies.filter(({ record_id }) => record_id === row.record_id);
    const spare: CopyRow[] = [];
    for (const copy of of) if (!(await stillTold(metadata, copy, told))) spare.push(copy);
    await eraseFiles(
      { metadata, objects },
      spare.flatMap(({ file_id }) => file_id ?? []),
    );
    for (const { id } of spare) await rm(join(folder, id), { force: true });
    await metadata.transaction(async (queries) => {
      await dropCopies(
        queries,
        spare.map(({ id }) => id),
      );
      if (spare.length > 0) await enqueue(queries, { kind: 'index-record', recordId: row.record_id });
      // It was replaced there while it was fetched, and what is told of it now is right.
      for (const { id } of of.filter((copy) => !spare.includes(copy) && copy.state === 'failed' && copy.code === 'copy-damaged')) {
        await changeCopy(queries, id, { state: 'wanted', code: null, at: new Date().toISOString() });
        await enqueue(queries, { kind: 'copy-file', copyId: id });
      }
      const source = await sourceById(queries, row.source_id);
      const peer = source?.peer_id ? await peerById(queries, source.peer_id) : undefined;
      if (row.gone === 0 && peer) await dropMessageAbout(queries, peer.id, `withdrawn:${row.identifier}`);
      if (row.gone === 1 && peer?.state === 'active')
        await tellPeer(queries, peer.id, `withdrawn:${row.identifier}`, { kind: 'withdrawn', recordId: row.identifier, copies: spare.filter(({ file_id }) => file_id !== null).length, at: new Date().toISOString() });
    });
  }
  return { state: 'done' };
}

async function stillTold(metadata: Metadata, copy: CopyRow, told: ReadonlyMap<string, ToldFile>): Promise<boolean> {
  const file = told.get(copy.remote_id);
  if (!file?.takes) return false;
  if (copy.file_id === null) return true;
  return (await fileById(metadata.queries, copy.file_id))?.sha256 === file.sha256;
}
