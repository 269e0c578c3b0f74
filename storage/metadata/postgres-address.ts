/** Where a library lies on a PostgreSQL server, and how long its processes wait for it. */
export interface PostgresAddress {
  /** What goes to pg: host, port, user, password, database, sslmode and whatever else it knows. */
  connectionString: string;
  /** Holds the tables. */
  schema: string;
  /** Milliseconds to connect, or to wait for a connection when all are in use. */
  connectMs: number;
  /** Milliseconds that the server gives a statement, waiting for others' locks included. */
  statementMs: number;
  /** Milliseconds without an answer after which a server counts as hanging; longer than what it gives a statement. */
  answerMs: number;
}

const nameOfSchema = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Reads `postgres://user:password@host:port/database?…`. Our own parameter is `schema` (`public`, when not given); `connect_timeout`
 * (seconds), `statement_timeout` and `query_timeout` (milliseconds) change the limits; all others are pg's.
 * Throws an Error that does not repeat the address, for it holds the password.
 */
export function readPostgresAddress(address: string): PostgresAddress {
  if (!URL.canParse(address)) throw new Error('DATABASE_URL: not an address');
  const url = new URL(address);
  const take = (name: string): string | null => {
    const value = url.searchParams.get(name);
    if (value !== null) url.searchParams.delete(name);
    return value;
  };
  const schema = take('schema') ?? 'public';
  if (!nameOfSchema.test(schema)) throw new Error('DATABASE_URL: schema is a name of small letters, digits and _');
  const milliseconds = (name: string, usual: number, unit = 1): number => {
    const value = take(name);
    if (value === null) return usual;
    if (!/^[1-9][0-9]{0,8}$/.test(value)) throw new Error(`DATABASE_URL: ${name} is a whole number above 0`);
    return Math.min(Number(value) * unit, 2 ** 31 - 1);
  };
  const connectMs = milliseconds('connect_timeout', 5_000, 1_000);
  const statementMs = milliseconds('statement_timeout', 30_000);
  const answerMs = milliseconds('query_timeout', statementMs + 5_000);
  return { connectionString: url.href, schema, connectMs, statementMs, answerMs };
}
