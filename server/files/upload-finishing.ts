import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { endUpload, fileById, type UploadRow, uploadById } from '../../storage/metadata/files.ts';
import { recordById } from '../../storage/metadata/records.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorized.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import { Refusal } from '../errors.ts';
import { type Destination, receive, type ReceivingParts } from './receiving.ts';

/** What the browser says of an upload, in Upload-Metadata. */
export interface UploadWish {
  filename: string;
  recordId?: string;
  replaces?: string;
  licence?: string;
  scope?: string;
}

/** Where an upload may go, for this actor, today. Refuses as the record's policy does. */
export async function destinationFor(queries: Queries, actor: Actor, wish: Pick<UploadWish, 'recordId' | 'replaces'>): Promise<Destination> {
  authorizeSchool(actor, 'upload');
  if (wish.replaces) {
    const file = await fileById(queries, wish.replaces);
    const record = file && file.removed_at === null ? await recordById(queries, file.record_id) : undefined;
    return { kind: 'file', file: file!, record: authorize(recordPolicy, 'file-not-found', actor, 'addFile', record), personId: actor.id };
  }
  if (wish.recordId) {
    const record = await recordById(queries, wish.recordId);
    return { kind: 'record', record: authorize(recordPolicy, 'record-not-found', actor, 'addFile', record), personId: actor.id };
  }
  return { kind: 'new-record', schoolId: actor.schoolId, personId: actor.id };
}

export const stagedPath = (staging: string, id: string): string => join(staging, id);

/**
 * Takes a wholly received upload in and keeps its outcome, both in one transaction. Anything but a refusal leaves the upload as it is, to be tried again.
 */
async function finishUpload(parts: ReceivingParts & { staging: string }, actor: Actor, upload: UploadRow): Promise<void> {
  const wish = JSON.parse(upload.params_json) as UploadWish;
  const path = stagedPath(parts.staging, upload.id);
  const now = (): string => new Date().toISOString();
  try {
    const destination = await destinationFor(parts.metadata.queries, actor, wish);
    const body = createReadStream(path, { highWaterMark: 1024 * 1024 });
    await receive(parts, body, { name: wish.filename, licence: wish.licence, scope: wish.scope }, destination, {
      destinationNow: (queries) => destinationFor(queries, actor, wish),
      mayKnow: (record) => recordPolicy.see(actor, record),
      alongside: (queries, received) =>
        endUpload(queries, upload.id, { state: received.state, code: null, params_json: '{}', record_id: received.recordId, file_id: received.fileId }, now()),
    });
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500) throw error;
    await endUpload(parts.metadata.queries, upload.id, { state: 'refused', code: error.code, params_json: JSON.stringify(error.params), record_id: null, file_id: null }, now());
  }
  await rm(path, { force: true });
  await rm(`${path}.json`, { force: true });
}

const finishing = new Map<string, Promise<void>>();

/**
 * finishUpload for an upload whose bytes are all there, one at a time in this process: the browser may ask for the outcome while the
 * last PATCH is still taking its bytes in, and both want the same answer.
 */
export function finishOnce(parts: ReceivingParts & { staging: string }, actor: Actor, id: string): Promise<void> {
  const key = stagedPath(parts.staging, id);
  const running = finishing.get(key);
  if (running) return running;
  const work = (async () => {
    const upload = await uploadById(parts.metadata.queries, id);
    if (upload?.state === 'receiving') await finishUpload(parts, actor, upload);
  })().finally(() => finishing.delete(key));
  finishing.set(key, work);
  return work;
}

/** An upload of this person; anyone else's is not there. A session that ended meanwhile is said, or the browser would begin anew. */
export async function ownUpload(metadata: Metadata, actor: Actor, id: string): Promise<UploadRow> {
  if (actor.kind === 'guest') throw new Refusal('not-signed-in');
  const upload = await uploadById(metadata.queries, id);
  if (!upload || upload.person_id !== actor.id) throw new Refusal('upload-not-found');
  return upload;
}

/** True when every byte has arrived but nobody has taken them in: the process died between the two. */
export async function arrivedUnfinished(staging: string, upload: UploadRow): Promise<boolean> {
  if (upload.state !== 'receiving' || upload.size === null) return false;
  const staged = await stat(stagedPath(staging, upload.id)).catch(() => null);
  return staged !== null && staged.size === Number(upload.size);
}
