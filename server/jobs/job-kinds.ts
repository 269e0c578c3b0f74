import { z } from 'zod';
import { id } from '../contract/common.ts';

/** Every kind of background work, closed. A job is a value; its key keeps two of the same from queueing. */
export const job = z.discriminatedUnion('kind', [
  // The password of a locked PDF travels with the job and is wiped with it (storage/metadata/jobs.ts).
  z.object({ kind: z.literal('ingest-file'), fileId: id, password: z.string().optional() }),
  z.object({ kind: z.literal('index-record'), recordId: id }),
  z.object({ kind: z.literal('reindex') }),
  z.object({ kind: z.literal('load-sample') }),
  z.object({ kind: z.literal('sweep') }),
]);
export type Job = z.infer<typeof job>;
export type JobKind = Job['kind'];

/** How a job ended. A job whose subject has gone is done. */
export type JobOutcome = { state: 'done' } | { state: 'skipped'; why: string } | { state: 'failed'; code: string };

/** Jobs of one group run one at a time; higher priority first: one writer for the search index, publishing before bulk reading. */
export const jobTraits: Record<JobKind, { group: string | null; priority: number }> = {
  'index-record': { group: 'search', priority: 90 },
  reindex: { group: 'search', priority: 50 },
  'load-sample': { group: 'sample', priority: 80 },
  'ingest-file': { group: null, priority: 40 },
  sweep: { group: 'sweep', priority: 10 },
};

export const jobKey = (one: Job): string => `${one.kind}:${'fileId' in one ? one.fileId : 'recordId' in one ? one.recordId : ''}`;
