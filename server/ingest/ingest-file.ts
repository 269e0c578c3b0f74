import type { FileState, IngestStepName } from '../contract/file.ts';
import { ingestSteps } from '../contract/file.ts';
import type { JobOutcome } from '../jobs/job-kinds.ts';
import { enqueue } from '../jobs/queue.ts';
import { fileById } from '../../storage/metadata/files.ts';
import { redateHarvestItem } from '../../storage/metadata/harvest-items.ts';
import { FileSuperseded, stepRows, writeFileProgress } from '../../storage/metadata/ingest-rows.ts';
import { derivedOfFile } from '../../storage/objects/keys.ts';
import { StoreFull } from '../../storage/objects/object-store.ts';
import type { IngestParts, IngestRun } from './ingest-parts.ts';
import { openRun } from './ingest-run.ts';
import { pipeline } from './pipeline.ts';
import { done, type StepOutcome } from './step-outcome.ts';

/** Steps that ended well and need not be looked at again; the others find out what is missing for themselves. */
const onceOnly: readonly IngestStepName[] = ['identify', 'describe'];

/**
 * Reads a file into pages, texts and a described draft, or goes on where an earlier run was cut off. The outcome is
 * kept with the file and its steps. Throws AbortError when the signal fires (the job is to be given back) and faults
 * that are not the file's.
 */
export async function ingestFile(
  parts: IngestParts,
  fileId: string,
  context: { signal: AbortSignal },
): Promise<JobOutcome> {
  const file = await fileById(parts.metadata.queries, fileId);
  if (!file) await sweepDerived(parts, fileId);
  if (!file || file.removed_at !== null) return { state: 'skipped', why: 'file removed' };
  const opened = await openRun(parts, file, context.signal);
  try {
    const outcome = await runSteps(opened.run);
    return outcome.state === 'failed' ? { state: 'failed', code: outcome.code } : { state: 'done' };
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof FileSuperseded) {
      if (!(await fileById(parts.metadata.queries, fileId))) await sweepDerived(parts, fileId);
      return { state: 'skipped', why: error.message };
    }
    if (error instanceof StoreFull) return await fullStore(opened.run);
    throw error;
  } finally {
    await opened.close();
  }
}

/** Erased while it was read (a copy that its owner took back): what was made of it after that goes too. */
async function sweepDerived({ objects }: Pick<IngestParts, 'objects'>, fileId: string): Promise<void> {
  for await (const { key } of objects.list(derivedOfFile(fileId))) await objects.remove(key);
}

async function runSteps(run: IngestRun): Promise<StepOutcome> {
  const { parts, file, progress, signal } = run;
  const rows = await stepRows(parts.metadata.queries, file.id);
  const before = new Map(rows.map((row) => [row.step, row.state]));
  if (rows.some(({ step, state, code }) => step === 'describe' && state === 'skipped' && code === 'format-not-read')) run.decline();
  await progress.commit((queries) =>
    writeFileProgress(queries, file.id, { state: 'reading', code: null, params_json: '{}' }),
  );
  for (const step of pipeline) {
    signal.throwIfAborted();
    const state = before.get(step.name);
    const ended = state === 'done' || state === 'skipped';
    if (ended && onceOnly.includes(step.name)) continue;
    if (!ended)
      progress.step(step.name, { state: 'running', code: null, started_at: new Date().toISOString(), ended_at: null });
    const outcome = await step.run(run);
    signal.throwIfAborted();
    progress.step(step.name, endOf(outcome));
    if (outcome.state === 'failed' || outcome.state === 'stopped') return end(run, outcome);
    await progress.flush();
  }
  return end(run, done);
}

const paramsOf = (outcome: StepOutcome): string => JSON.stringify(('params' in outcome && outcome.params) || {});

const endOf = (outcome: StepOutcome) => ({
  state: outcome.state,
  code: outcome.code,
  params_json: paramsOf(outcome),
  ended_at: new Date().toISOString(),
});

const fileStates: Record<StepOutcome['state'], FileState> = {
  done: 'ready',
  skipped: 'ready',
  stopped: 'stopped',
  failed: 'failed',
};

/** The step `index`: the file's last state and the job that puts it into the search index are one commit. */
async function end(run: IngestRun, outcome: StepOutcome): Promise<StepOutcome> {
  const { file, progress } = run;
  const soft = outcome.state === 'done' ? await softCode(run) : null;
  await progress.commit(async (queries) => {
    await writeFileProgress(queries, file.id, {
      state: fileStates[outcome.state],
      code: outcome.state === 'done' ? soft : outcome.code,
      params_json: paramsOf(outcome),
    });
    await enqueue(queries, { kind: 'index-record', recordId: file.record_id });
    await redateHarvestItem(queries, file.record_id, new Date());
  });
  if (outcome.state === 'done') {
    const now = new Date().toISOString();
    progress.step(ingestSteps[ingestSteps.length - 1] as IngestStepName, {
      state: 'done',
      done: 1,
      total: 1,
      started_at: now,
      ended_at: now,
    });
    await progress.flush();
  }
  run.parts.log.info({ fileId: file.id, outcome }, 'file read');
  return outcome;
}

/** A file that is kept but not read says so, as does one read in spite of something. */
async function softCode(run: IngestRun): Promise<string | null> {
  const rows = await stepRows(run.parts.metadata.queries, run.file.id);
  return rows.find((row) => row.step === 'describe' && row.code !== null)?.code ?? null;
}

/** Nothing is wrong with the file: it fails with a code a person can act on, and may be tried again. */
async function fullStore({ file, parts }: IngestRun): Promise<JobOutcome> {
  parts.log.error({ fileId: file.id }, 'no room for what was read');
  await parts.metadata.transaction((queries) =>
    writeFileProgress(queries, file.id, { state: 'failed', code: 'storage-full' }),
  );
  return { state: 'failed', code: 'storage-full' };
}
