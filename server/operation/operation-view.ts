import { statfs } from 'node:fs/promises';
import type { z } from 'zod';
import type { SearchIndex } from '../../search/search-index.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { filesByIds, type FileRow } from '../../storage/metadata/files.ts';
import { type FailedJob, newestFailedJobs, type RunningJob, runningJobs } from '../../storage/metadata/job-lists.ts';
import { databaseSize, originalsHeld, type QueueLine, queueLines } from '../../storage/metadata/library-sizes.ts';
import { setting } from '../../storage/metadata/organisations.ts';
import { processesAlive } from '../../storage/metadata/processes.ts';
import { stepsOfFiles } from '../../storage/metadata/record-files.ts';
import { recordsByIds, type RecordRow } from '../../storage/metadata/records.ts';
import type { Row } from '../../storage/metadata/tables.ts';
import type { Actor } from '../access/actor.ts';
import { recordPolicy } from '../access/record-policy.ts';
import { lastBackup, type operationView } from '../contract/operation.ts';
import { jobTraits } from '../jobs/job-kinds.ts';
import { jobFromKey } from './job-retrying.ts';
import { checkMs } from './part-checks.ts';
import { within } from './within.ts';

type View = z.input<typeof operationView>;

const mostRunning = 20;
const mostFailed = 50;
/** Adding up a million files takes a second, and the page asks again every five. */
const originalsMs = 60_000;

export interface OperationParts {
  metadata: Metadata;
  search: SearchIndex;
  /** The data folder of this machine. */
  folder: string;
  version: string;
  store: View['originals']['store'];
  engine: View['index']['engine'];
}

/** The state of the whole installation, in a fixed number of statements. A part that does not answer is told, and keeps nothing from being shown. */
export function operationPresenter(parts: OperationParts): (actor: Actor) => Promise<View> {
  const { metadata, search, folder } = parts;
  const { queries } = metadata;
  let originals: { at: number; held: Promise<{ count: number; bytes: number }> } | null = null;

  function originalsLately(): Promise<{ count: number; bytes: number }> {
    if (originals && performance.now() - originals.at < originalsMs) return originals.held;
    const held = originalsHeld(queries);
    originals = { at: performance.now(), held };
    held.catch(() => (originals = null));
    return held;
  }

  return async (actor) => {
    const disk = within(checkMs, statfs(folder)).catch(() => null);
    const index = within(checkMs, search.state()).catch(() => null);
    const [lines, running, failed, processes] = await Promise.all([
      queueLines(queries),
      runningJobs(queries, mostRunning),
      newestFailedJobs(queries, mostFailed),
      processesAlive(queries),
    ]);
    const subjects = await loadSubjects(metadata, actor, [...running, ...failed]);
    const [held, database, backup, found, state] = await Promise.all([
      originalsLately(),
      databaseSize(metadata),
      setting<unknown>(queries, 'last-backup'),
      disk,
      index,
    ]);
    const rebuilding = (wanted: QueueLine['state']): boolean => lines.some((line) => line.kind === 'reindex' && line.state === wanted);
    return {
      at: new Date().toISOString(),
      queue: Object.keys(jobTraits).map((kind) => queueLine(kind, lines)),
      running: running.map((job) => {
        const { on, step } = subjects(job);
        return { id: job.id, kind: job.kind, queuedAt: job.created_at, attempts: job.attempts, on, step };
      }),
      failed: failed.map((job) => {
        const { on, file } = subjects(job);
        const code = codeOf(job);
        // The figures of a sentence ("more than 5,000 pages") are kept with the file.
        const params = on && file?.code === code ? (JSON.parse(file.params_json) as Record<string, unknown>) : {};
        return { id: job.id, kind: job.kind, endedAt: job.ended_at ?? '', code, params, on };
      }),
      disk: found && { freeBytes: found.bavail * found.bsize, totalBytes: found.blocks * found.bsize },
      originals: { store: parts.store, ...held },
      index: {
        engine: parts.engine,
        state: state?.state ?? 'down',
        records: state?.records ?? 0,
        pages: state?.pages ?? 0,
        rebuild: rebuilding('running') ? 'running' : rebuilding('queued') ? 'queued' : 'none',
      },
      processes: processes.map(({ id, kind, host, version, started_at }) => ({ id, kind, host, version, startedAt: started_at })),
      database: { kind: metadata.kind, ...database },
      backup: lastBackup.safeParse(backup).data ?? null,
      versions: { library: parts.version, node: process.versions.node },
    };
  };
}

function queueLine(kind: string, lines: readonly QueueLine[]): View['queue'][number] {
  const of = (state: QueueLine['state']): QueueLine | undefined => lines.find((line) => line.kind === kind && line.state === state);
  return {
    kind,
    queued: of('queued')?.count ?? 0,
    running: of('running')?.count ?? 0,
    failed: of('failed')?.count ?? 0,
    oldestQueuedAt: of('queued')?.oldest ?? null,
  };
}

const codeOf = ({ outcome_json }: FailedJob): string => (JSON.parse(outcome_json ?? '{}') as { code?: string }).code ?? 'internal-error';

interface Subject {
  on: View['running'][number]['on'];
  step: View['running'][number]['step'];
  file: FileRow | undefined;
}

/** What the jobs are about, in three statements. An administrator learns nothing of another school's drafts from its queue. */
async function loadSubjects(metadata: Metadata, actor: Actor, jobs: readonly (RunningJob | FailedJob)[]): Promise<(job: RunningJob | FailedJob) => Subject> {
  const wanted = new Map(jobs.map((one) => [one.key, jobFromKey(one.kind, one.key)]));
  const known = [...wanted.values()];
  const fileIds = known.flatMap((one) => (one && 'fileId' in one ? [one.fileId] : []));
  const files = new Map((await filesByIds(metadata.queries, fileIds)).map((file) => [file.id, file]));
  const recordIds = [...known.flatMap((one) => (one && 'recordId' in one ? [one.recordId] : [])), ...[...files.values()].map((file) => file.record_id)];
  const records = new Map((await recordsByIds(metadata.queries, [...new Set(recordIds)])).map((record) => [record.id, record]));
  const steps = (await stepsOfFiles(metadata.queries, [...files.keys()])).filter(({ state }) => state === 'running');

  return ({ key }) => {
    const job = wanted.get(key) ?? null;
    const file = job && 'fileId' in job ? files.get(job.fileId) : undefined;
    const record: RecordRow | undefined = records.get(file?.record_id ?? (job && 'recordId' in job ? job.recordId : ''));
    const seen = record !== undefined && recordPolicy.see(actor, record);
    return {
      on: seen ? { recordId: record.id, title: record.title, file: file?.name ?? null } : null,
      step: file ? stepOf(steps.find((step) => step.file_id === file.id)) : null,
      file,
    };
  };
}

const stepOf = (row: Row<'file_steps'> | undefined): Subject['step'] =>
  row ? { step: row.step as NonNullable<Subject['step']>['step'], done: row.done, total: row.total } : null;
