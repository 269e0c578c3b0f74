import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

export type OrganisationRow = Row<'organisations'>;

export async function insertOrganisation(queries: Queries, row: NewRow<'organisations'>): Promise<void> {
  await queries.insertInto('organisations').values(row).execute();
}

export const organisationByCode = (queries: Queries, code: string): Promise<OrganisationRow | undefined> =>
  queries.selectFrom('organisations').selectAll().where('code', '=', code).executeTakeFirst();

/** Schools in the order they joined. The first is the one guests see. */
export const schools = (queries: Queries): Promise<OrganisationRow[]> =>
  queries.selectFrom('organisations').selectAll().where('kind', '=', 'school').orderBy('created_at').orderBy('id').execute();

export async function setting<T>(queries: Queries, key: string): Promise<T | null> {
  const row = await queries.selectFrom('settings').select('value_json').where('key', '=', key).executeTakeFirst();
  return row ? (JSON.parse(row.value_json) as T) : null;
}

export async function putSetting(queries: Queries, key: string, value: unknown): Promise<void> {
  const value_json = JSON.stringify(value);
  await queries
    .insertInto('settings')
    .values({ key, value_json })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value_json }))
    .execute();
}

export async function removeSetting(queries: Queries, key: string): Promise<void> {
  await queries.deleteFrom('settings').where('key', '=', key).execute();
}
