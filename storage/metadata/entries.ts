import type { Queries } from './database.ts';
import type { NewRow, Row } from './tables.ts';

export type DecisionRow = Row<'match_decisions'>;
export type QuestionRow = Row<'match_questions'>;
export type EntryRow = Row<'entry_records'>;

/** Rows in one statement, within what SQLite binds. */
const rowsAtOnce = 1_000;

async function inParts<T>(rows: readonly T[], write: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) await write(rows.slice(at, at + rowsAtOnce));
}

/** The keys of records are these from now on. */
export async function replaceMatchKeys(queries: Queries, recordIds: readonly string[], rows: readonly NewRow<'match_keys'>[]): Promise<void> {
  await queries.deleteFrom('match_keys').where('record_id', 'in', [...recordIds]).execute();
  await inParts(rows, (part) => queries.insertInto('match_keys').values(part).execute());
}

/** Ids of other records with a key that begins with `prefix` (is it, where it does not end with `/`), lowest first. */
export async function recordsOfBlock(queries: Queries, prefix: string, except: string, most: number): Promise<string[]> {
  const rows = await queries
    .selectFrom('match_keys')
    .select('record_id')
    .distinct()
    .$if(prefix.endsWith('/'), (query) => query.where('key', '>=', prefix).where('key', '<', `${prefix.slice(0, -1)}0`))
    .$if(!prefix.endsWith('/'), (query) => query.where('key', '=', prefix))
    .where('record_id', '!=', except)
    .orderBy('record_id')
    .limit(most)
    .execute();
  return rows.map(({ record_id }) => record_id);
}

/** Which entry each belongs to; those that belong to none yet are left out. */
export const entriesOf = (queries: Queries, recordIds: readonly string[]): Promise<EntryRow[]> =>
  queries.selectFrom('entry_records').selectAll().where('record_id', 'in', [...recordIds]).execute();

/** All records of the entries that these records belong to, in the order of their ids. */
export const entryMates = (queries: Queries, recordIds: readonly string[]): Promise<EntryRow[]> =>
  queries
    .selectFrom('entry_records')
    .selectAll()
    .where('entry_id', 'in', (sub) => sub.selectFrom('entry_records as own').select('own.entry_id').where('own.record_id', 'in', [...recordIds]))
    .orderBy('record_id')
    .execute();

export async function putEntries(queries: Queries, rows: readonly EntryRow[]): Promise<void> {
  await inParts(rows, (part) =>
    queries
      .insertInto('entry_records')
      .values(part)
      .onConflict((conflict) => conflict.column('record_id').doUpdateSet(({ ref }) => ({ entry_id: ref('excluded.entry_id'), printing: ref('excluded.printing') })))
      .execute(),
  );
}

/** Records that take no part any more: not published, or gone. */
export async function dropFromEntries(queries: Queries, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await queries.deleteFrom('match_keys').where('record_id', 'in', [...recordIds]).execute();
  await queries.deleteFrom('entry_records').where('record_id', 'in', [...recordIds]).execute();
  await dropQuestions(queries, recordIds);
}

/** Decisions that stand and name one of these records. */
export const decisionsNaming = (queries: Queries, recordIds: readonly string[]): Promise<DecisionRow[]> =>
  queries
    .selectFrom('match_decisions')
    .selectAll()
    .where('undone_at', 'is', null)
    .where(({ or, eb }) => or([eb('one', 'in', [...recordIds]), eb('other', 'in', [...recordIds])]))
    .orderBy('id')
    .execute();

/** All that stand, for what is to be learnt from them. */
export const standingDecisions = (queries: Queries): Promise<Pick<DecisionRow, 'signature' | 'decision' | 'person_id'>[]> =>
  queries.selectFrom('match_decisions').select(['signature', 'decision', 'person_id']).where('undone_at', 'is', null).where('signature', '!=', '').execute();

export async function insertDecisions(queries: Queries, rows: readonly NewRow<'match_decisions'>[]): Promise<void> {
  await inParts(rows, (part) => queries.insertInto('match_decisions').values(part).execute());
}

export const decisionById = (queries: Queries, id: string): Promise<DecisionRow | undefined> =>
  queries.selectFrom('match_decisions').selectAll().where('id', '=', id).executeTakeFirst();

export async function undoDecision(queries: Queries, id: string, at: string): Promise<void> {
  await queries.updateTable('match_decisions').set({ undone_at: at }).where('id', '=', id).execute();
}

/** Of a school, the newest first. */
export const latestDecisions = (queries: Queries, schoolId: string, limit: number): Promise<DecisionRow[]> =>
  queries.selectFrom('match_decisions').selectAll().where('school_id', '=', schoolId).where('undone_at', 'is', null).orderBy('id', 'desc').limit(limit).execute();

export async function dropQuestions(queries: Queries, recordIds: readonly string[]): Promise<void> {
  await queries
    .deleteFrom('match_questions')
    .where(({ or, eb }) => or([eb('one', 'in', [...recordIds]), eb('other', 'in', [...recordIds])]))
    .execute();
}

export async function dropQuestion(queries: Queries, one: string, other: string): Promise<void> {
  await queries.deleteFrom('match_questions').where('one', '=', one).where('other', '=', other).execute();
}

export async function putQuestions(queries: Queries, rows: readonly NewRow<'match_questions'>[]): Promise<void> {
  await inParts(rows, (part) =>
    queries
      .insertInto('match_questions')
      .values(part)
      .onConflict((conflict) => conflict.columns(['one', 'other']).doUpdateSet(({ ref }) => ({ score: ref('excluded.score'), why: ref('excluded.why'), reasons_json: ref('excluded.reasons_json') })))
      .execute(),
  );
}

/** The likeliest first. */
export const questionsToAsk = (queries: Queries, limit: number): Promise<QuestionRow[]> =>
  queries.selectFrom('match_questions').selectAll().orderBy('score', 'desc').orderBy('one').orderBy('other').limit(limit).execute();
