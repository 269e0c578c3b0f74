import { v7 as uuid } from 'uuid';
import type { Queries } from '../../storage/metadata/database.ts';
import type { Row } from '../../storage/metadata/tables.ts';
import { type Job, job as jobSchema, type JobOutcome, traitsOf } from './job-kinds.ts';

/** A lease outlives a few missed renewals; a worker that died gives its job back after it. */
export const leaseSeconds = 30;
/** After so many takings that ended in a crash, a job is failed instead of taking every worker down with it. */
export const mostAttempts = 4;

const iso = (ms: number): string => new Date(ms).toISOString();

/** Queues a job inside the caller's transaction. The same job already queued is enough: nothing is added. */
export async function enqueue(queries: Queries, job: Job, options: { after?: Date; priority?: number } = {}): Promise<void> {
  const traits = traitsOf(job);
  const now = Date.now();
  await queries
    .insertInto('jobs')
    .values({
      id: uuid(),
      kind: job.kind,
      key: traits.key(job),
      grp: traits.group,
      payload_json: JSON.stringify(job),
      priority: options.priority ?? traits.priority,
      state: 'queued',
      run_after: (options.after ?? new Date(now)).toISOString(),
      lease_by: null,
      lease_until: null,
      outcome_json: null,
      created_at: iso(now),
      ended_at: null,
    })
    .onConflict((conflict) => conflict.column('key').where('state', '=', 'queued').doNothing())
    .execute();
}

export interface TakenJob {
  id: string;
  job: Job;
  attempts: number;
}

/**
 * Takes the next job for `worker`, or answers null. MUST run in a transaction.
 * Jobs whose lease has run out are queued again first; a key or a group that is running is passed over.
 */
export async function takeJob(queries: Queries, worker: string, now = Date.now()): Promise<TakenJob | null> {
  await giveBackExpired(queries, now);
  const next = await queries
    .selectFrom('jobs')
    .selectAll()
    .where('state', '=', 'queued')
    .where('run_after', '<=', iso(now))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('jobs as busy')
            .select('busy.id')
            .where('busy.state', '=', 'running')
            .where(({ or, eb, ref }) => or([eb('busy.grp', '=', ref('jobs.grp')), eb('busy.key', '=', ref('jobs.key'))])),
        ),
      ),
    )
    .orderBy('priority', 'desc')
    .orderBy('run_after')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (!next) return null;
  await queries
    .updateTable('jobs')
    .set({ state: 'running', lease_by: worker, lease_until: iso(now + leaseSeconds * 1000), attempts: next.attempts + 1 })
    .where('id', '=', next.id)
    .execute();
  return { id: next.id, job: jobSchema.parse(JSON.parse(next.payload_json)), attempts: next.attempts + 1 };
}

async function giveBackExpired(queries: Queries, now: number): Promise<void> {
  const expired = await queries.selectFrom('jobs').selectAll().where('state', '=', 'running').where('lease_until', '<', iso(now)).execute();
  for (const row of expired) await giveBack(queries, row, now);
}

/** Queues a running job again (its worker died or is stopping), unless it has been taken too often or the same one is queued already. */
async function giveBack(queries: Queries, row: Row<'jobs'>, now: number): Promise<void> {
  const twin = await queries.selectFrom('jobs').select('id').where('key', '=', row.key).where('state', '=', 'queued').executeTakeFirst();
  if (twin) return end(queries, row.id, { state: 'skipped', why: 'queued again' }, now);
  if (row.attempts >= mostAttempts) return end(queries, row.id, { state: 'failed', code: 'document-process-died' }, now);
  await queries.updateTable('jobs').set({ state: 'queued', lease_by: null, lease_until: null }).where('id', '=', row.id).execute();
}

/** Prolongs the leases of a live worker's jobs. */
export async function renewLeases(queries: Queries, worker: string, now = Date.now()): Promise<void> {
  await queries
    .updateTable('jobs')
    .set({ lease_until: iso(now + leaseSeconds * 1000) })
    .where('lease_by', '=', worker)
    .where('state', '=', 'running')
    .execute();
}

export async function endJob(queries: Queries, id: string, outcome: JobOutcome): Promise<void> {
  await end(queries, id, outcome, Date.now());
}

async function end(queries: Queries, id: string, outcome: JobOutcome, now: number): Promise<void> {
  await queries
    .updateTable('jobs')
    .set({ state: outcome.state === 'failed' ? 'failed' : 'done', outcome_json: JSON.stringify(outcome), ended_at: iso(now), lease_by: null, lease_until: null })
    .where('id', '=', id)
    .execute();
}

/** A stopping worker hands back what it has not ended; the attempt does not count. */
export async function releaseJobs(queries: Queries, worker: string): Promise<void> {
  const mine = await queries.selectFrom('jobs').selectAll().where('lease_by', '=', worker).where('state', '=', 'running').execute();
  for (const row of mine) {
    await giveBack(queries, { ...row, attempts: 0 }, Date.now());
    await queries.updateTable('jobs').set({ attempts: Math.max(0, row.attempts - 1) }).where('id', '=', row.id).execute();
  }
}
