import type { Metadata, Queries } from '../../../storage/metadata/database.ts';
import { countHarvested, dropOldAsides, unseenHarvested, withdrawHarvested } from '../../../storage/metadata/harvested-records.ts';
import { changeRun, changeSource, forgetRuns, lastRun, type RunRow, sourceById, type SourceRow } from '../../../storage/metadata/harvest-sources.ts';
import { v7 as uuid } from 'uuid';
import { loadVocabularies } from '../../catalogue/vocabularies.ts';
import type { JobOutcome } from '../../jobs/job-kinds.ts';
import { enqueue } from '../../jobs/queue.ts';
import type { Log } from '../../log.ts';
import { afterFault } from './after-fault.ts';
import { HarvestFault } from './harvest-fault.ts';
import { knownBefore } from './ask-source.ts';
import type { SourceReader, ToldPage } from './source-reader.ts';
import { beginRun } from './source-runs.ts';
import { goneReason, type PageCounts, partsOf, preparePage, queueBatch, writePage } from './write-page.ts';

export interface HarvestParts {
  metadata: Metadata;
  log: Log;
  signal: AbortSignal;
  checkLease(queries: Queries): Promise<void>;
  /** How a source is read; `close` when it is asked no more. */
  open(source: SourceRow, signal: AbortSignal): Promise<OpenReader>;
}

/** One that looks after its own connections. */
export interface OpenReader extends SourceReader {
  close(): void;
}

/** A source gives way to the next one that waits after so long, between two pages. */
const sliceMs = 60_000;
const keptRuns = 20;
const atOnce = 500;

/**
 * Goes on with the open run of a source, from where its last page ended, until the list ends, a fault stops it or its time is up; and with the
 * removal of one. Faults of the source are no faults of the job. Throws the signal's reason, LeaseLost, and what is away.
 */
export async function goOnHarvesting(parts: HarvestParts, sourceId: string): Promise<JobOutcome> {
  const { metadata, signal } = parts;
  const source = await sourceById(metadata.queries, sourceId);
  if (!source) return { state: 'done' };
  if (source.removed_at !== null) return takeAway(parts, source);
  const reader = await parts.open(source, signal);
  try {
    const deadline = performance.now() + sliceMs;
    while (performance.now() < deadline) if (!(await onePage(parts, reader, source))) return { state: 'done' };
    await metadata.transaction((queries) => enqueue(queries, { kind: 'harvest', sourceId }));
    return { state: 'done' };
  } finally {
    reader.close();
  }
}

/** The run, if it is to go on now: it may have been stopped, and it may have to wait. */
async function openRun(queries: Queries, sourceId: string): Promise<RunRow | null> {
  const run = await lastRun(queries, sourceId);
  return run?.state === 'running' && (run.wait_until === null || run.wait_until <= new Date().toISOString()) ? run : null;
}

