import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

export type PersonRow = Row<'people'>;
/** A person with the school they belong to, in one row. */
export type PersonWithSchool = PersonRow & { school_code: string; school_name: string; school_accent: string; school_disabled: number };

const personWithSchool = (queries: Queries) =>
  queries
    .selectFrom('people')
    .innerJoin('organisations', 'organisations.id', 'people.school_id')
    .selectAll('people')
    .select([
      'organisations.code as school_code',
      'organisations.name as school_name',
      'organisations.accent as school_accent',
      'organisations.disabled as school_disabled',
    ]);

export const personById = (queries: Queries, id: string): Promise<PersonWithSchool | undefined> =>
  personWithSchool(queries).where('people.id', '=', id).executeTakeFirst();

export const personByUsername = (queries: Queries, username: string): Promise<PersonWithSchool | undefined> =>
  personWithSchool(queries).where('people.username', '=', username).executeTakeFirst();

export const peopleOfSchool = (queries: Queries, schoolId: string): Promise<PersonWithSchool[]> =>
  personWithSchool(queries).where('people.school_id', '=', schoolId).orderBy('people.username').execute();

export async function insertPerson(queries: Queries, row: NewRow<'people'>): Promise<void> {
  await queries.insertInto('people').values(row).execute();
}

/** False when somebody changed the row since `version` was read. */
export async function updatePerson(queries: Queries, id: string, version: number, changes: Partial<NewRow<'people'>>): Promise<boolean> {
  const result = await queries
    .updateTable('people')
    .set({ ...changes, version: version + 1, updated_at: new Date().toISOString() })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

export async function setPassword(queries: Queries, personId: string, hash: string, mustChange: boolean): Promise<void> {
  await queries
    .updateTable('people')
    .set({ password_hash: hash, must_change_password: mustChange ? 1 : 0, updated_at: new Date().toISOString() })
    .where('id', '=', personId)
    .execute();
}

export async function setLanguage(queries: Queries, personId: string, language: string): Promise<void> {
  await queries.updateTable('people').set({ language }).where('id', '=', personId).execute();
}

/** Active people of a school who have one of these roles. */
export async function activePeople(queries: Queries, schoolId: string, roles: readonly string[]): Promise<number> {
  const row = await queries
    .selectFrom('people')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('school_id', '=', schoolId)
    .where('role', 'in', roles)
    .where('disabled', '=', 0)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Names of everybody with an account, in no order. */
export async function namesOfPeople(queries: Queries): Promise<string[]> {
  return (await queries.selectFrom('people').select('name').distinct().execute()).map(({ name }) => name);
}
