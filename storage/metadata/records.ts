import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

export type RecordRow = Row<'records'>;

export async function recordById(queries: Queries, id: string): Promise<RecordRow | undefined> {
  return queries.selectFrom('records').selectAll().where('id', '=', id).executeTakeFirst();
}

/** In no particular order; unknown ids are left out. */
export async function recordsByIds(queries: Queries, ids: readonly string[]): Promise<RecordRow[]> {
  if (ids.length === 0) return [];
  return queries
    .selectFrom('records')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
}

export async function insertRecord(queries: Queries, row: NewRow<'records'>): Promise<RecordRow> {
  return queries.insertInto('records').values(row).returningAll().executeTakeFirstOrThrow();
}

/** Changes the record if it still has `version`, and answers the row as it is then; undefined when somebody was faster. */
export async function updateRecord(
  queries: Queries,
  id: string,
  version: number,
  changes: Partial<Omit<RecordRow, 'id' | 'school_id' | 'version' | 'created_at' | 'created_by'>>,
): Promise<RecordRow | undefined> {
  return queries
    .updateTable('records')
    .set({ ...changes, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst();
}

/** Marks fields as no longer guessed, which is no change of what the record says. */
export async function setGuessed(queries: Queries, id: string, guessed_json: string): Promise<void> {
  await queries.updateTable('records').set({ guessed_json }).where('id', '=', id).execute();
}

export async function insertRecordChange(queries: Queries, row: NewRow<'record_changes'>): Promise<void> {
  await queries.insertInto('record_changes').values(row).execute();
}

export type RecordChangeRow = Row<'record_changes'> & { person_name: string | null };

/** Newest first, with the names of those who made them. */
export async function changesOfRecord(queries: Queries, recordId: string): Promise<RecordChangeRow[]> {
  return queries
    .selectFrom('record_changes')
    .leftJoin('people', 'people.id', 'record_changes.person_id')
    .selectAll('record_changes')
    .select('people.name as person_name')
    .where('record_changes.record_id', '=', recordId)
    .orderBy('record_changes.version', 'desc')
    .execute();
}

export async function recordChangeAt(
  queries: Queries,
  recordId: string,
  version: number,
): Promise<Row<'record_changes'> | undefined> {
  return queries
    .selectFrom('record_changes')
    .selectAll()
    .where('record_id', '=', recordId)
    .where('version', '=', version)
    .executeTakeFirst();
}

/** How many of the changes after `version` were made by a person (the others are guesses of ingest); of the record itself, or of its files too. */
export async function changesByPeopleSince(
  queries: Queries,
  recordId: string,
  version: number,
  options: { besideFiles: boolean },
): Promise<number> {
  let query = queries
    .selectFrom('record_changes')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('record_id', '=', recordId)
    .where('version', '>', version)
    .where('person_id', 'is not', null);
  if (options.besideFiles) query = query.where('action', 'not in', ['file-added', 'file-replaced', 'file-removed']);
  return Number((await query.executeTakeFirstOrThrow()).count);
}

/** A record with the names that its view needs. */
export type NamedRecordRow = RecordRow & {
  school_code: string;
  school_name: string;
  creator_name: string | null;
  publisher_name: string | null;
  withdrawer_name: string | null;
  source_name: string | null;
};

export async function namedRecord(queries: Queries, id: string): Promise<NamedRecordRow | undefined> {
  return queries
    .selectFrom('records')
    .innerJoin('organisations', 'organisations.id', 'records.school_id')
    .leftJoin('people as creator', 'creator.id', 'records.created_by')
    .leftJoin('people as publisher', 'publisher.id', 'records.published_by')
    .leftJoin('people as withdrawer', 'withdrawer.id', 'records.withdrawn_by')
    .leftJoin('harvest_sources', 'harvest_sources.id', 'records.source_id')
    .selectAll('records')
    .select([
      'organisations.code as school_code',
      'organisations.name as school_name',
      'creator.name as creator_name',
      'publisher.name as publisher_name',
      'withdrawer.name as withdrawer_name',
      'harvest_sources.name as source_name',
    ])
    .where('records.id', '=', id)
    .executeTakeFirst();
}

/** Records in the order of their ids, for going through all of them without holding them. */
export async function recordsAfter(queries: Queries, after: string, limit: number): Promise<RecordRow[]> {
  return queries.selectFrom('records').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute();
}

export async function countRecords(queries: Queries): Promise<number> {
  const row = await queries
    .selectFrom('records')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/**
 * Ids of records whose search document may have changed at or after `instant`: those written, and those that somebody
 * asked to index (the text of a page changes without a change of its record).
 */
export async function recordsTouchedSince(queries: Queries, instant: string): Promise<string[]> {
  const written = await queries.selectFrom('records').select('id').where('updated_at', '>=', instant).execute();
  const asked = await queries
    .selectFrom('jobs')
    .select('key')
    .where('kind', '=', 'index-record')
    .where(({ or, eb }) => or([eb('created_at', '>=', instant), eb('ended_at', '>=', instant)]))
    .execute();
  const ids = new Set(written.map((row) => row.id));
  for (const row of asked) ids.add(row.key.slice(row.key.indexOf(':') + 1));
  return [...ids];
}
