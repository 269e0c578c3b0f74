import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { Metadata } from '../../storage/metadata/database.ts';
import { aliveSeconds, type LiveProcess, processGone, processSeen } from '../../storage/metadata/processes.ts';
import type { Log } from '../log.ts';
import { within } from './within.ts';

/** A database that hangs does not keep the process from ending. */
const farewellMs = 1_000;

export interface Presence {
  /** Takes the row away; resolves within a second whatever the database does. */
  end(): Promise<void>;
}

/** Says every few seconds that this process lives, until it ends. What goes wrong is logged and tried again. */
export function keepPresence(metadata: Metadata, of: Pick<LiveProcess, 'kind' | 'version'>, log: Log): Presence {
  const row: LiveProcess = { ...of, id: uuid(), startedAt: new Date().toISOString() };
  const ending = new AbortController();

  async function beat(): Promise<void> {
    while (!ending.signal.aborted) {
      await processSeen(metadata.queries, row).catch((error: unknown) => log.error({ err: error as Error }, 'presence not written'));
      await sleep((aliveSeconds / 3) * 1000, undefined, { signal: ending.signal }).catch(() => {});
    }
  }
  const beating = beat();

  return {
    async end() {
      ending.abort();
      // After the last beat, or that would write the row again.
      const gone = beating.then(() => processGone(metadata.queries, row.id));
      await within(farewellMs, gone).catch((error: unknown) => log.error({ err: error as Error }, 'presence not taken away'));
    },
  };
}
