import { v7 as uuid } from 'uuid';
import type { Metadata, Queries } from '../../../storage/metadata/database.ts';
import { changeRun, changeSource, dueSources, insertRun, lastRun, runsOfSource, sourceById, type RunRow, type SourceRow } from '../../../storage/metadata/harvest-sources.ts';
import { bringForward, jobPending } from '../../../storage/metadata/jobs.ts';
import { jobKey, type Job } from '../../jobs/job-kinds.ts';
import { enqueue } from '../../jobs/queue.ts';

const dayMs = 86_400_000;
const everyMs: Record<SourceRow['schedule'], number | null> = { hand: null, daily: dayMs, weekly: 7 * dayMs };

/** When a source is due after `from`, by its schedule. */
export function dueAfter(schedule: SourceRow['schedule'], from: Date): string | null {
  const ms = everyMs[schedule];
  return ms === null ? null : new Date(from.getTime() + ms).toISOString();
}

/** A run that was cut short is gone on with while its source may still know the token. */
const tokenLivesMs = dayMs;
/** A source that does not tell what it deletes is asked for everything so often. */
const wholeEveryMs = 6.5 * dayMs;

/**
 * Begins a run, unless one is open; then that is told to go on at once. `whole`: everything, and not what has changed since the last time.
 * `news`: something has changed there just now, perhaps behind what the open run has read; another one follows it then. MUST run in a
 * transaction.
 */
export async function beginRun(queries: Queries, source: SourceRow, options: { whole: boolean; news?: boolean }, now = new Date()): Promise<void> {
  const at = now.toISOString();
  const last = await lastRun(queries, source.id);
  const open = last?.state === 'running';
  if (open) await changeRun(queries, last.id, { wait_until: null });
  else {
    // A table is one document, and asking for it is asking for all of it.
    const whole = options.whole || source.kind === 'csv' || source.listed_until === null || (source.deletions === 'no' && (await wholeIsDue(queries, source, now)));
    await insertRun(queries, { ...emptyRun, id: uuid(), source_id: source.id, whole: Number(whole), asked_from: whole ? null : source.listed_until, started_at: at, ...carriedOn(last, options.whole, now) });
  }
  // Who asks for everything wants it read, whether the source has changed it or not.
  await changeSource(queries, source.id, { next_at: open && options.news ? at : dueAfter(source.schedule, now), ...(options.whole ? { validators_json: null } : {}) });
  const job: Job = { kind: 'harvest', sourceId: source.id };
  await enqueue(queries, job);
  // It may lie there until a source that was busy wants to be asked again.
  await bringForward(queries, jobKey(job), now.getTime());
}

const emptyRun = {
  state: 'running' as const,
  ...{ told_at: null, token: null, restarts: 0, pages: 0, taken: 0, unchanged: 0, deleted: 0, aside: 0, list_size: null, empty_pages: 0 },
  ...{ mark: null, seen_datestamp: null, in_order: 1, blind: 0, failures: 0, wait_until: null, code: null, params_json: '{}', validators_json: null, ended_at: null },
};

/** What a run that failed or was stopped had not read yet. What it had read, the new one has not seen: so nothing counts as vanished. */
function carriedOn(last: RunRow | undefined, whole: boolean, now: Date): Partial<RunRow> {
  if (!last || whole || last.token === null || (last.state !== 'failed' && last.state !== 'stopped') || last.code === 'source-token-loops') return {};
  if (now.getTime() - Date.parse(last.ended_at ?? '') > tokenLivesMs) return {};
  const { token, asked_from, told_at, list_size, seen_datestamp, in_order } = last;
  return { token, asked_from, told_at, list_size, seen_datestamp, in_order, whole: last.whole, blind: 1 };
}

async function wholeIsDue(queries: Queries, source: SourceRow, now: Date): Promise<boolean> {
  const runs = await runsOfSource(queries, source.id, 20);
  return !runs.some(({ whole, state, started_at }) => whole === 1 && state === 'done' && now.getTime() - Date.parse(started_at) < wholeEveryMs);
}

/** Ends an open run after the page that is being read; what was taken stays, and the next run goes on from there. MUST run in a transaction. */
export async function stopRun(queries: Queries, sourceId: string, now = new Date()): Promise<void> {
  const run = await lastRun(queries, sourceId);
  if (run?.state === 'running') await changeRun(queries, run.id, { state: 'stopped', ended_at: now.toISOString(), wait_until: null });
}

/** Begins and goes on with what is due. A source that failed, however often, is due like any other. */
export async function queueDueHarvests(metadata: Metadata, now = new Date()): Promise<void> {
  for (const id of await dueSources(metadata.queries, now.toISOString()))
    await metadata.transaction(async (queries) => {
      const source = await sourceById(queries, id);
      if (!source) return;
      const job: Job = { kind: 'harvest', sourceId: id };
      const run = await lastRun(queries, id);
      const due = source.removed_at === null && source.next_at !== null && source.next_at <= now.toISOString();
      if (due && run?.state !== 'running') return beginRun(queries, source, { whole: false }, now);
      // A peer's news is for the run that follows; of another source, a run that is still going is that of today.
      if (due && source.peer_id === null) await changeSource(queries, id, { next_at: dueAfter(source.schedule, now) });
      if (!(await jobPending(queries, jobKey(job)))) await enqueue(queries, job);
    });
}

/** The job itself has failed for good, by a fault of ours: the run says so, and the next one is due by the schedule. */
export async function failRun(queries: Queries, sourceId: string, code: string, now = new Date()): Promise<void> {
  const run = await lastRun(queries, sourceId);
  if (run?.state === 'running') await changeRun(queries, run.id, { state: 'failed', code, params_json: '{}', ended_at: now.toISOString(), wait_until: null });
}
