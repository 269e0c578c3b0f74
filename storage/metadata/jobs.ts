import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Queries } from './database.ts';
import { onPostgres } from './postgres-dialect.ts';
import type { Row } from './tables.ts';

/** A lease outlives a few missed renewals; a worker that died gives its job back after it. */
export const leaseSeconds = 30;
/** After so many takings that ended in a crash, a job is failed instead of taking every worker down with it. */
export const mostAttempts = 4;

/**
 * No pause and no lease is as long. What lies further ahead was written by a clock that has since been set back (a school's server whose
 * battery is empty starts in another year), and would wait until then.
 */
export const furthestMs = 300_000;

const iso = (ms: number): string => new Date(ms).toISOString();

export interface JobRequest {
  kind: string;
  key: string;
  group: string | null;
  payload: unknown;
  priority: number;
  after?: Date;
}

/** Queues a job. The same key already queued is enough: nothing is added. */
export async function insertJob(queries: Queries, request: JobRequest): Promise<void> {
  const now = Date.now();
  await queries
    .insertInto('jobs')
    .values({
      id: uuid(),
      kind: request.kind,
      key: request.key,
      grp: request.group,
      payload_json: JSON.stringify(request.payload),
      priority: request.priority,
      state: 'queued',
      run_after: request.after?.toISOString() ?? iso(now),
      lease_by: null,
      lease_until: null,
      outcome_json: null,
      created_at: iso(now),
      ended_at: null,
    })
    // A literal: SQLite does not match a bound value with the condition of the partial index.
    .onConflict((conflict) => conflict.column('key').where('state', '=', sql.lit('queued')).doNothing())
    .execute();
}

export type EndedJob = { state: 'done' } | { state: 'skipped'; why: string } | { state: 'failed'; code: string };

export interface TakenJob {
  id: string;
  kind: string;
  payload: unknown;
  attempts: number;
}

/** Told of a job that has taken too many workers down, in the transaction that fails it. */
export type OnDied = (payload: unknown, code: string) => Promise<void>;

/**
 * Takes the next job for `worker`, or answers null. MUST run in a transaction.
 * Jobs whose lease has run out are queued again first; a key or a group that is running is passed over.
 */
export async function takeJob(queries: Queries, worker: string, kinds: readonly string[], now = Date.now(), died?: OnDied): Promise<TakenJob | null> {
  if (onPostgres(queries)) await takersInTurn(queries);
  await giveBackExpired(queries, now, died);
  const next = await dueJobs(queries, kinds, now)
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
    .limit(1)
    .executeTakeFirst();
  return next ? take(queries, worker, next, now) : null;
}

/**
 * That a job is taken once is the transaction's doing; this only saves takers from choosing the same job and having to run again. A lock of
 * rows would be too late, for a transaction sees the moment of its first query, and locking a table is none. This mode waits for itself and
 * for no reading or writing. Not the jobs: theirs must be free for the server's vacuum.
 */
const takersInTurn = (queries: Queries): Promise<unknown> => sql`lock table schedules in share update exclusive mode`.execute(queries);

/** Takes up to `most` further jobs of a kind whose group the worker's job has already, to be done together with it. MUST run in a transaction. */
export async function takeAlongside(queries: Queries, worker: string, kind: string, most: number, now = Date.now()): Promise<TakenJob[]> {
  const rows = await dueJobs(queries, [kind], now)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('jobs as busy').select('busy.id').where('busy.state', '=', 'running').whereRef('busy.key', '=', 'jobs.key'))),
    )
    .limit(most)
    .execute();
  const taken: TakenJob[] = [];
  for (const row of rows) taken.push(await take(queries, worker, row, now));
  return taken;
}

const dueJobs = (queries: Queries, kinds: readonly string[], now: number) =>
  queries
    .selectFrom('jobs')
    .selectAll()
    .where('state', '=', 'queued')
    .where(({ or, eb }) => or([eb('run_after', '<=', iso(now)), eb('run_after', '>', iso(now + furthestMs))]))
    .where('kind', 'in', kinds)
    .orderBy('priority', 'desc')
    .orderBy('run_after')
    .orderBy('id');

async function take(queries: Queries, worker: string, row: Row<'jobs'>, now: number): Promise<TakenJob> {
  const attempts = row.attempts + 1;
  await queries
    .updateTable('jobs')
    .set({ state: 'running', lease_by: worker, lease_until: iso(now + leaseSeconds * 1000), attempts })
    .where('id', '=', row.id)
    .execute();
  return { id: row.id, kind: row.kind, payload: JSON.parse(row.payload_json), attempts };
}

async function giveBackExpired(queries: Queries, now: number, died?: OnDied): Promise<void> {
  const expired = await queries
    .selectFrom('jobs')
    .selectAll()
    .where('state', '=', 'running')
    .where(({ or, eb }) => or([eb('lease_until', '<', iso(now)), eb('lease_until', '>', iso(now + furthestMs))]))
    .execute();
  for (const row of expired) await giveBack(queries, row, now, died);
}

async function queued(queries: Queries, key: string): Promise<boolean> {
  return (await queries.selectFrom('jobs').select('id').where('key', '=', key).where('state', '=', 'queued').executeTakeFirst()) !== undefined;
}

