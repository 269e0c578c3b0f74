import { compiledOnce } from './compiled.ts';
import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

export type FileRow = Row<'files'>;

export const fileById = (queries: Queries, id: string): Promise<FileRow | undefined> =>
  queries.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirst();

/** A file that is not removed and its record, in one query: what a request for a part of its bytes costs. */
export const fileWithRecord = compiledOnce((queries, id: string) =>
  queries
    .selectFrom('files')
    .innerJoin('records', 'records.id', 'files.record_id')
    .selectAll('records')
    .select(['files.name as file_name', 'files.media_type', 'files.size', 'files.sha256', 'files.object_key'])
    .where('files.id', '=', id)
    .where('files.removed_at', 'is', null),
);

export const filesByIds = (queries: Queries, ids: readonly string[]): Promise<FileRow[]> =>
  ids.length === 0 ? Promise.resolve([]) : queries.selectFrom('files').selectAll().where('id', 'in', [...ids]).execute();

export async function insertFile(queries: Queries, row: Omit<NewRow<'files'>, 'position'>): Promise<void> {
  const last = await queries
    .selectFrom('files')
    .select(({ fn }) => fn.max('position').as('position'))
    .where('record_id', '=', row.record_id)
    .executeTakeFirst();
  await queries
    .insertInto('files')
    .values({ ...row, position: Number(last?.position ?? 0) + 1 })
    .execute();
}

/** Files through which a school already holds these bytes, oldest first, in records that are not deleted. */
export const heldFiles = (queries: Queries, schoolId: string, sha256: string): Promise<FileRow[]> =>
  queries
    .selectFrom('files')
    .innerJoin('records', 'records.id', 'files.record_id')
    .selectAll('files')
    .where('files.school_id', '=', schoolId)
    .where('files.sha256', '=', sha256)
    .where('files.removed_at', 'is', null)
    .where('records.deleted_at', 'is', null)
    .orderBy('files.created_at')
    .orderBy('files.id')
    .execute();

/** The object that already holds these bytes, in any school or former revision. */
export async function sameBytes(queries: Queries, sha256: string): Promise<string | null> {
  const current = await queries.selectFrom('files').select('object_key').where('sha256', '=', sha256).executeTakeFirst();
  if (current) return current.object_key;
  const former = await queries.selectFrom('file_revisions').select('object_key').where('sha256', '=', sha256).executeTakeFirst();
  return former?.object_key ?? null;
}

/** New bytes at the same address: the old ones become a former revision, what was derived from them is forgotten, reading starts anew. */
export async function replaceBytes(
  queries: Queries,
  file: FileRow,
  bytes: Pick<FileRow, 'name' | 'media_type' | 'size' | 'sha256' | 'object_key'>,
  by: string | null,
  now: string,
): Promise<void> {
  await queries
    .insertInto('file_revisions')
    .values({ file_id: file.id, revision: file.revision, name: file.name, size: file.size, sha256: file.sha256, object_key: file.object_key, replaced_at: now, replaced_by: by })
    .execute();
  await forgetDerived(queries, file.id);
  await queries
    .updateTable('files')
    .set({ ...bytes, revision: file.revision + 1, format: null, state: 'waiting', code: null, params_json: '{}', page_count: 0, contents_json: '[]', updated_at: now })
    .where('id', '=', file.id)
    .execute();
}

async function forgetDerived(queries: Queries, fileId: string): Promise<void> {
  await queries.deleteFrom('pages').where('file_id', '=', fileId).execute();
  await queries.deleteFrom('file_steps').where('file_id', '=', fileId).execute();
}

/**
 * Makes a stopped or failed file wait for the pipeline again; steps and pages that did not end well are tried anew. A step
 * that was cut off keeps what it knows of the pages it has done.
 */
export async function waitAgain(queries: Queries, fileId: string, now: string): Promise<void> {
  await queries.deleteFrom('file_steps').where('file_id', '=', fileId).where('state', 'in', ['stopped', 'failed']).execute();
  await queries.updateTable('file_steps').set({ state: 'waiting' }).where('file_id', '=', fileId).where('state', '=', 'running').execute();
  await queries.deleteFrom('pages').where('file_id', '=', fileId).where('state', '=', 'failed').execute();
  await queries.updateTable('files').set({ state: 'waiting', code: null, params_json: '{}', updated_at: now }).where('id', '=', fileId).execute();
}

