import { v7 as uuid } from 'uuid';
import type { z } from 'zod';
import type { Metadata, Queries } from '../../../storage/metadata/database.ts';
import { changeSource, insertSource, sourceById, sourcesOfSchool, type SourceRow } from '../../../storage/metadata/harvest-sources.ts';
import type { Person } from '../../access/actor.ts';
import type { newSource, sourceChanges } from '../../contract/harvest.ts';
import { Refusal } from '../../errors.ts';
import { enqueue } from '../../jobs/queue.ts';
import type { Identified } from './oai-client.ts';
import { dueAfter, stopRun } from './source-runs.ts';

/** Without arguments of OAI-PMH that somebody copied along with the address; its own stay. */
export function plainAddress(text: string): string {
  const url = new URL(text);
  for (const name of ['verb', 'metadataPrefix', 'set', 'from', 'until', 'resumptionToken', 'identifier']) url.searchParams.delete(name);
  url.hash = '';
  return url.href;
}

/** Adds a source that has said who it is. Throws source-already-held {id}. */
export async function addSource(metadata: Metadata, actor: Pick<Person, 'id' | 'schoolId'>, given: z.output<typeof newSource>, said: Identified, now: Date): Promise<SourceRow> {
  const at = now.toISOString();
  const row: SourceRow = {
    id: uuid(),
    school_id: actor.schoolId,
    name: given.name ?? said.name,
    address: plainAddress(given.address),
    set_spec: given.set,
    format: given.format,
    scope: given.scope,
    schedule: given.schedule,
    next_at: dueAfter(given.schedule, now),
    granularity: said.granularity,
    deletions: said.deleted,
    listed_until: null,
    created_by: actor.id,
    created_at: at,
    updated_at: at,
    removed_at: null,
    peer_id: null,
  };
  await metadata.transaction(async (queries) => {
    const same = (await sourcesOfSchool(queries, actor.schoolId)).find((one) => one.address === row.address && one.set_spec === row.set_spec);
    if (same) throw new Refusal('source-already-held', { id: same.id });
    await insertSource(queries, row);
  });
  return row;
}

/** Throws source-not-found for one of another school, or that was removed. */
export async function ownSource(metadata: Metadata, actor: Person, id: string): Promise<SourceRow> {
  const source = await sourceById(metadata.queries, id);
  if (!source || source.school_id !== actor.schoolId || source.removed_at !== null) throw new Refusal('source-not-found', { id });
  return source;
}

export async function editSource(metadata: Metadata, source: SourceRow, changes: z.output<typeof sourceChanges>, now: Date): Promise<void> {
  const { name = source.name, schedule = source.schedule } = changes;
  const next_at = schedule === source.schedule ? source.next_at : dueAfter(schedule, now);
  await changeSource(metadata.queries, source.id, { name, schedule, next_at, updated_at: now.toISOString() });
}

/** Nothing is asked of it any more; what it gave is withdrawn by its job. */
export async function removeSource(metadata: Metadata, source: SourceRow, now: Date): Promise<void> {
  await metadata.transaction((queries) => withdrawSource(queries, source, now));
}

/** removeSource inside the caller's transaction. */
export async function withdrawSource(queries: Queries, source: SourceRow, now: Date): Promise<void> {
  await stopRun(queries, source.id, now);
  await changeSource(queries, source.id, { removed_at: now.toISOString(), next_at: null, updated_at: now.toISOString() });
  await enqueue(queries, { kind: 'harvest', sourceId: source.id });
}
