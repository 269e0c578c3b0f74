import { Kysely, type KyselyConfig, type Transaction } from 'kysely';
import { openSqlite } from './sqlite-dialect.ts';
import type { Tables } from './tables.ts';

/** A connection or a transaction: what every query function takes, so that none can reach past the transaction it is in. */
export type Queries = Kysely<Tables> | Transaction<Tables>;

export interface Metadata {
  queries: Kysely<Tables>;
  /**
   * All or nothing. Await only queries inside: on SQLite the one connection is held until the work ends.
   */
  transaction<T>(work: (queries: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Copies the database as it is now into a new file, while it is in use. */
  backupTo(path: string): Promise<void>;
  /** Waits for the named lock among all processes of this library; the system frees it when its holder dies. */
  lock(name: string): Promise<() => void>;
  /** Number of statements run since opening; tests count queries per request with it. */
  statements(): number;
  close(): Promise<void>;
}

export async function openMetadata(path: string): Promise<Metadata> {
  const { dialect, database } = openSqlite(path);
  let count = 0;
  const log: KyselyConfig['log'] = (event) => {
    if (event.level === 'query') count++;
  };
  const queries = new Kysely<Tables>({ dialect, log });
  return {
    queries,
    transaction: (work) => queries.transaction().execute(work),
    async backupTo(target) {
      // VACUUM INTO reads one consistent snapshot and leaves no half file behind a name that looks complete.
      database.exec(`vacuum into '${target.replaceAll("'", "''")}'`);
    },
    async lock(name) {
      const holder = openSqlite(`${path}.${name}.lock`).database;
      holder.exec('pragma busy_timeout = 120000; begin exclusive');
      return () => {
        holder.exec('rollback');
        holder.close();
      };
    },
    statements: () => count,
    close: () => queries.destroy(),
  };
}