/** False: there is nothing more to do now. */
async function onePage(parts: HarvestParts, reader: SourceReader, source: SourceRow): Promise<boolean> {
  const { metadata, signal, checkLease, log } = parts;
  signal.throwIfAborted();
  const run = await openRun(metadata.queries, source.id);
  if (!run) return false;
  /** All that follows from an answer is written together, if the run is still the one that asked. */
  const write = (work: (queries: Queries) => Promise<boolean>): Promise<boolean> =>
    metadata.transaction(async (queries) => {
      await checkLease(queries);
      const now = await openRun(queries, source.id);
      return now?.id === run.id && now.token === run.token && now.restarts === run.restarts ? work(queries) : false;
    });
  const known = knownBefore(source.validators_json);
  let told: ToldPage;
  try {
    // What was more than one document may have changed in a later one: everything means everything.
    told = await reader.page({ token: run.token, from: run.asked_from, known: known && (known.alone || run.whole === 0) ? known : null, failures: run.failures });
  } catch (error) {
    if (!(error instanceof HarvestFault)) throw error;
    log.info({ sourceId: source.id, fault: error.code, err: error.cause as Error }, 'source did not answer');
    return write((queries) => afterFault(queries, source, run, error));
  }
  if (told.same) return write((queries) => endUnchanged(queries, source, run, told));
  const vocabularies = await loadVocabularies(metadata);
  const page = preparePage(told, vocabularies, source.address);
  const at = new Date().toISOString();
  // Of what was cut off, what was whole is taken; all of it is asked for once more.
  const portions = partsOf(told.cut ? { ...page, asides: [] } : page);
  const last = portions.pop()!;
  // A list without tokens is one page, however long. Whoever dies between two parts reads it once more, and what stands is unchanged.
  let counted = run;
  for (const part of portions) {
    const written = await write(async (queries) => {
      counted = { ...counted, ...added(counted, await writePage(queries, source, run, part, at)) };
      await changeRun(queries, run.id, countsOf(counted));
      return true;
    });
    if (!written) return false;
  }
  const going = await write(async (queries) => {
    const counts = added(counted, await writePage(queries, source, run, last, at));
    if (told.cut) {
      await changeRun(queries, run.id, { taken: counts.taken, deleted: counts.deleted });
      return afterFault(queries, source, run, new HarvestFault('source-cut', { host: new URL(source.address).host }));
    }
    const after = { ...afterPage(run, told, page.mark, reader.newestOnly), ...counts };
    await changeRun(queries, run.id, after);
    if (told.token === null) return true;
    if (reader.endsByItself ? told.token === run.token : comesBack(run, told, page.mark)) return afterFault(queries, source, { ...run, ...after }, new HarvestFault('source-token-loops', { pages: after.pages }));
    if (after.taken + after.unchanged > mostTold) return afterFault(queries, source, { ...run, ...after }, new HarvestFault('source-too-large', { host: new URL(source.address).host }));
    return true;
  });
  if (!going || told.token !== null || told.cut) return going;
  await finish(parts, source, run.id, reader.newestOnly);
  return false;
}

const longestEmpty = 50;
/** A list without end would fill the disk. */
const mostTold = 2_000_000;

/** A list that goes round in a circle comes back to a page whose mark was kept (Brent's way: marks are kept at powers of two). */
const comesBack = (run: RunRow, told: ToldPage, mark: string): boolean =>
  told.records.length + told.aside.length === 0 ? run.empty_pages + 1 >= longestEmpty : run.mark === mark;

const countsOf = ({ taken, unchanged, deleted, aside }: PageCounts): PageCounts => ({ taken, unchanged, deleted, aside });
const added = (run: PageCounts, page: PageCounts): PageCounts => ({
  ...{ taken: run.taken + page.taken, unchanged: run.unchanged + page.unchanged, deleted: run.deleted + page.deleted, aside: run.aside + page.aside },
});

function afterPage(run: RunRow, told: ToldPage, mark: string, newestOnly: boolean) {
  const empty = told.records.length + told.aside.length === 0;
  const pages = run.pages + 1;
  const stamps = told.records.flatMap(({ datestamp }) => datestamp ?? []);
  const ordered = stamps.length === told.records.length && [run.seen_datestamp ?? '', ...stamps].every((stamp, at, all) => at === 0 || all[at - 1]! <= stamp);
  return {
    ...{ token: told.token, pages, list_size: told.listSize ?? run.list_size, told_at: run.told_at ?? told.responseDate, failures: 0, wait_until: null },
    empty_pages: empty ? run.empty_pages + 1 : 0,
    mark: !empty && (run.mark === null || (pages & (pages - 1)) === 0) ? mark : run.mark,
    seen_datestamp: stamps.reduce((latest, stamp) => (stamp > latest ? stamp : latest), run.seen_datestamp ?? '') || null,
    in_order: Number(run.in_order === 1 && ordered),
    blind: Number(run.blind === 1 || newestOnly || told.aside.some(({ identifier }) => identifier === null)),
    validators_json: told.validators ? JSON.stringify(told.validators) : run.validators_json,
  };
}

/** More than this many, and more than half of all, do not vanish at once: rather the list is not what it was. */
const mostVanished = 20;

