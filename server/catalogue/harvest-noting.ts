import type { Queries } from '../../storage/metadata/database.ts';
import { keepHarvestItem } from '../../storage/metadata/harvest-items.ts';
import { noticePeers } from '../../storage/metadata/peers.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import { viewsOf } from '../access/audience.ts';
import type { Description } from '../contract/record.ts';
import { enqueue } from '../jobs/queue.ts';

/** setSpec (OAI-PMH 2.0 section 4.6) of a code: what may not stand in one is written as ~ and its bytes in hexadecimal. */
export const setSpec = (kind: 'school' | 'subject' | 'grade' | 'type', code: string): string =>
  `${kind}:${code.replace(/[^A-Za-z0-9\-_.!*'()]/gu, (sign) => `~${Buffer.from(sign, 'utf8').toString('hex')}`)}`;

/** What is done in one go is told in one go. Longer than datestamps lie ahead, so that who asks then is told of it. */
const gatherMs = 3_000;

/** Keeps what other repositories may know of a record as it is now. MUST run in the transaction that changes it. */
export async function noteHarvestItem(queries: Queries, record: RecordRow, description: Description, now = new Date()): Promise<void> {
  // Told by its own catalogue; two that harvest each other would hand it round for ever.
  if (record.source_id !== null) return;
  const views = viewsOf(record);
  const codes = (kind: 'subject' | 'grade' | 'type', of: readonly string[]): string[] => of.map((code) => setSpec(kind, code));
  await keepHarvestItem(queries, {
    recordId: record.id,
    schoolId: record.school_id,
    at: now,
    inPublic: views.includes('public'),
    inSector: views.includes('sector'),
    sets: [
      ...new Set([
        setSpec('school', record.school_id),
        ...codes('subject', description.subjects),
        ...codes('grade', description.grades),
        ...codes('type', description.resourceType === undefined ? [] : [description.resourceType]),
      ]),
    ],
  });
  if (await noticePeers(queries, now.toISOString())) await enqueue(queries, { kind: 'tell-peers' }, { after: new Date(now.getTime() + gatherMs) });
}
