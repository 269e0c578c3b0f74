import type { Queries } from './database.ts';
import { type HarvestItem, itemsIn } from './harvest-items.ts';
import type { Row } from './tables.ts';

const decisive = ['records.id', 'records.school_id', 'records.state', 'records.scope', 'records.licence', 'records.created_by', 'records.deleted_at'] as const;

/** A record that everybody may find, with what decides about it. */
export type PublicBook = Pick<Row<'records'>, 'id' | 'school_id' | 'state' | 'scope' | 'licence' | 'created_by' | 'deleted_at' | 'title' | 'published_at'>;

/** Records with pages, of one set (setSpec) or of all, in the order of their ids. `after` is '' for the first. A set is walked along its own key: one with nothing in it costs nothing. */
export function publicBooks(queries: Queries, spec: string | null, after: string, limit: number): Promise<PublicBook[]> {
  const found = queries
    .selectFrom('harvest_items')
    .innerJoin('records', 'records.id', 'harvest_items.record_id')
    .select([...decisive, 'records.title', 'records.published_at'])
    .where('harvest_items.in_public', '=', 1)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('files').select('files.id').whereRef('files.record_id', '=', 'records.id').where('files.removed_at', 'is', null).where('files.page_count', '>', 0)),
    )
    .limit(limit);
  if (spec === null) return found.where('harvest_items.record_id', '>', after).orderBy('harvest_items.record_id').execute();
  return found
    .innerJoin('harvest_sets', 'harvest_sets.record_id', 'harvest_items.record_id')
    .where('harvest_sets.spec', '=', spec)
    .where('harvest_sets.record_id', '>', after)
    .orderBy('harvest_sets.record_id')
    .execute();
}

export type PagedFile = Pick<Row<'files'>, 'id' | 'record_id' | 'name' | 'page_count' | 'removed_at'>;

/** All files with pages that records have or had, in the order of each record. */
export const pagedFiles = (queries: Queries, recordIds: readonly string[]): Promise<PagedFile[]> =>
  queries
    .selectFrom('files')
    .select(['id', 'record_id', 'name', 'page_count', 'removed_at'])
    .where('record_id', 'in', [...recordIds])
    .where('page_count', '>', 0)
    .orderBy('record_id')
    .orderBy('position')
    .orderBy('id')
    .execute();

/** A place in the changes: after this datestamp and id. */
export interface ChangePlace {
  datestamp: string;
  recordId: string;
}

/** What was public once and has or had pages, by when it changed last: after one place and up to another, itself included. */
const changedBooks = (queries: Queries, until: string, after: ChangePlace | null, upTo: ChangePlace | null) =>
  itemsIn(queries, { view: 'public', set: null, from: null, until })
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('files').select('files.id').whereRef('files.record_id', '=', 'harvest_items.record_id').where('files.page_count', '>', 0)),
    )
    .$if(after !== null, (query) =>
      query.where(({ or, and, eb }) => or([eb('datestamp', '>', after!.datestamp), and([eb('datestamp', '=', after!.datestamp), eb('record_id', '>', after!.recordId)])])),
    )
    .$if(upTo !== null, (query) =>
      query.where(({ or, and, eb }) => or([eb('datestamp', '<', upTo!.datestamp), and([eb('datestamp', '=', upTo!.datestamp), eb('record_id', '<=', upTo!.recordId)])])),
    );

/** In the order in which they changed, until a moment. */
export const changesBetween = (queries: Queries, after: ChangePlace | null, upTo: ChangePlace | null, until: string, limit: number): Promise<HarvestItem[]> =>
  changedBooks(queries, until, after, upTo).selectAll().orderBy('datestamp').orderBy('record_id').limit(limit).execute();

/** The places of so many of them: the first ones after a place, or the last ones up to a place, those last ones first. Null: from the beginning, up to the end. */
export async function changePlaces(queries: Queries, way: 'after' | 'up to', place: ChangePlace | null, until: string, limit: number): Promise<ChangePlace[]> {
  const forth = way === 'after';
  const direction = forth ? 'asc' : 'desc';
  const rows = await changedBooks(queries, until, forth ? place : null, forth ? null : place)
    .select(['datestamp', 'record_id'])
    .orderBy('datestamp', direction)
    .orderBy('record_id', direction)
    .limit(limit)
    .execute();
  return rows.map(({ datestamp, record_id }) => ({ datestamp, recordId: record_id }));
}

/** When records were published, and what decides about them. */
export const decidingRecords = (queries: Queries, ids: readonly string[]): Promise<PublicBook[]> =>
  queries.selectFrom('records').select([...decisive, 'records.title', 'records.published_at']).where('records.id', 'in', [...ids]).execute();
