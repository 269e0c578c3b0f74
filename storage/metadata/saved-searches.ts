import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

export type SavedSearchRow = Row<'saved_searches'>;

/** Newest first. */
export const savedSearchesOf = (queries: Queries, personId: string): Promise<SavedSearchRow[]> =>
  queries.selectFrom('saved_searches').selectAll().where('person_id', '=', personId).orderBy('id', 'desc').execute();

export async function insertSavedSearch(queries: Queries, row: NewRow<'saved_searches'>): Promise<void> {
  await queries.insertInto('saved_searches').values(row).execute();
}

/** The row as it is then; undefined where this person has no such search. */
export const updateSavedSearch = (
  queries: Queries,
  personId: string,
  id: string,
  changes: Partial<Pick<SavedSearchRow, 'name' | 'alerts' | 'feed_token' | 'seen_at'>>,
): Promise<SavedSearchRow | undefined> =>
  queries
    .updateTable('saved_searches')
    // An update of nothing is no SQL.
    .set({ id, ...changes })
    .where('id', '=', id)
    .where('person_id', '=', personId)
    .returningAll()
    .executeTakeFirst();

/** False where this person has no such search. */
export async function deleteSavedSearch(queries: Queries, personId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await queries
    .deleteFrom('saved_searches')
    .where('id', '=', id)
    .where('person_id', '=', personId)
    .executeTakeFirst();
  return Number(numDeletedRows) > 0;
}

/** By the secret part of its feed's address; only while the account of its owner is in use. */
export const savedSearchByToken = (queries: Queries, token: string): Promise<SavedSearchRow | undefined> =>
  queries
    .selectFrom('saved_searches')
    .innerJoin('people', 'people.id', 'saved_searches.person_id')
    .selectAll('saved_searches')
    .where('saved_searches.feed_token', '=', token)
    .where('people.disabled', '=', 0)
    .executeTakeFirst();

type Published = Pick<
  Row<'records'>,
  'id' | 'published_at' | 'school_id' | 'state' | 'scope' | 'licence' | 'created_by' | 'deleted_at'
>;

/** Of these records those that stand published since after `instant`, with what decides who may read them. */
export async function publishedAfter(queries: Queries, ids: readonly string[], instant: string): Promise<Published[]> {
  if (ids.length === 0) return [];
  return queries
    .selectFrom('records')
    .select(['id', 'published_at', 'school_id', 'state', 'scope', 'licence', 'created_by', 'deleted_at'])
    .where('id', 'in', [...ids])
    .where('state', '=', 'published')
    .where('deleted_at', 'is', null)
    .where('published_at', '>', instant)
    .execute();
}
