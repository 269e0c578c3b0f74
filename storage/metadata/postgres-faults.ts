import { DatabaseUnavailable } from './database.ts';

/**
 * States of the server in which the same may succeed later (PostgreSQL, appendix A): connection exceptions, shutting down or starting,
 * out of connections or memory, a statement or a lock that took too long, a transaction that was left open.
 */
const away = /^(08...|57P01|57P02|57P03|57P05|57014|53000|53200|53300|53400|55P03|25P03|58030)$/;

/** What the operating system says of a server that cannot be reached. ENOENT: the file of its socket. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);

/** pg says it in words where there is no code. */
const brokenOff = /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed)/;

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '');

/** What pg threw, as the port names it: DatabaseUnavailable, ENOSPC for a full disk of the server, or the error itself. */
export function faultOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailable) return error;
  const code = codeOf(error);
  // A log keeps what an error says: these quote the row, which may be a child's.
  for (const quoting of ['detail', 'where', 'internalQuery']) if (quoting in error) Reflect.deleteProperty(error, quoting);
  if (code === '53100') return Object.assign(new Error('the disk of the database is full', { cause: error }), { code: 'ENOSPC' });
  if (away.test(code) || unreachable.has(code) || brokenOff.test(error.message)) return new DatabaseUnavailable({ cause: error });
  return error;
}

/** Another transaction came between (serialization failure, deadlock): run again, it will see what that one wrote. */
export const cameBetween = (error: unknown): boolean => /^(40001|40P01)$/.test(codeOf(error));

/** A value that must be there once was written by somebody in between, or is there twice in truth (PostgreSQL manual, section 13.5). */
export const twice = (error: unknown): boolean => codeOf(error) === '23505';
