import type { Queries } from '../../../storage/metadata/database.ts';
import { changeRun, type RunRow, type SourceRow } from '../../../storage/metadata/harvest-sources.ts';
import { enqueue } from '../../jobs/queue.ts';
import type { HarvestCode, HarvestFault } from './harvest-fault.ts';

/** Faults that waiting does not mend: the run ends, the source keeps its schedule. */
const lasting: ReadonlySet<HarvestCode> = new Set(['source-address-refused', 'source-format-gone', 'source-redirects', 'source-too-large', 'source-token-loops']);

const firstPauseMs = 10_000;
const longestPauseMs = 3_600_000;
/** One after the other; with the pauses between them some three hours. */
const mostFailures = 8;
/** What waits longer is found by the look every five minutes (queue-due.ts): a job in the queue must not lie as far ahead. */
const soonMs = 240_000;
const mostRestarts = 50;

/** Notes what a source did instead of answering. True: go on at once; false: not now. MUST run in a transaction. */
export async function afterFault(queries: Queries, source: SourceRow, run: RunRow, fault: HarvestFault): Promise<boolean> {
  const said = { code: fault.code, params_json: JSON.stringify(fault.params) };
  const now = Date.now();
  const failures = run.failures + 1;
  const end = async (): Promise<boolean> => {
    await changeRun(queries, run.id, { ...said, state: 'failed', failures, ended_at: new Date(now).toISOString() });
    return false;
  };
  if (lasting.has(fault.code) || failures >= mostFailures) return end();
  if (fault.code === 'source-token-broken') {
    if (run.restarts >= mostRestarts) return end();
    await changeRun(queries, run.id, { ...said, ...beginningAnew(source, run), failures, restarts: run.restarts + 1 });
    return true;
  }
  const pauseMs = fault.waitMs ?? Math.min(longestPauseMs, firstPauseMs * 3 ** (failures - 1));
  const until = new Date(now + pauseMs);
  await changeRun(queries, run.id, { ...said, failures, wait_until: until.toISOString() });
  if (pauseMs <= soonMs) await enqueue(queries, { kind: 'harvest', sourceId: source.id }, { after: until });
  return false;
}

/**
 * A list whose token is no longer known begins again: at the last datestamp where all so far came in the order of their datestamps, else where
 * it began. Nothing promises that order (OAI-PMH 2.0 §3.5), so after it no record counts as vanished.
 */
function beginningAnew(source: SourceRow, run: RunRow): Partial<RunRow> {
  const began = run.whole === 1 ? null : source.listed_until;
  const stamp = run.in_order === 1 && run.pages >= 2 ? run.seen_datestamp : null;
  const from = stamp === null ? began : source.granularity === 'day' ? stamp.slice(0, 10) : stamp.length === 10 ? `${stamp}T00:00:00Z` : stamp;
  return { token: null, asked_from: from, mark: null, empty_pages: 0, ...(from === began ? {} : { blind: 1 }) };
}
