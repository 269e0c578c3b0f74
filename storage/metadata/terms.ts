import { sql } from 'kysely';
import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

/** Counts the changes of the vocabularies, so that every process knows when to read them again. */
const versionKey = 'vocabularies-version';

/** All terms, in the order of their vocabularies' pick lists. */
export async function allTerms(queries: Queries): Promise<Row<'terms'>[]> {
  return queries.selectFrom('terms').selectAll().orderBy('vocabulary').orderBy('position').orderBy('code').execute();
}

export async function termByCode(
  queries: Queries,
  vocabulary: string,
  code: string,
): Promise<Row<'terms'> | undefined> {
  return queries
    .selectFrom('terms')
    .selectAll()
    .where('vocabulary', '=', vocabulary)
    .where('code', '=', code)
    .executeTakeFirst();
}

/** Adds the terms that are not there yet and leaves the others as people have edited them. Answers how many were added. */
export async function insertMissingTerms(queries: Queries, rows: NewRow<'terms'>[]): Promise<number> {
  let added = 0;
  // SQLite binds at most 32,766 values in a statement; nine a row.
  for (let start = 0; start < rows.length; start += 500) {
    const result = await queries
      .insertInto('terms')
      .values(rows.slice(start, start + 500))
      .onConflict((conflict) => conflict.columns(['vocabulary', 'code']).doNothing())
      .executeTakeFirst();
    added += Number(result.numInsertedOrUpdatedRows ?? 0n);
  }
  return added;
}

/** Adds or replaces one term. */
export async function saveTerm(queries: Queries, row: NewRow<'terms'>): Promise<void> {
  const { vocabulary: _vocabulary, code: _code, ...rest } = row;
  await queries
    .insertInto('terms')
    .values(row)
    .onConflict((conflict) => conflict.columns(['vocabulary', 'code']).doUpdateSet(rest))
    .execute();
}

export async function vocabulariesVersion(queries: Queries): Promise<number> {
  const row = await queries
    .selectFrom('settings')
    .select('value_json')
    .where('key', '=', versionKey)
    .executeTakeFirst();
  return row ? Number(row.value_json) : 0;
}

/** MUST run in the transaction that changes a term. */
export async function bumpVocabulariesVersion(queries: Queries): Promise<void> {
  await queries
    .insertInto('settings')
    .values({ key: versionKey, value_json: '1' })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ value_json: sql<string>`cast(cast(settings.value_json as integer) + 1 as text)` }),
    )
    .execute();
}
