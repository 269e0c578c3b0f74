import { Kysely, type KyselyConfig, type Transaction } from 'kysely';
import type { Metadata } from './database.ts';
import { openSqlite } from './sqlite-dialect.ts';
import type { Tables } from './tables.ts';

/** The library's rows in one file on a local disk. Any number of processes of this machine may open it. */
export async function openSqliteMetadata(path: string): Promise<Metadata> {
  const { dialect, database } = openSqlite(path);
  let count = 0;
  const log: KyselyConfig['log'] = (event) => {
    if (event.level === 'query') count++;
  };
  const queries = new Kysely<Tables>({ dialect, log });
  return {
    kind: 'sqlite',
    queries,
    transaction: (work) => queries.transaction().execute(work),
    async snapshot<T>(work: (queries: Transaction<Tables>) => Promise<T>) {
      // A connection of its own: the other one must stay free for writers as long as the reading takes.
      const reading = new Kysely<Tables>({ dialect: openSqlite(path, 'reader').dialect });
      try {
        return await reading.transaction().execute(work);
      } finally {
        await reading.destroy();
      }
    },
    changeTables: (work) => work(queries),
    async backupTo(target) {
      // VACUUM INTO reads one consistent snapshot and leaves no half file behind a name that looks complete.
      database.exec(`vacuum into '${target.replaceAll("'", "''")}'`);
    },
    async lock(name) {
      const holder = openSqlite(`${path}.${name}.lock`).database;
      holder.exec('pragma busy_timeout = 120000; begin exclusive');
      return async () => {
        holder.exec('rollback');
        holder.close();
      };
    },
    statements: () => count,
    close: () => queries.destroy(),
  };
}
