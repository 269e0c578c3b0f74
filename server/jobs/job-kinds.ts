import { z } from 'zod';
import { id } from '../contract/common.ts';

/** Every kind of background work, closed. A job is a value; its key keeps two of the same from queueing. */
export const job = z.discriminatedUnion('kind', [
  // The password of a locked PDF travels with the job and is wiped with it (storage/metadata/jobs.ts).
  z.object({ kind: z.literal('ingest-file'), fileId: id, password: z.string().optional() }),
  z.object({ kind: z.literal('index-record'), recordId: id }),
  z.object({ kind: z.literal('reindex') }),
  z.object({ kind: z.literal('check-index') }),
  z.object({ kind: z.literal('load-sample') }),
  z.object({ kind: z.literal('harvest'), sourceId: id }),
  z.object({ kind: z.literal('harvest-due') }),
  z.object({ kind: z.literal('index-batch'), batchId: id }),
  z.object({ kind: z.literal('settle-copies'), batchId: id }),
  z.object({ kind: z.literal('copy-file'), copyId: id }),
  z.object({ kind: z.literal('tell-peers') }),
  z.object({ kind: z.literal('match-record'), recordId: id }),
  z.object({ kind: z.literal('match-batch'), batchId: id }),
  z.object({ kind: z.literal('match-all') }),
  z.object({ kind: z.literal('sweep') }),
]);
export type Job = z.infer<typeof job>;
export type JobKind = Job['kind'];

/** How a job ended. A job whose subject has gone is done. */
export type JobOutcome = { state: 'done' } | { state: 'skipped'; why: string } | { state: 'failed'; code: string };

interface JobTraits {
  /** Jobs of one group run one at a time. */
  group: string | null;
  /** Higher first. */
  priority: number;
  /** So many of the kind are done at once where they wait. */
  together: number;
  /**
   * Writes where no lease is checked: a worker that was frozen in the middle may have put something old over something newer, so whoever
   * finds that its lease was lost queues the job once more.
   */
  againWhenLost: boolean;
}

/** One writer for the search index; publishing before bulk reading. */
export const jobTraits: Record<JobKind, JobTraits> = {
  // A search server takes as long for fifty records as for one.
  'index-record': { group: 'search', priority: 90, together: 50, againWhenLost: true },
  // Before reindex, so that several workers that start on an empty index ask for one.
  'check-index': { group: 'search', priority: 95, together: 1, againWhenLost: false },
  reindex: { group: 'search', priority: 50, together: 1, againWhenLost: true },
  'load-sample': { group: 'sample', priority: 80, together: 1, againWhenLost: false },
  'ingest-file': { group: null, priority: 40, together: 1, againWhenLost: false },
  // One source at a time, so that a slow line is not shared by several.
  harvest: { group: 'harvest', priority: 30, together: 1, againWhenLost: false },
  'harvest-due': { group: 'harvest-due', priority: 20, together: 1, againWhenLost: false },
  // What a harvest wrote in one transaction, usually 200 records; the index is committed for two or three at once.
  'index-batch': { group: 'search', priority: 60, together: 5, againWhenLost: true },
  // Copies of what a peer has taken back or replaced.
  'settle-copies': { group: 'copies', priority: 55, together: 1, againWhenLost: true },
  'copy-file': { group: 'copies', priority: 35, together: 1, againWhenLost: false },
  // Which records are one entry. One at a time: what one writes, the next reads.
  'match-record': { group: 'matching', priority: 45, together: 50, againWhenLost: true },
  'match-batch': { group: 'matching', priority: 25, together: 1, againWhenLost: true },
  'match-all': { group: 'matching', priority: 15, together: 1, againWhenLost: true },
  'tell-peers': { group: 'tell-peers', priority: 60, together: 1, againWhenLost: false },
  sweep: { group: 'sweep', priority: 10, together: 1, againWhenLost: false },
};

/** What it is about; '' where about nothing in particular. */
const subjectOf = (one: Job): string =>
  'fileId' in one ? one.fileId : 'recordId' in one ? one.recordId : 'sourceId' in one ? one.sourceId : 'batchId' in one ? one.batchId : 'copyId' in one ? one.copyId : '';

export const jobKey = (one: Job): string => `${one.kind}:${subjectOf(one)}`;