/** The list has been read to its end. */
async function finish({ metadata, checkLease, signal }: HarvestParts, source: SourceRow, runId: string, newestOnly: boolean): Promise<void> {
  const { held, unseen } = await countHarvested(metadata.queries, source.id, runId);
  const mostlyGone = unseen > mostVanished && unseen > held / 2;
  for (let more = true; more; ) {
    signal.throwIfAborted();
    more = await metadata.transaction(async (queries) => {
      await checkLease(queries);
      const run = await openRun(queries, source.id);
      if (run?.id !== runId) return false;
      const at = new Date().toISOString();
      if (run.whole === 1 && run.blind === 0) {
        const gone = mostlyGone ? [] : await unseenHarvested(queries, source.id, run.id, atOnce);
        if (gone.length > 0) {
          // Not told any more: gone from a source that does not tell deletions, or from the set.
          const batchId = uuid();
          await withdrawHarvested(queries, gone, { at, by: null, reason: goneReason, batchId, runId: run.id });
          await queueBatch(queries, source, batchId);
          await changeRun(queries, run.id, { deleted: run.deleted + gone.length });
          return true;
        }
        await dropOldAsides(queries, source.id, run.id);
      }
      // Nobody can mend what is no longer in the list.
      if (newestOnly) await dropOldAsides(queries, source.id, run.id);
      const kept = run.whole === 1 && run.blind === 0 && mostlyGone;
      const note = kept ? { code: 'source-mostly-gone', params_json: JSON.stringify({ count: unseen }) } : { code: null, params_json: '{}' };
      await changeRun(queries, run.id, { state: 'done', ended_at: at, token: null, ...note });
      await changeSource(queries, source.id, { listed_until: askedNext(run, source), validators_json: kept ? null : run.validators_json });
      await forgetRuns(queries, source.id, keptRuns);
      // Something may have changed behind what the run had read.
      const now = await sourceById(queries, source.id);
      if (now && now.next_at !== null && now.next_at <= at) await beginRun(queries, now, { whole: false });
      return false;
    });
  }
}

/** The source says that all is as it was when it was read to its end. */
async function endUnchanged(queries: Queries, source: SourceRow, run: RunRow, told: ToldPage): Promise<boolean> {
  const { held } = await countHarvested(queries, source.id, run.id);
  const ended = { ...run, told_at: told.responseDate };
  await changeRun(queries, run.id, { state: 'done', ended_at: new Date().toISOString(), told_at: ended.told_at, unchanged: held, pages: 1, failures: 0, wait_until: null, code: null, params_json: '{}' });
  await changeSource(queries, source.id, { listed_until: askedNext(ended, source) });
  await forgetRuns(queries, source.id, keptRuns);
  return false;
}

/** What a source dates a little before it shows it, and clocks that differ: told twice rather than never. */
const overlapMs = 3_600_000;

/** From when on the next run asks: by the clock of the source, but never from a time that has not come. */
function askedNext(run: RunRow, source: SourceRow): string {
  const told = run.told_at === null ? Number.NaN : Date.parse(run.told_at);
  const began = Date.parse(run.started_at);
  const at = new Date((Number.isNaN(told) ? began - 24 * overlapMs : Math.min(told, began)) - overlapMs).toISOString();
  return source.granularity === 'day' ? at.slice(0, 10) : `${at.slice(0, 19)}Z`;
}

/** Withdraws what came from a source that was removed, a part in each transaction. */
async function takeAway({ metadata, checkLease, signal }: HarvestParts, source: SourceRow): Promise<JobOutcome> {
  for (let more = true; more; ) {
    signal.throwIfAborted();
    more = await metadata.transaction(async (queries) => {
      await checkLease(queries);
      const gone = await unseenHarvested(queries, source.id, '', atOnce);
      if (gone.length === 0) {
        await dropOldAsides(queries, source.id, null);
        return false;
      }
      const batchId = uuid();
      await withdrawHarvested(queries, gone, { at: new Date().toISOString(), by: null, reason: `Thư viện không còn lấy biểu ghi từ nguồn ${source.name}.`, batchId, runId: '' });
      await queueBatch(queries, source, batchId);
      return true;
    });
  }
  return { state: 'done' };
}
