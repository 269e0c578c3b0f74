import { hostname } from 'node:os';
import type { Queries } from './database.ts';
import type { Row } from './tables.ts';

/** A process renews its row three times as often. */
export const aliveSeconds = 15;

/** What lies further ahead was written by a clock that has since been set back. */
const furthestMs = 3600_000;
const forgottenMs = 3600_000;

export interface LiveProcess {
  id: string;
  kind: 'web' | 'worker';
  version: string;
  startedAt: string;
}

/** Says that a process lives. */
export async function processSeen(queries: Queries, { id, kind, version, startedAt }: LiveProcess, now = Date.now()): Promise<void> {
  const seen_at = new Date(now).toISOString();
  await queries
    .insertInto('processes')
    .values({ id, kind, host: hostname(), version, started_at: startedAt, seen_at })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at }))
    .execute();
  await queries
    .deleteFrom('processes')
    .where('seen_at', '<', new Date(now - forgottenMs).toISOString())
    .execute();
}

export async function processGone(queries: Queries, id: string): Promise<void> {
  await queries.deleteFrom('processes').where('id', '=', id).execute();
}

/** Processes that have been seen lately, oldest first. */
export async function processesAlive(queries: Queries, now = Date.now()): Promise<Row<'processes'>[]> {
  return queries
    .selectFrom('processes')
    .selectAll()
    .where('seen_at', '>', new Date(now - aliveSeconds * 1000).toISOString())
    .where('seen_at', '<', new Date(now + furthestMs).toISOString())
    .orderBy('started_at')
    .orderBy('id')
    .execute();
}

export async function workersAlive(queries: Queries): Promise<number> {
  return (await processesAlive(queries)).filter(({ kind }) => kind === 'worker').length;
}
