import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { ClientBase, PoolClient } from 'pg';
import { DatabaseUnavailable } from './database.ts';
import type { PostgresAddress } from './postgres-address.ts';
import { faultOf } from './postgres-faults.ts';
import { storable } from './storable-text.ts';

/**
 * `sharing`: for requests and jobs, with limits of time, so that a server that hangs holds nobody up for long. `alone`: one connection for
 * work that may rightly take an hour (a copy, a change of the tables, the wait for a lock); only a server that is gone ends it.
 */
export type ConnectionUse = 'sharing' | 'alone';

const mostConnections = 10;
const aloneMs = 3600_000;
/** A process that was frozen in a transaction must not keep its locks for ever. */
const idleInTransactionMs = 30_000;

let pg: typeof import('pg') | null = null;

/**
 * MUST be awaited before the first connection. Only where it is used: a small library starts without it. The package and not a file of
 * ours, of whose errors there must be one class each, however the files that ask for it are loaded.
 */
export async function loadPostgres(): Promise<void> {
  pg ??= await import('pg');
}

/** One connection at a time is the caller's; it MUST be released. Errors are those of the port (postgres-faults.ts). */
export function openConnections(address: PostgresAddress, use: ConnectionUse): PostgresPool {
  if (!pg) throw new Error('loadPostgres() was not awaited');
  const { Pool, types } = pg;
  // bigint and numeric as numbers: no count or size of a library passes 2^53.
  const numbers = new Set([types.builtins.INT8, types.builtins.NUMERIC]);
  const answerMs = use === 'alone' ? aloneMs + 5_000 : address.answerMs;
  const pool = new Pool({
    connectionString: address.connectionString,
    max: use === 'alone' ? 1 : mostConnections,
    connectionTimeoutMillis: address.connectMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'tu-sach',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') => (numbers.has(oid) && format !== 'binary' ? Number : types.getTypeParser(oid, format as 'text')),
    } as typeof types,
    // Awaited by the pool, whatever its types say: nobody gets a connection that has not been told where the tables are.
    onConnect: (client) => prepare(client, address, use),
  });
  // A connection may break at any moment, idle or between two statements; without a listener that would end the process. Whoever uses it
  // next is told, and the pool makes another.
  const broke = (): void => {};
  pool.on('error', broke);
  pool.on('connect', (client) => client.on('error', broke));
  let ended: Promise<void> | null = null;
  return {
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw faultOf(error);
      });
      return lend(client, answerMs);
    },
    end: () => (ended ??= pool.end()),
  };
}

/** A connection until it is released; one on which the server was away, or did not answer in time, is not used again. */
function lend(client: PoolClient, answerMs: number): PostgresPoolClient {
  let broken: DatabaseUnavailable | null = null;
  async function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    if (broken) throw broken;
    try {
      return (await answered(client.query(text, values.map(storable)), answerMs)) as unknown as PostgresQueryResult<R>;
    } catch (error) {
      const fault = faultOf(error);
      if (fault instanceof DatabaseUnavailable) broken = fault;
      throw fault;
    }
  }
  return { query: query as PostgresPoolClient['query'], release: (destroy) => client.release(destroy === true || broken !== null) };
}

/** pg's own limit leaves the statement running on a connection that goes back to the pool. */
async function answered<T>(asked: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DatabaseUnavailable({ cause: new Error(`no answer within ${ms} ms`) })), ms);
  });
  try {
    return await Promise.race([asked, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** The keepalives are the server's: they free the locks of a machine that lost its power. */
async function prepare(client: ClientBase, { schema, statementMs, connectMs }: PostgresAddress, use: ConnectionUse): Promise<void> {
  const settings: Record<string, string> = {
    search_path: `"${schema}"`,
    statement_timeout: String(use === 'alone' ? aloneMs : statementMs),
    idle_in_transaction_session_timeout: String(use === 'alone' ? 0 : idleInTransactionMs),
    tcp_keepalives_idle: '30',
    tcp_keepalives_interval: '10',
    tcp_keepalives_count: '3',
  };
  const calls = Object.keys(settings).map((name, index) => `set_config('${name}', $${index + 1}, false)`);
  await answered(client.query(`select ${calls.join(', ')}`, Object.values(settings)), connectMs);
}
