import type { Queries } from './database.ts';

/** Sums over all processes that nobody could count afterwards. Closed, so that a slip of the pen is no new counter. */
export type CounterName = 'ingest-pages';

/** Adds to sums; those that are not there yet begin at nothing. */
export async function addToCounters(queries: Queries, amounts: Partial<Record<CounterName, number>>): Promise<void> {
  for (const [name, amount] of Object.entries(amounts)) {
    if (amount === 0) continue;
    await queries
      .insertInto('counters')
      .values({ name, value: amount })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(({ eb }) => ({ value: eb('counters.value', '+', amount) })))
      .execute();
  }
}

/** Every sum; one that was never added to is 0. */
export async function counterValues(queries: Queries): Promise<Record<CounterName, number>> {
  const rows = await queries.selectFrom('counters').selectAll().execute();
  const value = (name: CounterName): number => Number(rows.find((row) => row.name === name)?.value ?? 0);
  return { 'ingest-pages': value('ingest-pages') };
}
