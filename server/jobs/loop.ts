import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import {
  endJob,
  giveBackLater,
  holdsLease,
  leaseSeconds,
  mostAttempts,
  releaseJobs,
  renewLeases,
  takeAlongside,
  takeJob,
  type TakenJob,
} from '../../storage/metadata/jobs.ts';
import { processGone, processSeen } from '../../storage/metadata/processes.ts';
import type { Log } from '../log.ts';
import { version } from '../version.ts';
import { type Job, job as jobSchema, type JobKind, type JobOutcome, jobTraits } from './job-kinds.ts';
import { openOutages, partAway } from './part-away.ts';
import { enqueue } from './queue.ts';

export interface JobContext {
  signal: AbortSignal;
  log: Log;
  /** In the transaction of what the job writes: throws LeaseLost when another worker has taken the job over. */
  checkLease(queries: Queries): Promise<void>;
}

/**
 * Does jobs of one kind, several only where the kind is done together (job-kinds.ts). Throws when the signal is aborted (the jobs are given
 * back, or another worker has them), when a part is away (tried again for as long as it takes) or on a fault of ours (tried a few times).
 */
export interface JobHandler {
  run(jobs: readonly [Job, ...Job[]], context: JobContext): Promise<JobOutcome>;
  /** The job will not be tried again: its subject must not look as if it were still being worked on. In the transaction of its end. */
  failed(queries: Queries, job: Job, code: string): Promise<void>;
}

export interface Loop {
  /** Stops taking, tells running jobs to stop, gives back what they had not ended. */
  stop(): Promise<void>;
}

/** Several lanes, so that a two-hour scan never keeps a publish from the index. */
export interface Lane {
  kinds: readonly JobKind[];
  atOnce: number;
}

/** This worker was away (frozen, cut off from the database) for longer than its lease, and another one does the job now. */
export class LeaseLost extends Error {
  constructor() {
    super('another worker has taken the job over');
    this.name = 'LeaseLost';
  }
}

const pollMs = 250;
const beatMs = (leaseSeconds / 6) * 1000;
const retryBaseMs = 2_000;
/** While the database is away it is looked for at least so often: everybody waits for it. */
const databasePauseMs = 5_000;
const partingMs = 5_000;

/** A taking that is under way. */
interface Running {
  abort: AbortController;
  ended: Promise<void>;
}

