import type { Queries } from '../../storage/metadata/database.ts';
import { insertJob } from '../../storage/metadata/jobs.ts';
import { currentRequestId } from '../log.ts';
import { type Job, jobKey, jobTraits } from './job-kinds.ts';

/** Queues a job inside the caller's transaction. The same job already queued is enough: nothing is added. */
export async function enqueue(queries: Queries, job: Job, options: { after?: Date; priority?: number } = {}): Promise<void> {
  const { group, priority } = jobTraits[job.kind];
  const requestId = currentRequestId();
  const payload = requestId === null ? job : { ...job, requestId };
  await insertJob(queries, { kind: job.kind, key: jobKey(job), group, payload, priority: options.priority ?? priority, after: options.after });
}
