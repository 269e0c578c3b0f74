import { sql } from 'kysely';
import type { Queries } from './database.ts';
import type { Row } from './tables.ts';

export type HarvestItem = Row<'harvest_items'>;

/** Whom a list is for: everybody, or the staff of the sharing group's schools, who see what everybody sees and more. */
export type HarvestView = 'public' | 'sector';

/** UTC to the second, as OAI-PMH dates (section 3.3): 2026-11-25T07:00:00Z */
export const oaiInstant = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/**
 * A transaction's own time lies before its end, and whoever harvests up to this moment would never hear of what ends a moment later.
 * So a change is dated later than any transaction takes.
 */
export const aheadMs = 2_000;
const datestampOf = (at: Date): string => oaiInstant(new Date(at.getTime() + aheadMs));

export interface HarvestState {
  recordId: string;
  schoolId: string;
  /** When it came to stand so. */
  at: Date;
  inPublic: boolean;
  inSector: boolean;
  /** Set specs it belongs to, none twice. */
  sets: readonly string[];
}

/** Keeps how a record stands. One that was never shown outside its school leaves no trace. MUST run in a transaction. */
export async function keepHarvestItem(queries: Queries, state: HarvestState): Promise<void> {
  const { recordId: record_id, schoolId: school_id } = state;
  const datestamp = datestampOf(state.at);
  const [in_public, in_sector] = [Number(state.inPublic), Number(state.inSector)];
  const known = await harvestItem(queries, 'sector', record_id);
  if (!known && in_sector === 0) return;
  const was_public = Math.max(in_public, known?.was_public ?? 0);
  await queries
    .insertInto('harvest_items')
    .values({ record_id, school_id, datestamp, in_public, in_sector, was_public })
    .onConflict((conflict) => conflict.column('record_id').doUpdateSet({ datestamp, in_public, in_sector, was_public }))
    .execute();
  await queries.deleteFrom('harvest_sets').where('record_id', '=', record_id).execute();
  if (state.sets.length === 0) return;
  await queries
    .insertInto('harvest_sets')
    .values(state.sets.map((spec) => ({ spec, record_id })))
    .execute();
}

/** Its files have changed, and with them what formats say of it. */
export async function redateHarvestItem(queries: Queries, recordId: string, at: Date): Promise<void> {
  await queries.updateTable('harvest_items').set({ datestamp: datestampOf(at) }).where('record_id', '=', recordId).execute();
}

export interface HarvestScope {
  view: HarvestView;
  set: string | null;
  /** Datestamps, both included. */
  from: string | null;
  until: string | null;
}

export const itemsIn = (queries: Queries, { view, set, from, until }: HarvestScope) =>
  queries
    .selectFrom('harvest_items')
    .$if(view === 'public', (query) => query.where('was_public', '=', 1))
    .$if(from !== null, (query) => query.where('datestamp', '>=', from!))
    .$if(until !== null, (query) => query.where('datestamp', '<=', until!))
    .$if(set !== null, (query) =>
      query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('harvest_sets')
            .select('spec')
            // In a set is what is in one below it; below `grade` is what lies between `grade:` and `grade;`.
            .where(({ or, and, eb }) => or([eb('spec', '=', set!), and([eb('spec', '>=', `${set}:`), eb('spec', '<', `${set};`)])]))
            .whereRef('harvest_sets.record_id', '=', 'harvest_items.record_id'),
        ),
      ),
    );

/** As many as are looked for by their datestamps and put in order here, before the whole list is walked instead. */
const mostSorted = 2_000;

/**
 * Items after `after` in the order of their records' ids. Not of datestamps: a record that changes while a list is being read would move
 * to its end and be told twice, or out of it and not be told. Ids never change.
 */
export async function harvestPage(queries: Queries, scope: HarvestScope, after: string | null, limit: number): Promise<HarvestItem[]> {
  if (scope.from !== null) {
    // What changed lately is little of a large library; the walk by ids would look at all of it.
    const recent = await itemsIn(queries, scope).selectAll().orderBy('datestamp').orderBy('record_id').limit(mostSorted + 1).execute();
    if (recent.length <= mostSorted) {
      const due = recent.filter(({ record_id }) => after === null || record_id > after);
      return due.sort((a, b) => (a.record_id < b.record_id ? -1 : 1)).slice(0, limit);
    }
  }
  return itemsIn(queries, scope)
    .selectAll()
    .$if(after !== null, (query) => query.where('record_id', '>', after!))
    .orderBy('record_id')
    .limit(limit)
    .execute();
}

export async function harvestCount(queries: Queries, scope: HarvestScope): Promise<number> {
  const { count } = await itemsIn(queries, scope).select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return Number(count);
}

/** An item that the view knows of, deleted or not. */
export const harvestItem = (queries: Queries, view: HarvestView, recordId: string): Promise<HarvestItem | undefined> =>
  itemsIn(queries, { view, set: null, from: null, until: null }).selectAll().where('record_id', '=', recordId).executeTakeFirst();

/** Null while there is nothing. */
export async function earliestDatestamp(queries: Queries): Promise<string | null> {
  const row = await queries.selectFrom('harvest_items').select('datestamp').orderBy('datestamp').limit(1).executeTakeFirst();
  return row?.datestamp ?? null;
}

/** Specs of the sets of items, in their order; an item in none is left out. One row an item: a row a set costs twice as much. */
export async function setsOfItems(queries: Queries, recordIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await queries
    .selectFrom('harvest_sets')
    .select(['record_id', sql<string>`string_agg(spec, ' ' order by spec)`.as('specs')])
    .where('record_id', 'in', [...recordIds])
    .groupBy('record_id')
    .execute();
  return new Map(rows.map(({ record_id, specs }) => [record_id, specs.split(' ')]));
}

const toldColumns = ['id', 'school_id', 'state', 'description_json', 'licence', 'scope', 'created_by', 'created_at', 'updated_at', 'withdrawn_at', 'withdrawn_by', 'withdrawn_reason', 'deleted_at', 'source_id'] as const;
export type ToldRecord = Pick<Row<'records'>, (typeof toldColumns)[number]>;

/** Of records, what formats tell and what decides who is told. Each column that is not read saves a twentieth of the time. */
export const recordsToTell = (queries: Queries, ids: readonly string[]): Promise<ToldRecord[]> =>
  queries.selectFrom('records').select(toldColumns).where('id', 'in', [...ids]).execute();

const toldFileColumns = ['id', 'record_id', 'name', 'media_type', 'size', 'page_count'] as const;
export type ToldFile = Pick<Row<'files'>, (typeof toldFileColumns)[number]>;

/** Their files that have not been removed, in the order of each record. */
export const filesToTell = (queries: Queries, recordIds: readonly string[]): Promise<ToldFile[]> =>
  queries.selectFrom('files').select(toldFileColumns).where('record_id', 'in', [...recordIds]).where('removed_at', 'is', null).orderBy('record_id').orderBy('position').orderBy('id').execute();

/** Specs of the sets with something in them that the view knows of. */
export async function usedSets(queries: Queries, view: HarvestView): Promise<string[]> {
  const rows = await queries
    .selectFrom('harvest_sets')
    .innerJoin('harvest_items', 'harvest_items.record_id', 'harvest_sets.record_id')
    .select('spec')
    .distinct()
    .$if(view === 'public', (query) => query.where('was_public', '=', 1))
    .orderBy('spec')
    .execute();
  return rows.map(({ spec }) => spec);
}
