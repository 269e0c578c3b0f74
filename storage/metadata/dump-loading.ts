import { sql } from 'kysely';
import type { Metadata, Queries } from './database.ts';
import { countRows, type PlainRow } from './dump.ts';
import { formerTables, libraryTables, migrationTables } from './library-tables.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/all.ts';

/** A line that is no row of its table. */
export class DumpDamaged extends Error {
  constructor(
    readonly table: string,
    readonly line: number,
    options?: ErrorOptions,
  ) {
    super(`line ${line} of ${table} is no row`, options);
    this.name = 'DumpDamaged';
  }
}

/** SQLite binds 32,766 values at most in a statement. */
const mostValues = 20_000;
const mostRows = 500;
const mostCharacters = 4_000_000;

/** False: the copy is from a newer version. */
export const knownLevel = (level: string): boolean => level in migrations;

/** Removes every table of the library: what it held is gone. */
export async function dropLibrary(metadata: Metadata): Promise<void> {
  const names = [...[...libraryTables].reverse().map(({ name }) => name as string), ...formerTables, ...migrationTables];
  // One after the other where a row may refer to another table: those that refer go first.
  await metadata.transaction(async (queries) => {
    for (const name of names) await sql`drop table if exists ${sql.table(name)}`.execute(queries);
  });
}

/** Makes the tables as they were after `level`, so that rows of an older copy fit; null: as they are in this version. */
export async function migrateTo(metadata: Metadata, level: string | null, backups: string): Promise<void> {
  const steps = Object.fromEntries(Object.entries(migrations).filter(([name]) => level === null || name <= level));
  await migrate(metadata, backups, new Date(), steps);
}

const columnName = /^[a-z][a-z0-9_]{0,62}$/;

function rowOf(table: string, line: string, number: number, columns: string | null): PlainRow {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (error) {
    throw new DumpDamaged(table, number, { cause: error });
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw new DumpDamaged(table, number);
  const entries = Object.entries(row as Record<string, unknown>);
  const plain = entries.every(([name, value]) => columnName.test(name) && (value === null || typeof value === 'string' || typeof value === 'number'));
  if (!plain || entries.length === 0 || (columns !== null && columns !== Object.keys(row).join())) throw new DumpDamaged(table, number);
  return row as PlainRow;
}

/**
 * Puts the lines of dumpLibrary into the table, in transactions. Lines stand in the order of the primary key, so as many as the table has
 * rows already are passed over: a load that was cut off goes on when it is called again. Answers the rows that the table has then.
 */
export async function loadTable(metadata: Metadata, table: string, lines: AsyncIterable<string>, signal?: AbortSignal): Promise<number> {
  const there = await countRows(metadata.queries, table);
  let number = 0;
  let columns: string | null = null;
  let rows: PlainRow[] = [];
  let characters = 0;
  const insert = async (): Promise<void> => {
    signal?.throwIfAborted();
    const batch = rows;
    rows = [];
    characters = 0;
    if (batch.length === 0) return;
    try {
      await metadata.transaction(async (queries) => insertRows(queries, table, batch));
    } catch (error) {
      // A constraint or an unknown column: the lines are not of this table. The database being away is not their fault.
      if (/constraint|column|foreign key|null value|unique/i.test(error instanceof Error ? error.message : '')) throw new DumpDamaged(table, number, { cause: error });
      throw error;
    }
  };
  for await (const line of lines) {
    number++;
    if (number <= there) continue;
    const row = rowOf(table, line, number, columns);
    columns ??= Object.keys(row).join();
    rows.push(row);
    characters += line.length;
    if (rows.length >= mostRows || characters > mostCharacters) await insert();
  }
  await insert();
  return Math.max(number, there);
}

async function insertRows(queries: Queries, table: string, rows: PlainRow[]): Promise<void> {
  const columns = Object.keys(rows[0]!);
  const atOnce = Math.max(1, Math.floor(mostValues / columns.length));
  for (let start = 0; start < rows.length; start += atOnce) {
    const values = rows.slice(start, start + atOnce).map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
    await sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))}) values ${sql.join(values)}`.execute(queries);
  }
}
