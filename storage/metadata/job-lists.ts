import type { Queries } from './database.ts';
import type { Row } from './tables.ts';

export type RunningJob = Pick<Row<'jobs'>, 'id' | 'kind' | 'key' | 'attempts' | 'created_at'>;

export const runningJobs = (queries: Queries, limit: number): Promise<RunningJob[]> =>
  queries.selectFrom('jobs').select(['id', 'kind', 'key', 'attempts', 'created_at']).where('state', '=', 'running').orderBy('id').limit(limit).execute();

export type FailedJob = Pick<Row<'jobs'>, 'id' | 'kind' | 'key' | 'outcome_json' | 'ended_at'>;

/** Jobs that failed for good and of which no like was queued again later. */
const failed = (queries: Queries) =>
  queries
    .selectFrom('jobs')
    .select(['id', 'kind', 'key', 'outcome_json', 'ended_at'])
    .where('state', '=', 'failed')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('jobs as later').select('later.id').whereRef('later.key', '=', 'jobs.key').whereRef('later.id', '>', 'jobs.id'))),
    );

/** The newest first. */
export const newestFailedJobs = (queries: Queries, limit: number): Promise<FailedJob[]> => failed(queries).orderBy('id', 'desc').limit(limit).execute();

/** In the order they were queued, from the first after `after`. */
export const failedJobsAfter = (queries: Queries, after: string, limit: number): Promise<FailedJob[]> =>
  failed(queries).where('id', '>', after).orderBy('id').limit(limit).execute();

export const failedJobById = (queries: Queries, id: string): Promise<FailedJob | undefined> => failed(queries).where('id', '=', id).executeTakeFirst();

/** The failed jobs of a key have been queued again: whatever the clocks say, they are no longer to be looked at. */
export async function markQueuedAgain(queries: Queries, key: string): Promise<void> {
  await queries
    .updateTable('jobs')
    .set({ state: 'done', outcome_json: JSON.stringify({ state: 'skipped', why: 'queued again' }) })
    .where('key', '=', key)
    .where('state', '=', 'failed')
    .execute();
}
