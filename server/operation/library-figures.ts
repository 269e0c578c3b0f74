import { statfs } from 'node:fs/promises';
import type { SearchIndex } from '../../search/search-index.ts';
import { counterValues } from '../../storage/metadata/counters.ts';
import type { Metadata } from '../../storage/metadata/database.ts';
import { type QueueLine, queueLines } from '../../storage/metadata/library-sizes.ts';
import { processesAlive } from '../../storage/metadata/processes.ts';
import { checkMs } from './part-checks.ts';
import { within } from './within.ts';

/** Figures that are older are read anew: however often /metrics is asked, the database is asked this often. */
const freshMs = 5_000;

/** What is true of the library and not of one process. */
export interface LibraryFigures {
  queue: QueueLine[];
  oldestQueuedSeconds: number;
  pagesRead: number;
  processes: ('web' | 'worker')[];
  /** Null where that part does not answer. */
  diskFreeBytes: number | null;
  index: { records: number; pages: number } | null;
}

/** Reads the figures in three statements, at most once in `freshMs`; null while the database does not answer in time. */
export function openLibraryFigures(
  { metadata, search, folder }: { metadata: Metadata; search: SearchIndex; folder: string },
  failed: (error: unknown) => void,
): () => Promise<LibraryFigures | null> {
  async function read(): Promise<LibraryFigures> {
    const { queries } = metadata;
    const disk = within(checkMs, statfs(folder)).catch(() => null);
    const index = within(checkMs, search.state()).catch(() => null);
    const [queue, counters, processes] = await Promise.all([queueLines(queries), counterValues(queries), processesAlive(queries)]);
    const waiting = queue.filter(({ state }) => state === 'queued').map(({ oldest }) => Date.now() - Date.parse(oldest));
    const [found, state] = await Promise.all([disk, index]);
    return {
      queue,
      oldestQueuedSeconds: Math.max(0, ...waiting) / 1000,
      pagesRead: counters['ingest-pages'],
      processes: processes.map(({ kind }) => kind),
      diskFreeBytes: found ? found.bavail * found.bsize : null,
      index: state && state.state !== 'down' ? { records: state.records, pages: state.pages } : null,
    };
  }

  let reading: Promise<LibraryFigures | null> | null = null;
  let known: { at: number; figures: LibraryFigures | null } | null = null;
  return async () => {
    if (known && performance.now() - known.at < freshMs) return known.figures;
    reading ??= read()
      .catch((error: unknown) => {
        failed(error);
        return null;
      })
      .then((figures) => {
        known = { at: performance.now(), figures };
        return figures;
      })
      .finally(() => (reading = null));
    return within(checkMs, reading);
  };
}
