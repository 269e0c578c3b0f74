import { z } from 'zod';
import { id, instant } from './common.ts';
import { ingestStep } from './file.ts';

/** What a job is about; null where it is about nothing in particular, or about what the asker may not know. */
const subject = z.object({ recordId: id, title: z.string(), file: z.string().nullable() }).nullable();

const queueLine = z.object({
  kind: z.string(),
  queued: z.number().int(),
  running: z.number().int(),
  failed: z.number().int(),
  /** When the one that has waited longest was queued. */
  oldestQueuedAt: instant.nullable(),
});

const runningJob = z.object({
  id,
  kind: z.string(),
  queuedAt: instant,
  attempts: z.number().int(),
  on: subject,
  /** Where the reading of a file has come to; total 0: not known yet. */
  step: z.object({ step: ingestStep, done: z.number().int(), total: z.number().int() }).nullable(),
});

const failedJob = z.object({
  id,
  kind: z.string(),
  endedAt: instant,
  /** Of server/errors.ts. */
  code: z.string(),
  params: z.record(z.string(), z.unknown()),
  on: subject,
});

export const lastBackup = z.object({ at: instant, to: z.string(), objects: z.number().int(), bytes: z.number() });

/** GET /api/operation: the whole installation, for administrators. */
export const operationView = z.object({
  at: instant,
  /** One line for every kind of job. */
  queue: z.array(queueLine),
  /** The first twenty. */
  running: z.array(runningJob),
  /** The newest fifty that failed for good and of which no like was queued again; `queue` counts them all. */
  failed: z.array(failedJob),
  /** Of the data folder of the machine that answers; null: it did not say in time. */
  disk: z.object({ freeBytes: z.number(), totalBytes: z.number() }).nullable(),
  originals: z.object({ store: z.enum(['files', 's3']), count: z.number().int(), bytes: z.number() }),
  index: z.object({
    engine: z.enum(['embedded', 'meilisearch']),
    state: z.enum(['ok', 'rebuilding', 'empty', 'down']),
    records: z.number().int(),
    pages: z.number().int(),
    /** The job that builds it anew. */
    rebuild: z.enum(['none', 'queued', 'running']),
  }),
  processes: z.array(z.object({ id: z.string(), kind: z.enum(['web', 'worker']), host: z.string(), version: z.string(), startedAt: instant })),
  database: z.object({ kind: z.enum(['sqlite', 'postgres']), version: z.string(), bytes: z.number() }),
  backup: lastBackup.nullable(),
  versions: z.object({ library: z.string(), node: z.string() }),
});
export type OperationView = z.infer<typeof operationView>;

/** POST /api/operation/failed/retry: how many were queued again. */
export const retried = z.object({ queued: z.number().int() });
