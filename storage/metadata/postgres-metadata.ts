import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Kysely, type KyselyConfig, type PostgresPool, type Transaction } from 'kysely';
import { DatabaseUnavailable, type Metadata } from './database.ts';
import { type PostgresAddress, readPostgresAddress } from './postgres-address.ts';
import { loadPostgres, openConnections } from './postgres-connections.ts';
import { writeCopy } from './postgres-copy.ts';
import { LibraryPostgresDialect } from './postgres-dialect.ts';
import { cameBetween, twice } from './postgres-faults.ts';
import type { Tables } from './tables.ts';

/** Each attempt meets others less often: with eight writers on one row the tenth is rare. */
const mostAttempts = 30;
/** Who looks first whether a value is there sees it when run again; who does not is told. */
const attemptsIfTwice = 3;
const longestPauseMs = 250;
/** As long as SQLite's. */
const lockMs = 120_000;

/**
 * The library's rows in a schema of a PostgreSQL database, made when missing. Any number of processes of any machine may open it.
 * Throws DatabaseUnavailable when the server cannot be reached, an Error that says what is wrong with the address or the database.
 */
export async function openPostgresMetadata(url: string): Promise<Metadata> {
  const address = readPostgresAddress(url);
  await loadPostgres();
  await prepareSchema(address);
  const pool = openConnections(address, 'sharing');
  let count = 0;
  const log: KyselyConfig['log'] = (event) => {
    if (event.level === 'query') count++;
  };
  const queries = new Kysely<Tables>({ dialect: new LibraryPostgresDialect(pool), log });

  async function alone<T>(work: (queries: Kysely<Tables>) => Promise<T>): Promise<T> {
    const own = openConnections(address, 'alone');
    try {
      return await work(new Kysely<Tables>({ dialect: new LibraryPostgresDialect(own) }));
    } finally {
      await own.end();
    }
  }

  const snapshot = <T>(work: (queries: Transaction<Tables>) => Promise<T>): Promise<T> =>
    alone((own) => own.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work));

  return {
    kind: 'postgres',
    queries,
    transaction: (work) => untilAlone(() => queries.transaction().setIsolationLevel('serializable').execute(work)),
    snapshot,
    changeTables: (work) => alone((own) => work(own, address.schema)),
    backupTo: (path) => snapshot((own) => writeCopy(own, path)),
    lock: (name) => takeLock(address, name),
    statements: () => count,
    async close() {
      await queries.destroy();
      await pool.end();
    },
  };
}

/** Runs a serialisable transaction until no other one came between. */
async function untilAlone<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!cameBetween(error) && !(twice(error) && attempt < attemptsIfTwice)) throw error;
      if (attempt === mostAttempts) throw new DatabaseUnavailable({ cause: error });
      await pause(Math.random() * Math.min(longestPauseMs, 4 * 2 ** attempt));
    }
  }
}

async function withConnection<T>(address: PostgresAddress, work: (client: Awaited<ReturnType<PostgresPool['connect']>>) => Promise<T>): Promise<T> {
  const own = openConnections(address, 'alone');
  try {
    const client = await own.connect();
    try {
      return await work(client);
    } finally {
      client.release();
    }
  } finally {
    await own.end();
  }
}

/** `create schema if not exists` wants the right to create one even where it exists, and fails when two processes start together. */
async function prepareSchema(address: PostgresAddress): Promise<void> {
  await withConnection(address, async (client) => {
    const look = async (): Promise<{ encoding: string; there: boolean }> => {
      const { rows } = await client.query<{ encoding: string; there: boolean }>(
        `select current_setting('server_encoding') as encoding, exists (select from pg_namespace where nspname = $1) as there`,
        [address.schema],
      );
      return rows[0]!;
    };
    const { encoding, there } = await look();
    if (encoding !== 'UTF8') throw new Error(`the database is encoded in ${encoding}; a library needs UTF8`);
    if (there) return;
    try {
      await client.query(`create schema "${address.schema}"`, []);
    } catch (error) {
      if (!(await look()).there) throw error;
    }
  });
}

/** An advisory lock of a session of its own: the server frees it when the connection ends, however its holder died. */
async function takeLock(address: PostgresAddress, name: string): Promise<() => Promise<void>> {
  const own = openConnections(address, 'alone');
  try {
    const key = createHash('sha256').update(`${address.schema}\0${name}`).digest().readBigInt64BE().toString();
    const holder = await own.connect();
    try {
      await holder.query(`select set_config('lock_timeout', $1, false)`, [String(lockMs)]);
      await holder.query('select pg_advisory_lock($1)', [key]);
    } catch (error) {
      holder.release(true);
      throw error;
    }
    return async () => {
      try {
        // Fails where the lock was lost on the way: what was done under it may have met another's work.
        await holder.query('select pg_advisory_unlock($1)', [key]);
      } finally {
        holder.release(true);
        await own.end();
      }
    };
  } catch (error) {
    await own.end();
    throw error;
  }
}
