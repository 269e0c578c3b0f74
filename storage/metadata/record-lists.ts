import type { ExpressionBuilder, SelectQueryBuilder } from 'kysely';
import type { Queries } from './database.ts';
import type { RecordRow } from './records.ts';
import type { Tables } from './tables.ts';

/** One way of being allowed to list a record; all parts that are given must hold. */
export interface Reach {
  schoolId?: string;
  createdBy?: string;
  scopes?: readonly RecordRow['scope'][];
  exceptLicences?: readonly string[];
}

export interface ListedRecords {
  /** Instant that sorts the list, newest first. */
  by: 'published_at' | 'updated_at' | 'deleted_at';
  state: RecordRow['state'] | null;
  deleted: boolean;
  /** A record is listed when one of these holds. */
  reach: readonly Reach[];
  after: { instant: string; id: string } | null;
  limit: number;
}

export type ListedRecordRow = RecordRow & { creator_name: string | null };

/** One keyset page. */
export async function listRecords(queries: Queries, list: ListedRecords): Promise<ListedRecordRow[]> {
  const column = `records.${list.by}` as const;
  let query = matching(
    queries
      .selectFrom('records')
      .leftJoin('people', 'people.id', 'records.created_by')
      .selectAll('records')
      .select('people.name as creator_name'),
    list,
  );
  const { after } = list;
  if (after)
    query = query.where(({ or, and, eb }) =>
      or([eb(column, '<', after.instant), and([eb(column, '=', after.instant), eb('records.id', '<', after.id)])]),
    );
  return (await query
    .orderBy(column, 'desc')
    .orderBy('records.id', 'desc')
    .limit(list.limit)
    .execute()) as ListedRecordRow[];
}

export async function countListed(queries: Queries, list: ListedRecords): Promise<number> {
  const query = matching(
    queries.selectFrom('records').select(({ fn }) => fn.countAll<number>().as('count')),
    list,
  );
  const row = (await query.executeTakeFirstOrThrow()) as { count: number };
  return Number(row.count);
}

type Records = Pick<Tables, 'records'>;

function matching<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  list: ListedRecords,
): SelectQueryBuilder<DB, TB, O> {
  // The joined query and the counting one differ only in columns that this does not touch.
  let narrowed = query as unknown as SelectQueryBuilder<Records, 'records', O>;
  if (list.state) narrowed = narrowed.where('records.state', '=', list.state);
  // The school's own; of others' only what a person has hidden, who may want to show it again.
  if (list.state !== 'withdrawn') narrowed = narrowed.where('records.source_id', 'is', null);
  else narrowed = narrowed.where(({ or, eb }) => or([eb('records.source_id', 'is', null), eb('records.withdrawn_by', 'is not', null)]));
  narrowed = narrowed.where('records.deleted_at', list.deleted ? 'is not' : 'is', null);
  narrowed = narrowed.where((eb) => eb.or(list.reach.map((reach) => reachable(eb, reach))));
  return narrowed as unknown as SelectQueryBuilder<DB, TB, O>;
}

function reachable(eb: ExpressionBuilder<Records, 'records'>, reach: Reach) {
  const parts = [];
  if (reach.schoolId !== undefined) parts.push(eb('records.school_id', '=', reach.schoolId));
  if (reach.createdBy !== undefined) parts.push(eb('records.created_by', '=', reach.createdBy));
  if (reach.scopes) parts.push(eb('records.scope', 'in', [...reach.scopes]));
  if (reach.exceptLicences) parts.push(eb('records.licence', 'not in', [...reach.exceptLicences]));
  return eb.and(parts);
}
