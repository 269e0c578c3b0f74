import type { Metadata } from '../../../storage/metadata/database.ts';
import { asidesBySource, asidesOfSource, heldBySource } from '../../../storage/metadata/harvested-records.ts';
import { lastRuns, type RunRow, runsOfSource, type SourceRow } from '../../../storage/metadata/harvest-sources.ts';
import type { asideList, RunView, sourceDetail, SourceView } from '../../contract/harvest.ts';
import type { z } from 'zod';

const runs = 20;

function runView(run: RunRow, now: string): RunView {
  const waits = run.state === 'running' && run.wait_until !== null && run.wait_until > now;
  return {
    ...{ id: run.id, state: waits ? 'waiting' : run.state, whole: run.whole === 1, startedAt: run.started_at, endedAt: run.ended_at },
    ...{ pages: run.pages, taken: run.taken, unchanged: run.unchanged, deleted: run.deleted, aside: run.aside, listSize: run.list_size },
    ...{ waitUntil: waits ? run.wait_until : null, code: run.code, params: JSON.parse(run.params_json) as Record<string, unknown> },
  };
}

/** Sources with their counts and last runs, in three queries. */
export async function sourceViews(metadata: Metadata, sources: readonly SourceRow[], now = new Date()): Promise<SourceView[]> {
  const ids = sources.map(({ id }) => id);
  const last = await lastRuns(metadata.queries, ids);
  const held = await heldBySource(metadata.queries, ids);
  const asides = await asidesBySource(metadata.queries, ids);
  return sources.map((source) => {
    const run = last.get(source.id);
    return {
      ...{ id: source.id, name: source.name, address: source.address, set: source.set_spec, format: source.format, scope: source.scope, schedule: source.schedule },
      ...{ nextAt: source.next_at, held: held.get(source.id) ?? 0, asides: asides.get(source.id) ?? 0 },
      run: run ? runView(run, now.toISOString()) : null,
    };
  });
}

export async function sourceWithRuns(metadata: Metadata, source: SourceRow, now = new Date()): Promise<z.input<typeof sourceDetail>> {
  const [view] = await sourceViews(metadata, [source], now);
  return { ...view!, runs: (await runsOfSource(metadata.queries, source.id, runs)).map((run) => runView(run, now.toISOString())) };
}

/** One keyset page of what could not be taken. */
export async function asidePage(metadata: Metadata, source: SourceRow, after: string, size: number): Promise<z.input<typeof asideList>> {
  const rows = await asidesOfSource(metadata.queries, source.id, after, size + 1);
  const shown = rows.slice(0, size);
  return { asides: shown.map(({ identifier, reason, detail, text, at }) => ({ identifier, reason, detail, text, at })), next: rows.length > size ? shown.at(-1)!.key : null };
}
