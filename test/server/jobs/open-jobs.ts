import { pino } from 'pino';
import { v7 as uuid } from 'uuid';
import type { Job } from '../../../server/jobs/job-kinds.ts';
import { type JobContext, type JobHandler, type Lane, type Loop, startLoop } from '../../../server/jobs/loop.ts';
import { enqueue } from '../../../server/jobs/queue.ts';
import type { JobOutcome } from '../../../server/jobs/job-kinds.ts';
import { openStorage, type Storage } from '../../../storage/index.ts';
import { DatabaseUnavailable, type Metadata } from '../../../storage/metadata/database.ts';
import type { Row } from '../../../storage/metadata/tables.ts';
import { addressesOf, placeOnServers } from '../../support/servers.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A real queue on temporary storage, and workers on it that do what a test says. */
export interface OpenJobs {
  storage: Storage;
  metadata: Metadata;
  logged: { level: number; msg: string; [field: string]: unknown }[];
  /** Jobs given up for good, as the handler was told. */
  failed: { job: Job; code: string }[];
  queue(...jobs: Job[]): Promise<void>;
  rows(): Promise<Row<'jobs'>[]>;
  /** Whatever waits for later is due now. */
  hurry(): Promise<void>;
  worker(run: (jobs: readonly Job[], context: JobContext) => Promise<JobOutcome>, on?: { metadata?: Metadata; lanes?: Lane[] }): Loop;
  close(): Promise<void>;
}

export const lanes: Lane[] = [
  { kinds: ['index-record', 'check-index', 'reindex', 'sweep', 'harvest-due'], atOnce: 1 },
  { kinds: ['ingest-file'], atOnce: 1 },
];

export async function openJobs(): Promise<OpenJobs> {
  const { path: folder, remove } = await temporaryFolder();
  const place = placeOnServers();
  const storage = await openStorage({ folder, ...addressesOf(place) });
  const { metadata } = storage;
  const logged: OpenJobs['logged'] = [];
  const failed: OpenJobs['failed'] = [];
  const loops: Loop[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(JSON.parse(line) as OpenJobs['logged'][number]) });
  return {
    storage,
    metadata,
    logged,
    failed,
    queue: async (...jobs) => metadata.transaction(async (queries) => void (await Promise.all(jobs.map((job) => enqueue(queries, job))))),
    rows: () => metadata.queries.selectFrom('jobs').selectAll().orderBy('id').execute(),
    async hurry() {
      await metadata.queries.updateTable('jobs').set({ run_after: new Date().toISOString() }).where('state', '=', 'queued').execute();
    },
    worker(run, on = {}) {
      const handler: JobHandler = {
        run: (jobs, context) => run(jobs, context),
        // A transaction that another came between is run again.
        failed: async (_queries, job, code) => {
          if (!failed.some((one) => JSON.stringify(one) === JSON.stringify({ job, code }))) failed.push({ job, code });
        },
      };
      const loop = startLoop(on.metadata ?? metadata, on.lanes ?? lanes, handler, log);
      loops.push(loop);
      return loop;
    },
    async close() {
      for (const loop of loops) await loop.stop();
      await storage.close();
      await place.remove();
      await remove();
    },
  };
}

export const indexJob = (): Job => ({ kind: 'index-record', recordId: uuid() });
export const ingestJob = (): Job => ({ kind: 'ingest-file', fileId: uuid() });

/** The same database over a line that a test can cut: before a transaction reaches it, or after it was committed and nobody hears of it. */
export function overLine(metadata: Metadata): { metadata: Metadata; line: { cut: 'no' | 'before' | 'after'; tried: number } } {
  const line = { cut: 'no' as 'no' | 'before' | 'after', tried: 0 };
  const over: Metadata = {
    ...metadata,
    async transaction(work) {
      if (line.cut === 'before') {
        line.tried++;
        throw new DatabaseUnavailable();
      }
      const cut = line.cut;
      const answer = await metadata.transaction(work);
      if (cut === 'after') {
        line.tried++;
        throw new DatabaseUnavailable();
      }
      return answer;
    },
  };
  return { metadata: over, line };
}
