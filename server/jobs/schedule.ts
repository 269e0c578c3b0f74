import { setTimeout as sleep } from 'node:timers/promises';
import type { Metadata } from '../../storage/metadata/database.ts';
import { takeTurn } from '../../storage/metadata/schedules.ts';
import type { Log } from '../log.ts';
import type { Job } from './job-kinds.ts';
import { enqueue } from './queue.ts';

interface Schedule {
  name: string;
  everyMs: number;
  job: Job;
}

const day = 86_400_000;
const lookMs = 30_000;

/** What is done from time to time, whoever is there to do it. */
const schedules: readonly Schedule[] = [
  { name: 'sweep', everyMs: day, job: { kind: 'sweep' } },
  { name: 'harvest-due', everyMs: 300_000, job: { kind: 'harvest-due' } },
  { name: 'check-index', everyMs: day / 24, job: { kind: 'check-index' } },
];

/** Queues what is due. Any number of workers may ask at any time: each turn is given to one of them, in the transaction that queues its job. */
export async function queueDue(metadata: Metadata, now = Date.now()): Promise<void> {
  for (const { name, everyMs, job } of schedules)
    await metadata.transaction(async (queries) => {
      if (await takeTurn(queries, name, everyMs, now)) await enqueue(queries, job);
    });
}

/** Looks twice a minute at what is due, until stopped. */
export function keepSchedules(metadata: Metadata, log: Log): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      await queueDue(metadata).catch((error: unknown) => log.error({ err: error as Error }, 'schedules not looked at'));
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
