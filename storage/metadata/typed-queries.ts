import type { Queries } from './database.ts';
import type { Row } from './tables.ts';

/** How often words were searched for: no person, no address, no time finer than a week. */

/** Counts so many more. Of the ways it was written the one that `better` names stays. */
export async function countTypedQuery(
  queries: Queries,
  { fold, text, count, week }: { fold: string; text: string; count: number; week: string },
  better: (known: string, text: string) => string,
): Promise<void> {
  const known = await queries.selectFrom('typed_queries').select('text').where('fold', '=', fold).executeTakeFirst();
  const written = known ? better(known.text, text) : text;
  await queries
    .insertInto('typed_queries')
    .values({ fold, text: written, count, week })
    .onConflict((conflict) =>
      conflict
        .column('fold')
        .doUpdateSet(({ eb }) => ({ count: eb('typed_queries.count', '+', count), text: written, week })),
    )
    .execute();
}

/** Those that begin with `fold`, counted at least `least` times, the most asked first. */
export const typedQueriesFrom = (
  queries: Queries,
  fold: string,
  least: number,
  limit: number,
): Promise<Row<'typed_queries'>[]> =>
  queries
    .selectFrom('typed_queries')
    .selectAll()
    .where('fold', '>=', fold)
    .where('fold', '<', `${fold}\u{10ffff}`)
    .where('count', '>=', least)
    .orderBy('count', 'desc')
    .orderBy('fold')
    .limit(limit)
    .execute();

/** Forgets what nobody has asked for since before `week`, or (null) all. */
export async function forgetTypedQueries(queries: Queries, week: string | null): Promise<void> {
  await queries
    .deleteFrom('typed_queries')
    .$if(week !== null, (query) => query.where('week', '<', week!))
    .execute();
}
