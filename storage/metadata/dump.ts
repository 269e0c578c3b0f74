import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Metadata, Queries } from './database.ts';
import { type CopyPurpose, type LibraryTable, marks, tablesFor } from './library-tables.ts';
import { storable } from './storable-text.ts';

export type PlainValue = string | number | null;
export type PlainRow = Record<string, PlainValue>;

/** Rows read at once, and about how many characters of lines are handed on at once. */
const rowsAtOnce = 200;
const lineCharacters = 1_000_000;

/** Rows of a table in the order of its primary key, a page at a time: each page begins behind the last row of the one before. */
export async function* rowsInOrder(queries: Queries, { name, key }: Pick<LibraryTable, 'name' | 'key'>): AsyncGenerator<PlainRow[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  let last: PlainRow | undefined;
  for (;;) {
    const behind = last ? sql`where (${columns}) > (${sql.join(key.map((column) => last![column]))})` : sql``;
    const { rows } = await sql<PlainRow>`select * from ${sql.table(name)} ${behind} order by ${columns} limit ${sql.lit(rowsAtOnce)}`.execute(queries);
    if (rows.length > 0) yield rows;
    if (rows.length < rowsAtOnce) return;
    last = rows.at(-1);
  }
}

/**
 * A row as one line of JSON, its columns by name: the same on every database. U+0000, which PostgreSQL cannot hold, is U+FFFD in the line
 * as it is in rows written by this version.
 */
export function lineOf(row: PlainRow): string {
  const plain = Object.keys(row)
    .sort()
    .map((column) => [column, storable(row[column]) as PlainValue]);
  return `${JSON.stringify(Object.fromEntries(plain))}\n`;
}

/** A password of a locked document waits in its job's row until the document is read; it is not for a backup. */
function withoutSecrets(table: string, row: PlainRow): PlainRow {
  const payload = table === 'jobs' ? row['payload_json'] : null;
  if (typeof payload !== 'string' || !payload.includes('"password"')) return row;
  const { password: _password, ...rest } = JSON.parse(payload) as Record<string, unknown>;
  return { ...row, payload_json: JSON.stringify(rest) };
}

const travels = (table: string, row: PlainRow): boolean => table !== 'settings' || !(marks as readonly string[]).includes(String(row['key']));

export interface TableDump {
  table: string;
  rows: number;
  /** Of its lines. */
  sha256: string;
}

export interface LibraryDump {
  /** The last migration that the rows have seen. */
  level: string;
  tables: TableDump[];
  /** Rows in which U+0000 was replaced. */
  replaced: number;
}

/** Takes what is read: `line` one after the other, each ending with a new line. What it throws ends the dump. */
export interface DumpSink {
  row?(table: string, row: PlainRow): void | Promise<void>;
  lines?(table: string, lines: string): Promise<void>;
}

/** All rows of one moment, in an order and a form that depend on the rows alone, while the library is in use. Bounded memory. */
export async function dumpLibrary(metadata: Metadata, purpose: CopyPurpose, sink: DumpSink, signal?: AbortSignal): Promise<LibraryDump> {
  return metadata.snapshot(async (queries) => {
    const level = await migrationLevel(queries);
    const tables: TableDump[] = [];
    let replaced = 0;
    for (const table of tablesFor(purpose)) {
      const hash = createHash('sha256');
      let rows = 0;
      let waiting = '';
      const send = async (): Promise<void> => {
        hash.update(waiting);
        await sink.lines?.(table.name, waiting);
        waiting = '';
      };
      for await (const page of rowsInOrder(queries, table)) {
        signal?.throwIfAborted();
        for (const found of page) {
          if (!travels(table.name, found)) continue;
          const row = purpose === 'backup' ? withoutSecrets(table.name, found) : found;
          if (Object.values(row).some((value) => typeof value === 'string' && value.includes('\0'))) replaced++;
          await sink.row?.(table.name, row);
          waiting += lineOf(row);
          rows++;
          if (waiting.length > lineCharacters) await send();
        }
      }
      await send();
      tables.push({ table: table.name, rows, sha256: hash.digest('hex') });
    }
    return { level, tables, replaced };
  });
}

/** The name of the last migration that ran. */
export async function migrationLevel(queries: Queries): Promise<string> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name desc limit 1`.execute(queries);
  return rows[0]?.name ?? '';
}

export async function countRows(queries: Queries, table: string): Promise<number> {
  const hidden = table === 'settings' ? sql`where key not in (${sql.join([...marks])})` : sql``;
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)} ${hidden}`.execute(queries);
  return Number(rows[0]!.count);
}
