import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { Metadata } from '../../storage/metadata/database.ts';
import { endJob, giveBackLater, leaseSeconds, mostAttempts, releaseJobs, renewLeases, takeJob, type TakenJob } from '../../storage/metadata/jobs.ts';
import { processGone, processSeen } from '../../storage/metadata/processes.ts';
import type { Log } from '../log.ts';
import { version } from '../version.ts';
import { type Job, job as jobSchema, type JobKind, type JobOutcome } from './job-kinds.ts';

/** Does one job. Throws when the signal is aborted (the job is given back) or on a fault of ours (tried again later). */
export type JobHandler = (job: Job, context: { signal: AbortSignal; log: Log }) => Promise<JobOutcome>;

export interface Loop {
  /** Stops taking, tells running jobs to stop, gives back what they had not ended. */
  stop(): Promise<void>;
}

/** Several lanes, so that a two-hour scan never keeps a publish from the index. */
export interface Lane {
  kinds: readonly JobKind[];
  atOnce: number;
}

const pollMs = 250;
const retryBaseMs = 2_000;

/** Takes jobs until stopped. One worker id for the whole process; its leases are renewed while it lives. */
export function startLoop(metadata: Metadata, lanes: readonly Lane[], handle: JobHandler, log: Log): Loop {
  const worker = uuid();
  const startedAt = new Date().toISOString();
  const stopping = new AbortController();

  async function run(taken: TakenJob): Promise<void> {
    const job = jobSchema.parse(taken.payload);
    // Of whoever queued it, so that a request can be followed to what came of it.
    const { requestId } = taken.payload as { requestId?: string };
    const jobLog = log.child({ jobId: taken.id, kind: job.kind, ...(requestId ? { requestId } : {}) });
    const started = Date.now();
    try {
      const outcome = await handle(job, { signal: stopping.signal, log: jobLog });
      await endJob(metadata.queries, taken.id, outcome);
      jobLog.debug({ outcome, ms: Date.now() - started }, 'job ended');
    } catch (error) {
      if (stopping.signal.aborted) return;
      // A fault of ours, such as a full disk: tried again with growing pauses, then failed with a code, never forgotten silently.
      const again = taken.attempts < mostAttempts;
      if (again) await giveBackLater(metadata.queries, taken.id, new Date(Date.now() + retryBaseMs * 4 ** (taken.attempts - 1)));
      else await endJob(metadata.queries, taken.id, { state: 'failed', code: 'internal-error' });
      jobLog.error({ err: error as Error, attempts: taken.attempts, again }, 'job failed');
    }
  }

  async function lane({ kinds }: Lane): Promise<void> {
    while (!stopping.signal.aborted) {
      let taken: TakenJob | null = null;
      try {
        taken = await metadata.transaction((queries) => takeJob(queries, worker, kinds));
      } catch (error) {
        log.error({ err: error as Error }, 'queue not reached');
      }
      if (taken) {
        await run(taken);
        continue;
      }
      await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  async function heartbeat(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await processSeen(metadata.queries, { id: worker, kind: 'worker', version, startedAt });
        await renewLeases(metadata.queries, worker);
      } catch (error) {
        log.error({ err: error as Error }, 'heartbeat failed');
      }
      await sleep((leaseSeconds / 6) * 1000, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = lanes.flatMap((one) => Array.from({ length: one.atOnce }, () => lane(one)));
  const beating = heartbeat();

  return {
    async stop() {
      stopping.abort();
      await Promise.all(running);
      await beating;
      await metadata.transaction((queries) => releaseJobs(queries, worker));
      await processGone(metadata.queries, worker);
    },
  };
}
