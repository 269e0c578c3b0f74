import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

export type SourceRow = Row<'harvest_sources'>;
export type RunRow = Row<'harvest_runs'>;

export async function insertSource(queries: Queries, row: NewRow<'harvest_sources'>): Promise<void> {
  await queries.insertInto('harvest_sources').values(row).execute();
}

/** Removed ones too. */
export const sourceById = (queries: Queries, id: string): Promise<SourceRow | undefined> =>
  queries.selectFrom('harvest_sources').selectAll().where('id', '=', id).executeTakeFirst();

/** In no particular order; unknown ids are left out, removed sources are not. */
export const sourcesByIds = (queries: Queries, ids: readonly string[]): Promise<SourceRow[]> =>
  queries.selectFrom('harvest_sources').selectAll().where('id', 'in', [...ids]).execute();

/** Of a school, in the order they were added. */
export const sourcesOfSchool = (queries: Queries, schoolId: string): Promise<SourceRow[]> =>
  queries.selectFrom('harvest_sources').selectAll().where('school_id', '=', schoolId).where('removed_at', 'is', null).orderBy('id').execute();

/** Null: nothing is taken from the peer. */
export const sourceOfPeer = (queries: Queries, peerId: string): Promise<SourceRow | undefined> =>
  queries.selectFrom('harvest_sources').selectAll().where('peer_id', '=', peerId).where('removed_at', 'is', null).executeTakeFirst();

export const sourcesOfPeers = (queries: Queries): Promise<SourceRow[]> =>
  queries.selectFrom('harvest_sources').selectAll().where('peer_id', 'is not', null).where('removed_at', 'is', null).execute();

export async function changeSource(queries: Queries, id: string, changes: Partial<Omit<SourceRow, 'id' | 'school_id'>>): Promise<void> {
  await queries.updateTable('harvest_sources').set(changes).where('id', '=', id).execute();
}

/**
 * Ids of sources that want a harvest at `now`: by their schedule, because they asked to wait until then, or because their removal or a run is
 * not finished (whoever was at it may have died). Those with a job in the queue are among them; queueing once more adds nothing.
 */
export async function dueSources(queries: Queries, now: string): Promise<string[]> {
  const rows = await queries
    .selectFrom('harvest_sources')
    .select('id')
    .where(({ or, and, eb, exists, selectFrom }) =>
      or([
        and([eb('removed_at', 'is', null), eb('next_at', '<=', now)]),
        exists(
          selectFrom('harvest_runs')
            .select('harvest_runs.id')
            .whereRef('harvest_runs.source_id', '=', 'harvest_sources.id')
            .where('harvest_runs.state', '=', 'running')
            .where((run) => run.or([run.eb('wait_until', 'is', null), run.eb('wait_until', '<=', now)])),
        ),
        and([
          eb('removed_at', 'is not', null),
          exists(
            selectFrom('harvested_records')
              .select('harvested_records.record_id')
              .whereRef('harvested_records.source_id', '=', 'harvest_sources.id')
              .where('harvested_records.gone', '=', 0),
          ),
        ]),
      ]),
    )
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

export async function insertRun(queries: Queries, row: NewRow<'harvest_runs'>): Promise<void> {
  await queries.insertInto('harvest_runs').values(row).execute();
}

export async function changeRun(queries: Queries, id: string, changes: Partial<Omit<RunRow, 'id' | 'source_id'>>): Promise<void> {
  await queries.updateTable('harvest_runs').set(changes).where('id', '=', id).execute();
}

export const lastRun = (queries: Queries, sourceId: string): Promise<RunRow | undefined> =>
  queries.selectFrom('harvest_runs').selectAll().where('source_id', '=', sourceId).orderBy('id', 'desc').limit(1).executeTakeFirst();

export const runsOfSource = (queries: Queries, sourceId: string, limit: number): Promise<RunRow[]> =>
  queries.selectFrom('harvest_runs').selectAll().where('source_id', '=', sourceId).orderBy('id', 'desc').limit(limit).execute();

/** The newest of each source. */
export async function lastRuns(queries: Queries, sourceIds: readonly string[]): Promise<Map<string, RunRow>> {
  const rows = await queries
    .selectFrom('harvest_runs')
    .selectAll()
    .where('source_id', 'in', [...sourceIds])
    .where('id', 'in', ({ selectFrom }) => selectFrom('harvest_runs as newest').select(({ fn }) => fn.max('newest.id').as('id')).groupBy('newest.source_id'))
    .execute();
  return new Map(rows.map((row) => [row.source_id, row]));
}

/** Runs of a source before its newest `keep` are forgotten. */
export async function forgetRuns(queries: Queries, sourceId: string, keep: number): Promise<void> {
  const oldest = await queries.selectFrom('harvest_runs').select('id').where('source_id', '=', sourceId).orderBy('id', 'desc').offset(keep - 1).limit(1).executeTakeFirst();
  if (oldest) await queries.deleteFrom('harvest_runs').where('source_id', '=', sourceId).where('id', '<', oldest.id).execute();
}
