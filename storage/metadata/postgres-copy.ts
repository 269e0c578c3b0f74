import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Kysely, sql, type Transaction } from 'kysely';

const rowsAtOnce = 500;

/**
 * Writes every table of the connection's schema as gzipped JSON lines: `{"table","columns"}`, then one array of values a row in the order of
 * those columns. It asks the server which tables there are, because a copy made before a change of the tables holds the older ones.
 * MUST run in a snapshot. A copy that was cut off never has the name of a whole one.
 */
export async function writeCopy<T>(queries: Transaction<T>, path: string): Promise<void> {
  const part = `${path}.part`;
  try {
    await pipeline(Readable.from(lines(queries)), createGzip(), createWriteStream(part, { flags: 'wx' }));
    const file = await open(part, 'r+');
    await file.sync();
    await file.close();
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function* lines<T>(queries: Transaction<T>): AsyncGenerator<string> {
  for (const { table, columns } of await tablesOf(queries)) {
    yield `${JSON.stringify({ table, columns })}\n`;
    const listed = sql.join(columns.map((column) => sql.ref(column)));
    await sql`declare copying no scroll cursor for select ${listed} from ${sql.table(table)}`.execute(queries);
    for (;;) {
      const { rows } = await sql<Record<string, unknown>>`fetch forward ${sql.lit(rowsAtOnce)} from copying`.execute(queries);
      for (const row of rows) yield `${JSON.stringify(columns.map((column) => row[column]))}\n`;
      if (rows.length < rowsAtOnce) break;
    }
    await sql`close copying`.execute(queries);
  }
}

async function tablesOf<T>(queries: Kysely<T>): Promise<{ table: string; columns: string[] }[]> {
  const { rows } = await sql<{ table: string; columns: string[] }>`
    select c.relname::text as "table", array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace group by c.relname order by c.relname`.execute(queries);
  return rows;
}
