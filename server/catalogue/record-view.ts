import type { Metadata } from '../../storage/metadata/database.ts';
import { confirmationsOf } from '../../storage/metadata/peers.ts';
import { pageCountsOfFiles, stepsOfFiles } from '../../storage/metadata/record-files.ts';
import type { ListedRecordRow } from '../../storage/metadata/record-lists.ts';
import { namedRecord, type NamedRecordRow } from '../../storage/metadata/records.ts';
import type { Actor } from '../access/actor.ts';
import { mayReach } from '../access/audience.ts';
import { abilitiesOn, recordPolicy, type RecordRow } from '../access/record-policy.ts';
import type { RecordLine, RecordView } from '../contract/record.ts';
import { Refusal } from '../errors.ts';
import { holdersOf } from './entry-holders.ts';
import { fileView } from './file-presenting.ts';
import { loadRecordFiles, type RecordFiles } from './record-covers.ts';
import { descriptionOf, guessedOf } from './record-writing.ts';

/** What the actor may see of the files: nothing where they may see the record but not open it. */
export function shownFiles(
  actor: Actor,
  record: RecordRow,
  files: RecordFiles | undefined,
): Pick<RecordFiles, 'cover' | 'readable'> {
  return files && recordPolicy.readFiles(actor, record)
    ? { cover: files.cover, readable: files.readable }
    : { cover: null, readable: null };
}

const person = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? '' });

/** Who withdrew it is for their own school to know; outside it the school speaks (domain.md §2.4). */
function withdrawal(actor: Actor, record: NamedRecordRow): { at: string; by: string; reason: string } {
  const ours = actor.kind === 'person' && actor.schoolId === record.school_id;
  const by = (ours ? record.withdrawer_name : null) ?? record.school_name;
  return { at: record.withdrawn_at ?? record.updated_at, by, reason: record.withdrawn_reason ?? '' };
}

/** A record with all that its page shows, in five queries. Throws record-not-found, record-withdrawn with the tombstone. */
export async function recordView(metadata: Metadata, actor: Actor, id: string): Promise<RecordView> {
  const record = await namedRecord(metadata.queries, id);
  if (!record || !recordPolicy.see(actor, record)) {
    if (
      record?.state === 'withdrawn' &&
      record.deleted_at === null &&
      mayReach(actor, { ...record, state: 'published' })
    )
      throw new Refusal('record-withdrawn', {
        id: record.id,
        title: record.title,
        ...withdrawal(actor, record),
      });
    throw new Refusal('record-not-found', { id });
  }
  const loaded = (await loadRecordFiles(metadata, [id])).get(id);
  const fileIds = (loaded?.files ?? []).map((file) => file.id);
  const steps = await stepsOfFiles(metadata.queries, fileIds);
  const counts = await pageCountsOfFiles(metadata.queries, fileIds);
  const { cover } = shownFiles(actor, record, loaded);
  const inside = recordPolicy.addFile(actor, record) || recordPolicy.seeHistory(actor, record);
  return {
    id: record.id,
    version: record.version,
    state: record.state,
    description: descriptionOf(record),
    licence: record.licence,
    scope: record.scope,
    school: { id: record.school_id, code: record.school_code, name: record.school_name },
    source: record.source_id === null ? null : { id: record.source_id, name: record.source_name ?? '' },
    holders: await holdersOf(metadata, actor, record),
    createdBy: inside ? person(record.created_by, record.creator_name) : null,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
    publishedAt: record.published_at,
    publishedBy: inside ? person(record.published_by, record.publisher_name) : null,
    withdrawn: record.withdrawn_at ? { ...withdrawal(actor, record), confirmed: inside ? await confirmationsOf(metadata.queries, id, record.withdrawn_at) : [] } : null,
    deletedAt: record.deleted_at,
    guessed: inside ? guessedOf(record) : [],
    cover,
    files: (loaded?.files ?? []).map((file) =>
      fileView(
        actor,
        record,
        file,
        steps.filter((step) => step.file_id === file.id),
        counts.get(file.id),
      ),
    ),
    abilities: abilitiesOn(actor, record),
  };
}

/** One line of a list. */
export function recordLine(actor: Actor, record: ListedRecordRow, files: RecordFiles | undefined): RecordLine {
  const description = descriptionOf(record);
  return {
    id: record.id,
    version: record.version,
    state: record.state,
    title: record.title,
    agents: description.agents,
    year: description.year ?? null,
    resourceType: description.resourceType ?? null,
    subjects: description.subjects,
    grades: description.grades,
    ...shownFiles(actor, record, files),
    updatedAt: record.updated_at,
    createdBy: recordPolicy.seeHistory(actor, record) ? person(record.created_by, record.creator_name) : null,
    deletedAt: record.deleted_at,
  };
}
