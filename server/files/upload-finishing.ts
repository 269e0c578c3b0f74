import { setTimeout as sleep } from 'node:timers/promises';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { fileById, type UploadRow, uploadById } from '../../storage/metadata/files.ts';
import { recordById } from '../../storage/metadata/records.ts';
import { endUpload } from '../../storage/metadata/upload-claim-rows.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorized.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { authorizeSchool } from '../access/school-policy.ts';
import { Refusal } from '../errors.ts';
import { type Destination, receive, type ReceivingParts } from './receiving.ts';
import type { Staging } from './staging.ts';
import { ClaimLost, lookMs, type UploadClaim, type UploadClaims } from './upload-claims.ts';

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

export type FinishingParts = ReceivingParts & { staging: Staging; claims: UploadClaims };

/**
 * Takes a wholly received upload in and keeps its outcome, both in one transaction, under a claim of this upload. Anything but a refusal
 * leaves the upload as it is, to be tried again. Throws ClaimLost when another process has taken it over.
 */
async function finishUpload(parts: FinishingParts, actor: Actor, upload: UploadRow & { size: number }, claim: UploadClaim): Promise<void> {
  const wish = JSON.parse(upload.params_json) as UploadWish;
  const end = async (queries: Queries, outcome: Parameters<typeof endUpload>[3]): Promise<void> => {
    if (!(await endUpload(queries, upload.id, claim.by, outcome, new Date().toISOString()))) throw new ClaimLost(upload.id);
  };
  const body = parts.staging.body(upload.id, upload.size);
  claim.keepAlive();
  try {
    const destination = await destinationFor(parts.metadata.queries, actor, wish);
    await receive(parts, body, { name: wish.filename, licence: wish.licence, scope: wish.scope }, destination, {
      destinationNow: (queries) => destinationFor(queries, actor, wish),
      mayKnow: (record) => recordPolicy.see(actor, record),
      alongside: (queries, received) => end(queries, { state: received.state, code: null, params_json: '{}', record_id: received.recordId, file_id: received.fileId }),
    });
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500) throw error;
    await end(parts.metadata.queries, { state: 'refused', code: error.code, params_json: JSON.stringify(error.params), record_id: null, file_id: null });
  } finally {
    body.destroy();
  }
  // The outcome stands; what cannot be removed now, the sweep removes.
  await parts.staging.remove(upload.id).catch(() => {});
}

/**
 * finishUpload for an upload whose bytes are all there, once in the whole library: the browser may ask for the outcome while the last PATCH
 * is still taking its bytes in, here or at another web process, and all want the same answer. Whoever comes second waits for the first,
 * and goes on in its place when it dies.
 */
export async function finishOnce(parts: FinishingParts, actor: Actor, id: string): Promise<void> {
  for (;;) {
    const upload = await uploadById(parts.metadata.queries, id);
    if (upload?.state !== 'receiving') return;
    const turn = await parts.claims.during(id, async (claim) => {
      // Whoever held it before may have ended it, or lost pieces to somebody who held it twice.
      const now = await uploadById(parts.metadata.queries, id);
      if (now?.state !== 'receiving') return;
      const received = await parts.staging.received(id);
      if (received !== Number(now.size)) throw new Refusal('upload-offset-wrong');
      try {
        await finishUpload(parts, actor, { ...now, size: received }, claim);
      } catch (error) {
        // Another took it over and was quicker: its answer is ours.
        const ended = await uploadById(parts.metadata.queries, id);
        if (ended?.state === 'receiving') throw error;
      }
    });
    if (turn) return;
    await sleep(lookMs);
  }
}

/** An upload of this person; anyone else's is not there. A session that ended meanwhile is said, or the browser would begin anew. */
export async function ownUpload(metadata: Metadata, actor: Actor, id: string): Promise<UploadRow> {
  if (actor.kind !== 'person') throw new Refusal('not-signed-in');
  const upload = await uploadById(metadata.queries, id);
  if (!upload || upload.person_id !== actor.id) throw new Refusal('upload-not-found');
  return upload;
}

/** True when every byte has arrived but nobody has taken them in: the process died between the two, or is at it. */
export const arrivedUnfinished = async (staging: Staging, upload: UploadRow): Promise<boolean> =>
  upload.state === 'receiving' && upload.size !== null && (await staging.received(upload.id)) === Number(upload.size);
