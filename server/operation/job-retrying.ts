import type { Metadata, Queries } from '../../storage/metadata/database.ts';
import { fileById, waitAgain } from '../../storage/metadata/files.ts';
import { type FailedJob, failedJobById, failedJobsAfter, markQueuedAgain } from '../../storage/metadata/job-lists.ts';
import { type Job, job as jobSchema } from '../jobs/job-kinds.ts';
import { enqueue } from '../jobs/queue.ts';

const atOnce = 50;

/**
 * The job of a kind and its key (jobs/job-kinds.ts jobKey). What a job carried is wiped when it ends, for it may have been a password; all
 * else is in the key. Null for a kind that this version does not know.
 */
export function jobFromKey(kind: string, key: string): Job | null {
  const subject = key.slice(kind.length + 1);
  return jobSchema.safeParse({ kind, fileId: subject, recordId: subject, sourceId: subject, batchId: subject, copyId: subject }).data ?? null;
}

/** A file waits for its pages again, as when its own "try again" is pressed; only what is missing is done. */
async function queueAgain(queries: Queries, failed: FailedJob): Promise<boolean> {
  const job = jobFromKey(failed.kind, failed.key);
  if (!job) return false;
  if (job.kind === 'ingest-file') {
    const file = await fileById(queries, job.fileId);
    if (file && file.removed_at === null && file.state !== 'ready') await waitAgain(queries, file.id, new Date().toISOString());
  }
  await enqueue(queries, job);
  await markQueuedAgain(queries, failed.key);
  return true;
}

/** Queues one failed job again; false when there is none of that id, or its like was queued already. */
export async function retryFailed(metadata: Metadata, id: string): Promise<FailedJob | null> {
  return metadata.transaction(async (queries) => {
    const failed = await failedJobById(queries, id);
    return failed && (await queueAgain(queries, failed)) ? failed : null;
  });
}

/** Queues every failed job again, a few in each transaction; answers how many. */
export async function retryAllFailed(metadata: Metadata): Promise<number> {
  let queued = 0;
  for (let after = ''; ; ) {
    const { last, count } = await metadata.transaction(async (queries) => {
      const jobs = await failedJobsAfter(queries, after, atOnce);
      let count = 0;
      for (const failed of jobs) if (await queueAgain(queries, failed)) count++;
      return { last: jobs.at(-1)?.id, count };
    });
    queued += count;
    if (last === undefined) return queued;
    after = last;
  }
}