/** Takes jobs until stopped. One worker id for the whole process; the leases of what it is doing are renewed while it lives. */
export function startLoop(metadata: Metadata, lanes: readonly Lane[], handler: JobHandler, log: Log): Loop {
  const worker = uuid();
  const startedAt = new Date().toISOString();
  const stopping = new AbortController();
  const running = new Map<string, Running>();
  const outages = openOutages((part, error) => log.error({ part, err: error as Error }, 'a part of the library is away; its jobs wait'));
  let beatAt = performance.now();

  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});
  const inTransaction = <T>(work: (queries: Queries) => Promise<T>): Promise<T> => metadata.transaction(work);

  /** Writes what became of taken jobs, waiting for the database as long as it is away. Left alone by a stop: the lease runs out then. */
  async function write(work: (queries: Queries) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await inTransaction(work);
      } catch (error) {
        const part = partAway(error);
        if (part === null || stopping.signal.aborted) throw error;
        await pause(Math.min(databasePauseMs, outages.pauseAfter(part, error)));
      }
    }
  }

  async function take(kinds: readonly JobKind[]): Promise<TakenJob[]> {
    // Whoever was held up for long holds on to its own jobs first; otherwise it would take them from itself.
    if (performance.now() - beatAt > 2 * beatMs) await beat();
    return inTransaction(async (queries) => {
      const first = await takeJob(queries, worker, kinds, Date.now(), (payload, code) => failedForGood(queries, payload, code));
      if (!first) return [];
      const { together } = jobTraits[first.kind as JobKind];
      return together > 1 ? [first, ...(await takeAlongside(queries, worker, first.kind, together - 1))] : [first];
    });
  }

  async function failedForGood(queries: Queries, payload: unknown, code: string): Promise<void> {
    const known = jobSchema.safeParse(payload);
    if (known.success) await handler.failed(queries, known.data, code);
  }

  async function run(taken: readonly TakenJob[]): Promise<void> {
    const started = performance.now();
    const [first] = taken as readonly [TakenJob];
    // Of whoever queued it, so that a request can be followed to what came of it.
    const { requestId } = first.payload as { requestId?: string };
    const jobLog = log.child({ jobId: first.id, kind: first.kind, ...(taken.length > 1 ? { jobs: taken.length } : {}), ...(requestId ? { requestId } : {}) });
    const abort = new AbortController();
    let end = (): void => {};
    const me: Running = { abort, ended: new Promise((resolve) => (end = resolve)) };
    const mine = (id: string): boolean => running.get(id) === me;
    for (const { id } of taken) {
      // Our own earlier taking, lost while we were frozen.
      const before = running.get(id);
      before?.abort.abort(new LeaseLost());
      await before?.ended;
      running.set(id, me);
    }
    if (stopping.signal.aborted) abort.abort();
    const checkLease = async (queries: Queries): Promise<void> => {
      for (const { id } of taken) if (!mine(id) || !(await holdsLease(queries, worker, id))) throw new LeaseLost();
    };
    /** Those that were lost meanwhile are left to whoever has them. */
    const settle = (each: (queries: Queries, one: TakenJob) => Promise<boolean>): Promise<void> =>
      write(async (queries) => {
        for (const one of taken) {
          if (mine(one.id) && (await each(queries, one))) continue;
          jobLog.warn({ lostId: one.id }, 'another worker has taken the job over');
          if (jobTraits[one.kind as JobKind].againWhenLost) await enqueue(queries, jobSchema.parse(one.payload));
        }
      });

    try {
      const jobs = taken.map(({ payload }) => jobSchema.parse(payload)) as [Job, ...Job[]];
      const outcome = await handler.run(jobs, { signal: abort.signal, log: jobLog, checkLease });
      await settle((queries, one) => endJob(queries, worker, one.id, outcome));
      jobLog.debug({ outcome, ms: Math.round(performance.now() - started) }, 'job ended');
    } catch (error) {
      if (stopping.signal.aborted) return;
      const part = partAway(error);
      if (part !== null) {
        const after = Date.now() + outages.pauseAfter(part, error);
        jobLog.debug({ part, err: error as Error }, 'job waits for a part that is away');
        await settle((queries, one) => giveBackLater(queries, worker, one.id, new Date(after), { counts: false }));
      } else if (abort.signal.aborted || error instanceof LeaseLost) {
        await settle((queries, one) => giveBackLater(queries, worker, one.id, new Date(Date.now() + retryBaseMs), { counts: false }));
      } else if (taken.length > 1) {
        // One of them is at fault; the others must not fail with it.
        jobLog.warn({ err: error as Error }, 'jobs failed together and are done one by one');
        end();
        for (const one of taken) await run([one]);
      } else {
        // A fault of ours: tried again with growing pauses, then failed with a code, never forgotten silently.
        const again = first.attempts < mostAttempts;
        await settle(async (queries, one) => {
          if (again) return giveBackLater(queries, worker, one.id, new Date(Date.now() + retryBaseMs * 4 ** (one.attempts - 1)));
          const held = await endJob(queries, worker, one.id, { state: 'failed', code: 'internal-error' });
          if (held) await failedForGood(queries, one.payload, 'internal-error');
          return held;
        });
        jobLog.error({ err: error as Error, attempts: first.attempts, again }, 'job failed');
      }
    } finally {
      for (const { id } of taken) if (mine(id)) running.delete(id);
      end();
    }
  }

  async function lane({ kinds }: Lane): Promise<void> {
    while (!stopping.signal.aborted) {
      let wait = pollMs;
      try {
        const taken = await take(kinds);
        if (taken.length > 0) {
          await run(taken);
          continue;
        }
      } catch (error) {
        // The lease of what could neither be done nor given back runs out.
        const part = partAway(error);
        wait = part === null ? databasePauseMs : Math.min(databasePauseMs, outages.pauseAfter(part, error));
        if (part === null) log.error({ err: error as Error }, 'queue not served');
      }
      await pause(wait);
    }
  }

  async function beat(): Promise<void> {
    const held = [...running];
    const kept = new Set(await renewLeases(metadata.queries, worker, [...running.keys()]));
    beatAt = performance.now();
    for (const [id, one] of held) if (!kept.has(id)) one.abort.abort(new LeaseLost());
    await processSeen(metadata.queries, { id: worker, kind: 'worker', version, startedAt });
  }

  async function beating(): Promise<void> {
    while (!stopping.signal.aborted) {
      let wait = beatMs;
      try {
        await beat();
      } catch (error) {
        const part = partAway(error);
        if (part === null) log.error({ err: error as Error }, 'heartbeat failed');
        else wait = Math.min(beatMs, outages.pauseAfter(part, error));
      }
      await pause(wait);
    }
  }

  const serving = [...lanes.flatMap((one) => Array.from({ length: one.atOnce }, () => lane(one))), beating()];

  async function partWith(): Promise<void> {
    await inTransaction((queries) => releaseJobs(queries, worker));
    await processGone(metadata.queries, worker);
  }

  return {
    async stop() {
      stopping.abort();
      for (const { abort } of running.values()) abort.abort();
      await Promise.all(serving);
      const timer = new AbortController();
      // Without the database there is nobody to give them back to: their leases run out.
      await Promise.race([
        partWith().catch((error: unknown) => log.error({ err: error as Error }, 'jobs not given back; their leases run out')),
        sleep(partingMs, undefined, { signal: timer.signal }).catch(() => {}),
      ]);
      timer.abort();
    },
  };
}
