import { pino, type Logger } from 'pino';

export type Log = Logger;

/** One line per request and per job, at the edge. Addresses are logged without their query: what people look for and read is theirs. */
export function openLog(level: string, process: 'web' | 'worker' | 'command'): Log {
  return pino({ level, base: { process }, timestamp: pino.stdTimeFunctions.isoTime });
}