/** Hides a file from readers and from whoever looks for its bytes, before it is erased. Answers the keys of its originals. */
export async function concealFile(queries: Queries, fileId: string, now: string): Promise<string[]> {
  const current = await queries.updateTable('files').set({ removed_at: now, updated_at: now, sha256: '' }).where('id', '=', fileId).returning('object_key').execute();
  const former = await queries.updateTable('file_revisions').set({ sha256: '' }).where('file_id', '=', fileId).returning('object_key').execute();
  return [...new Set([...current, ...former].map(({ object_key }) => object_key))];
}

/** Of a file whose objects are gone. */
export async function eraseFileRows(queries: Queries, fileId: string): Promise<void> {
  for (const table of ['pages', 'file_steps', 'file_revisions'] as const) await queries.deleteFrom(table).where('file_id', '=', fileId).execute();
  await queries.deleteFrom('files').where('id', '=', fileId).execute();
}

export async function markRemoved(queries: Queries, fileId: string, now: string): Promise<void> {
  await queries.updateTable('files').set({ removed_at: now, updated_at: now }).where('id', '=', fileId).execute();
}

/** Files not yet ready, newest first: of one person, or of a whole school. */
export const unfinishedFiles = (queries: Queries, of: { schoolId: string; personId: string | null }, limit: number) => {
  let query = queries
    .selectFrom('files')
    .innerJoin('records', 'records.id', 'files.record_id')
    .selectAll('files')
    .where('files.school_id', '=', of.schoolId)
    .where('files.state', '!=', 'ready')
    .where('files.removed_at', 'is', null)
    .where('records.deleted_at', 'is', null);
  if (of.personId) query = query.where('files.created_by', '=', of.personId);
  return query.orderBy('files.created_at', 'desc').orderBy('files.id', 'desc').limit(limit).execute() as Promise<FileRow[]>;
};

export const pagesOfFile = (queries: Queries, fileId: string) =>
  queries
    .selectFrom('pages')
    .select(['number', 'label', 'state', 'code', 'text_source', 'confidence'])
    .where('file_id', '=', fileId)
    .orderBy('number')
    .execute();

/** Changes whenever anything shown of the files' progress changes; cheap enough to ask twice a second. */
export async function progressMarks(queries: Queries, fileIds: readonly string[]): Promise<Map<string, string>> {
  if (fileIds.length === 0) return new Map();
  const files = await queries
    .selectFrom('files')
    .select(['id', 'state', 'code', 'revision', 'page_count', 'updated_at', 'removed_at'])
    .where('id', 'in', [...fileIds])
    .execute();
  const steps = await queries.selectFrom('file_steps').select(['file_id', 'step', 'state', 'done', 'total', 'code']).where('file_id', 'in', [...fileIds]).execute();
  const marks = new Map(files.map((file) => [file.id, JSON.stringify(file)]));
  for (const step of steps) marks.set(step.file_id, `${marks.get(step.file_id) ?? ''}${step.step}${step.state}${step.done}/${step.total}${step.code}`);
  return marks;
}

export type UploadRow = Row<'uploads'>;

export async function insertUpload(queries: Queries, row: NewRow<'uploads'>): Promise<void> {
  await queries.insertInto('uploads').values(row).execute();
}

export const uploadById = (queries: Queries, id: string): Promise<UploadRow | undefined> =>
  queries.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst();

export async function forgetUpload(queries: Queries, id: string): Promise<void> {
  await queries.deleteFrom('uploads').where('id', '=', id).execute();
}

/** How many uploads of a person wait for bytes. */
export async function receivingUploads(queries: Queries, personId: string): Promise<number> {
  const row = await queries
    .selectFrom('uploads')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('person_id', '=', personId)
    .where('state', '=', 'receiving')
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Uploads that have not moved since `before`, and outcomes nobody will ask for any more. Answers the ids whose bytes may go. */
export async function forgetUploads(queries: Queries, before: string): Promise<string[]> {
  const rows = await queries.deleteFrom('uploads').where('updated_at', '<', before).returning('id').execute();
  return rows.map((row) => row.id);
}
