import type { Metadata } from '../../storage/metadata/database.ts';
import type { Reach } from '../../storage/metadata/record-lists.ts';
import { recordsByIds } from '../../storage/metadata/records.ts';
import { type Actor, isStaff } from '../access/actor.ts';
import { audienceOfActor, audienceOfRecord, licencesNarrowerThan } from '../access/audience.ts';
import type { RecordRow } from '../access/record-policy.ts';
import { loadRecordFiles, type RecordFiles } from '../catalogue/record-covers.ts';

/**
 * What stands in a catalogue for reader apps: what the actor may read as a reader. Of their tokens (access/audience.ts) it leaves out
 * those of whoever keeps the library or made a record: these open drafts, which nobody borrows, and what only the library may open.
 */
export const shelfTokens = (actor: Actor): string[] =>
  audienceOfActor(actor).filter((token) => !/^(?:person|staff):/.test(token));

export function onShelf(actor: Actor, record: RecordRow): boolean {
  if (record.state !== 'published' || record.deleted_at !== null) return false;
  const tokens = shelfTokens(actor);
  return audienceOfRecord(record).some((token) => tokens.includes(token));
}

/** The same said in SQL, of published records. A test holds the two equal. */
export function shelfReach(actor: Actor): Reach[] {
  const reach: Reach[] = [{ scopes: ['public'], exceptLicences: licencesNarrowerThan('public') }];
  if (actor.kind === 'guest') return reach;
  if (isStaff(actor) || (actor.kind === 'peer' && !actor.formerKey))
    reach.push({ scopes: ['sector', 'public'], exceptLicences: licencesNarrowerThan('sector') });
  if (actor.kind === 'person') reach.push({ schoolId: actor.schoolId, exceptLicences: licencesNarrowerThan('class') });
  return reach;
}

export interface Shelved {
  record: RecordRow;
  files: RecordFiles | undefined;
}

/** Records with their files, in the order of the ids, in three queries. What the index knew and the actor may not see is left out. */
export async function shelved(metadata: Metadata, actor: Actor, ids: readonly string[]): Promise<Shelved[]> {
  const rows = new Map((await recordsByIds(metadata.queries, ids)).map((row) => [row.id, row]));
  return withFiles(
    metadata,
    ids.flatMap((id) => rows.get(id) ?? []).filter((record) => onShelf(actor, record)),
  );
}

export async function withFiles(metadata: Metadata, records: readonly RecordRow[]): Promise<Shelved[]> {
  const files = await loadRecordFiles(
    metadata,
    records.map(({ id }) => id),
  );
  return records.map((record) => ({ record, files: files.get(record.id) }));
}
