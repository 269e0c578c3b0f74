import { sql } from 'kysely';
import type { Metadata, Queries } from './database.ts';

/** One kind of job in one state. `oldest`: when the first of them was queued. */
export interface QueueLine {
  kind: string;
  state: 'queued' | 'running' | 'failed';
  count: number;
  oldest: string;
}

/** How many jobs wait, run and have failed for good, by kind. A failed one whose like was queued again later no longer counts. */
export async function queueLines(queries: Queries): Promise<QueueLine[]> {
  const rows = await queries
    .selectFrom('jobs')
    .select(({ fn }) => ['kind', 'state', fn.countAll<number>().as('count'), fn.min('created_at').as('oldest')])
    .where('state', 'in', ['queued', 'running', 'failed'])
    .where(({ or, eb, not, exists, selectFrom }) =>
      or([
        eb('state', '!=', 'failed'),
        not(exists(selectFrom('jobs as later').select('later.id').whereRef('later.key', '=', 'jobs.key').whereRef('later.id', '>', 'jobs.id'))),
      ]),
    )
    .groupBy(['kind', 'state'])
    .orderBy('kind')
    .orderBy('state')
    .execute();
  return rows.map(({ kind, state, count, oldest }) => ({ kind, state: state as QueueLine['state'], count: Number(count), oldest }));
}

/** Originals that are kept: the same bytes held twice lie in the store once. */
export async function originalsHeld(queries: Queries): Promise<{ count: number; bytes: number }> {
  const each = queries.selectFrom('files').select(({ fn }) => ['object_key', fn.max('size').as('size')]).groupBy('object_key');
  const row = await queries
    .selectFrom(each.as('held'))
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.sum<number | null>('size').as('bytes')])
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), bytes: Number(row.bytes ?? 0) };
}

/** The server's version, and what the library's tables and indexes take on its disk. */
export async function databaseSize({ kind, queries }: Pick<Metadata, 'kind' | 'queries'>): Promise<{ version: string; bytes: number }> {
  const asked =
    kind === 'sqlite'
      ? sql<{ version: string; bytes: number }>`select sqlite_version() as version, page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`
      : sql<{ version: string; bytes: number }>`select current_setting('server_version') as version, coalesce(sum(pg_total_relation_size(oid)), 0) as bytes
          from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace`;
  const row = (await asked.execute(queries)).rows[0]!;
  return { version: row.version.split(' ')[0]!, bytes: Number(row.bytes) };
}
