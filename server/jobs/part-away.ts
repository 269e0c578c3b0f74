import { SearchUnavailable } from '../../search/search-index.ts';
import { DatabaseUnavailable } from '../../storage/metadata/database.ts';
import { StoreFull, StoreUnavailable } from '../../storage/objects/object-store.ts';

/** A part of the library that may be away for a while, with nothing wrong with the job that missed it. */
export type Part = 'database' | 'objects' | 'search' | 'disk';

const sqliteFull = 13;
const deepest = 8;

/** Which part was missed; null where the fault is the job's or ours. An index that is damaged does not come back by waiting. */
export function partAway(error: unknown): Part | null {
  let at: unknown = error;
  for (let depth = 0; at instanceof Error && depth < deepest; depth++, at = at.cause) {
    const { code, errcode } = at as { code?: unknown; errcode?: unknown };
    if (at instanceof StoreFull || code === 'ENOSPC' || (code === 'ERR_SQLITE_ERROR' && errcode === sqliteFull)) return 'disk';
  }
  if (error instanceof DatabaseUnavailable) return 'database';
  if (error instanceof StoreUnavailable) return 'objects';
  if (error instanceof SearchUnavailable && error.reason !== 'damaged') return 'search';
  return null;
}

const shortestMs = 1_000;
const longestMs = 60_000;

export interface Outages {
  /** Milliseconds until it is worth trying again: as long as the part has been away, from a second to a minute. */
  pauseAfter(part: Part, error: unknown): number;
}

/** Remembers since when each part is away, by a clock that nobody sets, and says so once. */
export function openOutages(onAway: (part: Part, error: unknown) => void, clock: () => number = () => performance.now()): Outages {
  const away = new Map<Part, { since: number; last: number }>();
  return {
    pauseAfter(part, error) {
      const now = clock();
      const known = away.get(part);
      // Whatever was not missed for longer than two pauses was there in between.
      const since = known && now - known.last <= 2 * longestMs ? known.since : now;
      if (since === now) onAway(part, error);
      away.set(part, { since, last: now });
      return Math.min(longestMs, Math.max(shortestMs, now - since));
    },
  };
}