/** Queues a running job again (its worker died or is stopping), unless it has been taken too often or the same one is queued already. */
async function giveBack(queries: Queries, row: Row<'jobs'>, now: number, died?: OnDied): Promise<void> {
  if (await queued(queries, row.key)) return end(queries, row.id, { state: 'skipped', why: 'queued again' }, now);
  if (row.attempts >= mostAttempts) {
    const code = 'document-process-died';
    await died?.(JSON.parse(row.payload_json), code);
    return end(queries, row.id, { state: 'failed', code }, now);
  }
  await queries.updateTable('jobs').set({ state: 'queued', lease_by: null, lease_until: null }).where('id', '=', row.id).execute();
}

/**
 * Prolongs the leases that a live worker holds on these jobs and answers which of them it still has; another worker may have taken over
 * the others. What it does not name runs out, even what it took without hearing of it because the connection broke.
 */
export async function renewLeases(queries: Queries, worker: string, ids: readonly string[], now = Date.now()): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await queries
    .updateTable('jobs')
    .set({ lease_until: iso(now + leaseSeconds * 1000) })
    .where('id', 'in', [...ids])
    .where('lease_by', '=', worker)
    .where('state', '=', 'running')
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Whether the job is still this worker's; in the transaction of what it writes, nobody can take it over before that is committed. */
export async function holdsLease(queries: Queries, worker: string, id: string): Promise<boolean> {
  return (await leased(queries, worker, id)) !== undefined;
}

const leased = (queries: Queries, worker: string, id: string): Promise<Row<'jobs'> | undefined> =>
  queries.selectFrom('jobs').selectAll().where('id', '=', id).where('lease_by', '=', worker).where('state', '=', 'running').executeTakeFirst();

/**
 * Queues a taken job again, to be taken not before `after`; where the same one is queued already, that one is enough. False: it was no
 * longer this worker's. An attempt that does not count is as if the job had not been taken. MUST run in a transaction.
 */
export async function giveBackLater(queries: Queries, worker: string, id: string, after: Date, options: { counts?: boolean } = {}): Promise<boolean> {
  const row = await leased(queries, worker, id);
  if (!row) return false;
  if (await queued(queries, row.key)) await end(queries, id, { state: 'skipped', why: 'queued again' }, Date.now());
  else
    await queries
      .updateTable('jobs')
      .set({ state: 'queued', lease_by: null, lease_until: null, run_after: after.toISOString(), attempts: row.attempts - (options.counts === false ? 1 : 0) })
      .where('id', '=', id)
      .execute();
  return true;
}

/** Keeps how a taken job ended. False: it was no longer this worker's, and whoever took it over will end it. MUST run in a transaction. */
export async function endJob(queries: Queries, worker: string, id: string, outcome: EndedJob): Promise<boolean> {
  if (!(await leased(queries, worker, id))) return false;
  await end(queries, id, outcome, Date.now());
  return true;
}

async function end(queries: Queries, id: string, outcome: EndedJob, now: number): Promise<void> {
  await queries
    .updateTable('jobs')
    .set({ state: outcome.state === 'failed' ? 'failed' : 'done', outcome_json: JSON.stringify(outcome), payload_json: '{}', ended_at: iso(now), lease_by: null, lease_until: null })
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

/** A job that waits for its time is due now. */
export async function bringForward(queries: Queries, key: string, now = Date.now()): Promise<void> {
  await queries.updateTable('jobs').set({ run_after: iso(now) }).where('key', '=', key).where('state', '=', 'queued').where('run_after', '>', iso(now)).execute();
}

/** Is one of a kind still to come or under way? */
export async function kindPending(queries: Queries, kind: string): Promise<boolean> {
  return (await queries.selectFrom('jobs').select('id').where('kind', '=', kind).where('state', 'in', ['queued', 'running']).limit(1).executeTakeFirst()) !== undefined;
}

/** Is this job still to come or under way? */
export async function jobPending(queries: Queries, key: string): Promise<boolean> {
  const row = await queries.selectFrom('jobs').select('id').where('key', '=', key).where('state', 'in', ['queued', 'running']).executeTakeFirst();
  return row !== undefined;
}

export async function lastOutcome(queries: Queries, key: string): Promise<EndedJob | null> {
  const row = await queries.selectFrom('jobs').select('outcome_json').where('key', '=', key).where('ended_at', 'is not', null).orderBy('ended_at', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.outcome_json ? (JSON.parse(row.outcome_json) as EndedJob) : null;
}

/** Queued and running jobs by kind, and how long the oldest has waited. */
export async function queueDepth(queries: Queries): Promise<{ queued: number; running: number; oldest: string | null }> {
  const rows = await queries
    .selectFrom('jobs')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count'), fn.min('created_at').as('oldest')])
    .where('state', 'in', ['queued', 'running'])
    .groupBy('state')
    .execute();
  const of = (state: string) => rows.find((row) => row.state === state);
  return { queued: Number(of('queued')?.count ?? 0), running: Number(of('running')?.count ?? 0), oldest: of('queued')?.oldest ?? null };
}

/** Ended jobs are kept for a week, to answer "what became of it". */
export async function forgetEndedJobs(queries: Queries, before: Date): Promise<void> {
  await queries.deleteFrom('jobs').where('ended_at', '<', before.toISOString()).execute();
}
