import { z } from 'zod';
import { id } from '../contract/common.ts';

/** Every kind of background work, closed. A job is a value; its key keeps two of the same from queueing. */
export const job = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ingest-file'), fileId: id }),
  z.object({ kind: z.literal('index-record'), recordId: id }),
  z.object({ kind: z.literal('reindex') }),
  z.object({ kind: z.literal('load-sample') }),
  z.object({ kind: z.literal('sweep') }),
]);
export type Job = z.infer<typeof job>;
export type JobKind = Job['kind'];

/** How a job ended. A job whose subject has gone is done. */
export type JobOutcome = { state: 'done' } | { state: 'skipped'; why: string } | { state: 'failed'; code: string };

interface Traits {
  key(job: Job): string;
  /** Jobs of one group run one at a time. */
  group: string | null;
  /** Higher first. */
  priority: number;
}

const subject = (job: Job): string => ('fileId' in job ? job.fileId : 'recordId' in job ? job.recordId : '');

/** One writer for the search index; readers' publishes go before bulk reading of scans. */
const traits: Record<JobKind, Omit<Traits, 'key'>> = {
  'index-record': { group: 'search', priority: 90 },
  reindex: { group: 'search', priority: 50 },
  'load-sample': { group: 'sample', priority: 80 },
  'ingest-file': { group: null, priority: 40 },
  sweep: { group: 'sweep', priority: 10 },
};

export const traitsOf = (job: Job): Traits => ({ ...traits[job.kind], key: (one) => `${one.kind}:${subject(one)}` });
