import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** A connection or a transaction: what every query function takes, so that none can reach past the transaction it is in. */
export type Queries = Kysely<Tables> | Transaction<Tables>;

/**
 * The port of the database. All drivers MUST give these guarantees:
 * - a transaction is all or nothing, and its outcome is that of some order of all transactions one after the other (serialisable);
 * - what is acknowledged survives a crash of the machine;
 * - text compares and sorts by its bytes, whatever the language of the server.
 */
export interface Metadata {
  kind: 'sqlite' | 'postgres';
  queries: Kysely<Tables>;
  /**
   * All or nothing. Await only queries inside: on SQLite the one connection is held until the work ends, on PostgreSQL the work may be run
   * again when another transaction came between. Throws DatabaseUnavailable when the database cannot be reached.
   */
  transaction<T>(work: (queries: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Reads one moment of the whole library while others go on writing; for backup and moving. Writing inside fails. */
  snapshot<T>(work: (queries: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** A connection for changing the tables, without a limit of time, and the schema that holds them where the database has schemas. */
  changeTables<T>(work: (queries: Kysely<Tables>, schema?: string) => Promise<T>): Promise<T>;
  /** Keeps what the database holds now under `path` (a file that is not there yet), while it is in use. */
  backupTo(path: string): Promise<void>;
  /** Waits for the named lock among all processes of this library; it is free again when its holder dies. */
  lock(name: string): Promise<() => Promise<void>>;
  /** Number of statements run since opening; tests count queries per request with it. */
  statements(): number;
  close(): Promise<void>;
}

/**
 * The database is away (restarting, unreachable, hanging, out of connections). Nothing was acknowledged; the same may succeed later. Where
 * the connection broke while a transaction was being committed it may stand, so whoever tries again looks first (versions and keys do).
 */
export class DatabaseUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('the database is unavailable', options);
    this.name = 'DatabaseUnavailable';
  }
}
