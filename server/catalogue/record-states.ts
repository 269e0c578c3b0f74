import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { countFilesOfRecord } from '../../storage/metadata/record-files.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import type { Authorized } from '../access/authorized.ts';
import { Refusal } from '../errors.ts';
import { cleanText } from './description-input.ts';
import { checkLinkOnly, checkScope } from './record-rules.ts';
import { currentRecord, descriptionOf, writeChange } from './record-writing.ts';
import { loadVocabularies, type Vocabularies } from './vocabularies.ts';

/** What every change of state needs to know: who, which version they saw, and when. */
export interface StateChange {
  personId: string;
  version: number;
  now: Date;
}

const instant = (change: StateChange): string => change.now.toISOString();

/** Shows a draft, or a withdrawn record again, to its scope. Confirms all guesses. Throws StaleVersion, record-not-publishable, scope-too-wide, link-only-licence. */
export async function publishRecord(
  metadata: Metadata,
  authorised: Authorized<RecordRow, 'publish'>,
  change: StateChange,
): Promise<RecordRow> {
  const vocabularies = await loadVocabularies(metadata);
  return metadata.transaction(async (queries) => {
    const record = await currentRecord(queries, authorised, change.version, { besideFiles: false });
    await checkPublishable(queries, vocabularies, record);
    return writeChange(queries, record, {
      action: 'published',
      personId: change.personId,
      now: change.now,
      set: {
        state: 'published',
        published_at: instant(change),
        published_by: change.personId,
        withdrawn_at: null,
        withdrawn_by: null,
        withdrawn_reason: null,
        guessed_json: '[]',
      },
    });
  });
}

async function checkPublishable(queries: Queries, vocabularies: Vocabularies, record: RecordRow): Promise<void> {
  const description = descriptionOf(record);
  const licence = vocabularies.byCode.licence.get(record.licence);
  const missing = [...(description.title.trim() === '' ? ['title'] : []), ...(licence ? [] : ['licence'])];
  if (missing.length > 0) throw new Refusal('record-not-publishable', { missing });
  checkScope(record.scope, record.licence);
  checkLinkOnly(licence, description, await countFilesOfRecord(queries, record.id));
}

/** Back to a draft, as if it had not been published. */
export async function unpublishRecord(
  metadata: Metadata,
  authorised: Authorized<RecordRow, 'unpublish'>,
  change: StateChange,
): Promise<RecordRow> {
  return move(metadata, authorised, change, 'unpublished', { state: 'draft', published_at: null, published_by: null });
}

/** Takes a published record away and leaves a tombstone with the reason for whoever could read it. */
export async function withdrawRecord(
  metadata: Metadata,
  authorised: Authorized<RecordRow, 'withdraw'>,
  change: StateChange & { reason: string },
): Promise<RecordRow> {
  return move(metadata, authorised, change, 'withdrawn', {
    state: 'withdrawn',
    withdrawn_at: instant(change),
    withdrawn_by: change.personId,
    withdrawn_reason: cleanText(change.reason),
  });
}

/** Into the bin; nothing is lost. */
export async function deleteRecord(
  metadata: Metadata,
  authorised: Authorized<RecordRow, 'delete'>,
  change: StateChange,
): Promise<RecordRow> {
  return move(metadata, authorised, change, 'deleted', { deleted_at: instant(change), deleted_by: change.personId });
}

/** Out of the bin, in the state it had. */
export async function restoreRecord(
  metadata: Metadata,
  authorised: Authorized<RecordRow, 'restore'>,
  change: StateChange,
): Promise<RecordRow> {
  return move(metadata, authorised, change, 'restored', { deleted_at: null, deleted_by: null });
}

function move(
  metadata: Metadata,
  authorised: RecordRow,
  change: StateChange,
  action: string,
  set: Partial<RecordRow>,
): Promise<RecordRow> {
  return metadata.transaction(async (queries) => {
    const record = await currentRecord(queries, authorised, change.version, { besideFiles: false });
    return writeChange(queries, record, { action, personId: change.personId, now: change.now, set });
  });
}
