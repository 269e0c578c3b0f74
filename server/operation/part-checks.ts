import { statfs } from 'node:fs/promises';
import type { SearchIndex } from '../../search/search-index.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { queueDepth } from '../../storage/metadata/jobs.ts';
import { workersAlive } from '../../storage/metadata/processes.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import type { PartName, PartState } from '../contract/health.ts';
import { within } from './within.ts';

/** Below this an upload of a scanned book may no longer fit. */
const lowDiskBytes = 2 * 1024 ** 3;
/** Longer than a busy part needs, shorter than whoever asks waits. */
export const checkMs = 2_000;

export interface CheckedParts {
  metadata: Metadata;
  objects: ObjectStore;
  search: SearchIndex;
  /** The data folder of this machine. */
  folder: string;
}

const well = (figures: PartState['figures'] = {}): PartState => ({ state: 'ok', fault: null, figures });
const noAnswer: PartState = { state: 'down', fault: 'no-answer', figures: {} };

/**
 * What each part says of itself, within `checkMs` whatever it does: an error is `unreachable`, silence `no-answer`. While a part has
 * a question open that it has not answered in time it is not asked another, so that whoever polls never piles them up.
 */
export function partChecks({ metadata, objects, search, folder }: CheckedParts, limitMs = checkMs): Record<PartName, () => Promise<PartState>> {
  return {
    database: bounded(limitMs, async () => {
      const { queued, running } = await queueDepth(metadata.queries);
      return well({ queued, running });
    }),
    objects: bounded(limitMs, async () => {
      await objects.check();
      return well();
    }),
    disk: bounded(limitMs, async () => {
      const { bavail, bsize } = await statfs(folder);
      const figures = { freeBytes: bavail * bsize };
      return figures.freeBytes < lowDiskBytes ? { state: 'degraded', fault: 'disk-low', figures } : well(figures);
    }),
    search: bounded(limitMs, async () => {
      const { state, records, pages } = await search.state();
      if (state === 'down') return { state: 'down', fault: 'unreachable', figures: {} };
      return state === 'rebuilding' ? { state: 'starting', fault: 'rebuilding', figures: { records, pages } } : well({ records, pages });
    }),
    worker: bounded(limitMs, async () => {
      const alive = await workersAlive(metadata.queries);
      return alive > 0 ? well({ alive }) : { state: 'degraded', fault: 'no-worker', figures: { alive } };
    }),
  };
}

function bounded(limitMs: number, check: () => Promise<PartState>): () => Promise<PartState> {
  let late = false;
  return async () => {
    if (late) return noAnswer;
    const asked = check()
      .catch((): PartState => ({ state: 'down', fault: 'unreachable', figures: {} }))
      .finally(() => (late = false));
    const answer = await within(limitMs, asked);
    if (answer) return answer;
    late = true;
    return noAnswer;
  };
}
