import { AsyncLocalStorage } from 'node:async_hooks';
import { pino, type Logger } from 'pino';

export type Log = Logger;

/** One line per request and per job, at the edge. Addresses are logged without their query: what people look for and read is theirs. */
export function openLog(level: string, process: 'web' | 'worker' | 'command'): Log {
  return pino({ level, base: { process }, timestamp: pino.stdTimeFunctions.isoTime });
}

const asking = new AsyncLocalStorage<string>();

/** Runs `work` as part of a request: what it queues remembers the request's id. */
export const withinRequest = <T>(requestId: string, work: () => T): T => asking.run(requestId, work);

/** The id of the request that the code is running for; null where nobody asked over HTTP. */
export const currentRequestId = (): string | null => asking.getStore() ?? null;

/**
 * What an error of the file system says without the path it names, for folders in which people choose the names: its code, and where in
 * our code it happened.
 */
export function withoutPath(error: unknown): { code: string; at: string[] } {
  const { name, stack, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { name: typeof error, stack: '', code: undefined };
  return { code: code ?? name, at: (stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line)).slice(0, 10) };
}
