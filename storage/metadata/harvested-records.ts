import type { Queries } from './database.ts';
import type { RecordRow } from './records.ts';
import type { NewRow, Row } from './tables.ts';

export type HarvestedRow = Row<'harvested_records'>;
export type AsideRow = Row<'harvest_asides'>;

/** Rows in one statement: some twenty columns each, and SQLite binds 32,766 values. */
const rowsAtOnce = 500;

async function inParts<T>(rows: readonly T[], write: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) await write(rows.slice(at, at + rowsAtOnce));
}

/** What is known of the records that a source calls so. */
export const harvestedByIdentifiers = (queries: Queries, sourceId: string, identifiers: readonly string[]): Promise<HarvestedRow[]> =>
  queries.selectFrom('harvested_records').selectAll().where('source_id', '=', sourceId).where('identifier', 'in', [...identifiers]).execute();

/** New records with what they are at their source. */
export async function insertHarvested(queries: Queries, records: readonly NewRow<'records'>[], harvested: readonly NewRow<'harvested_records'>[]): Promise<void> {
  await inParts(records, (part) => queries.insertInto('records').values(part).execute());
  await inParts(harvested, (part) => queries.insertInto('harvested_records').values(part).execute());
}

export async function changeHarvested(queries: Queries, recordId: string, changes: Partial<Omit<HarvestedRow, 'source_id' | 'identifier' | 'record_id'>>): Promise<void> {
  await queries.updateTable('harvested_records').set(changes).where('record_id', '=', recordId).execute();
}

/** Told again, and nothing new. */
export async function markSeen(queries: Queries, recordIds: readonly string[], runId: string): Promise<void> {
  if (recordIds.length > 0) await queries.updateTable('harvested_records').set({ run_id: runId }).where('record_id', 'in', [...recordIds]).execute();
}

/** Changes a harvested record, whatever its version: nobody edits it. */
export async function changeHarvestedRecord(queries: Queries, id: string, changes: Partial<Omit<RecordRow, 'id' | 'school_id' | 'version'>>): Promise<void> {
  await queries
    .updateTable('records')
    .set(({ eb }) => ({ ...changes, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Takes records away as their source, or who removed it, has done; puts them into a batch to be taken out of the index. */
export async function withdrawHarvested(queries: Queries, recordIds: readonly string[], told: { at: string; by: string | null; reason: string; batchId: string; runId: string }): Promise<void> {
  if (recordIds.length === 0) return;
  await queries.updateTable('harvested_records').set({ gone: 1, digest: '', batch_id: told.batchId, run_id: told.runId }).where('record_id', 'in', [...recordIds]).execute();
  await queries
    .updateTable('records')
    .set(({ eb }) => ({ state: 'withdrawn', withdrawn_at: told.at, withdrawn_by: told.by, withdrawn_reason: told.reason, updated_at: told.at, version: eb('version', '+', 1) }))
    .where('id', 'in', [...recordIds])
    .execute();
}

/** Records that stand and that a run has not told, in parts. */
export async function unseenHarvested(queries: Queries, sourceId: string, runId: string, limit: number): Promise<string[]> {
  const rows = await queries.selectFrom('harvested_records').select('record_id').where('source_id', '=', sourceId).where('gone', '=', 0).where('run_id', '!=', runId).limit(limit).execute();
  return rows.map(({ record_id }) => record_id);
}

/** How many stand, and how many of them a run has not told. */
export async function countHarvested(queries: Queries, sourceId: string, runId: string): Promise<{ held: number; unseen: number }> {
  const row = await queries
    .selectFrom('harvested_records')
    .select(({ fn, eb }) => [fn.countAll<number>().as('held'), fn.sum<number | null>(eb.case().when('run_id', '!=', runId).then(1).else(0).end()).as('unseen')])
    .where('source_id', '=', sourceId)
    .where('gone', '=', 0)
    .executeTakeFirstOrThrow();
  return { held: Number(row.held), unseen: Number(row.unseen ?? 0) };
}

/** Standing records by source. */
export async function heldBySource(queries: Queries, sourceIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await queries
    .selectFrom('harvested_records')
    .select(({ fn }) => ['source_id', fn.countAll<number>().as('count')])
    .where('source_id', 'in', [...sourceIds])
    .where('gone', '=', 0)
    .groupBy('source_id')
    .execute();
  return new Map(rows.map(({ source_id, count }) => [source_id, Number(count)]));
}

export const harvestedOfBatch = (queries: Queries, batchId: string): Promise<HarvestedRow[]> =>
  queries.selectFrom('harvested_records').selectAll().where('batch_id', '=', batchId).orderBy('record_id').execute();

export async function recordIdsOfBatch(queries: Queries, batchId: string): Promise<string[]> {
  const rows = await queries.selectFrom('harvested_records').select('record_id').where('batch_id', '=', batchId).orderBy('record_id').execute();
  return rows.map(({ record_id }) => record_id);
}

/** Keeps what could not be taken, one of a key, the newest. */
export async function keepAsides(queries: Queries, rows: readonly NewRow<'harvest_asides'>[]): Promise<void> {
  await inParts(rows, (part) =>
    queries
      .insertInto('harvest_asides')
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(['source_id', 'key']).doUpdateSet(({ ref }) => ({
          ...{ identifier: ref('excluded.identifier'), reason: ref('excluded.reason'), detail: ref('excluded.detail') },
          ...{ text: ref('excluded.text'), run_id: ref('excluded.run_id'), at: ref('excluded.at') },
        })),
      )
      .execute(),
  );
}

/** They could be taken after all. */
export async function dropAsides(queries: Queries, sourceId: string, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await queries.deleteFrom('harvest_asides').where('source_id', '=', sourceId).where('key', 'in', [...keys]).execute();
}

/** All of a source; `exceptRun`: but those that this run has told. */
export async function dropOldAsides(queries: Queries, sourceId: string, exceptRun: string | null): Promise<void> {
  await queries
    .deleteFrom('harvest_asides')
    .where('source_id', '=', sourceId)
    .$if(exceptRun !== null, (query) => query.where('run_id', '!=', exceptRun!))
    .execute();
}

/** In the order of their keys, after `after`. */
export const asidesOfSource = (queries: Queries, sourceId: string, after: string, limit: number): Promise<AsideRow[]> =>
  queries.selectFrom('harvest_asides').selectAll().where('source_id', '=', sourceId).where('key', '>', after).orderBy('key').limit(limit).execute();

export async function asidesBySource(queries: Queries, sourceIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await queries
    .selectFrom('harvest_asides')
    .select(({ fn }) => ['source_id', fn.countAll<number>().as('count')])
    .where('source_id', 'in', [...sourceIds])
    .groupBy('source_id')
    .execute();
  return new Map(rows.map(({ source_id, count }) => [source_id, Number(count)]));
}

/** Of a record that was harvested: what its source is called there. */
export const harvestedRecord = (queries: Queries, recordId: string): Promise<HarvestedRow | undefined> =>
  queries.selectFrom('harvested_records').selectAll().where('record_id', '=', recordId).executeTakeFirst();
