import type { OperationView } from '../../server/contract/operation.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Below this an upload of a scanned book may no longer fit (as /api/health has it). */
const lowDiskBytes = 2 * 1024 ** 3;
const backupDays = 8;

/** How long ago, in the largest unit that says it: people do not count in hundreds of minutes. */
export type Age = { unit: 'now' | 'minutes' | 'hours' | 'days'; count: number };

/** `at` is the server's clock when it answered, so that a wrong clock of the reader's device changes nothing. */
export function ageOf(since: string, at: string): Age {
  const ms = Math.max(0, Date.parse(at) - Date.parse(since));
  if (ms < minute) return { unit: 'now', count: 0 };
  if (ms < 2 * hour) return { unit: 'minutes', count: Math.floor(ms / minute) };
  if (ms < 2 * day) return { unit: 'hours', count: Math.floor(ms / hour) };
  return { unit: 'days', count: Math.floor(ms / day) };
}

/** What somebody should do something about; `section` is where on the page. */
export type Concern =
  | { what: 'search-down' | 'search-empty'; section: 'index' }
  | { what: 'no-worker' | 'versions-differ'; section: 'processes' }
  | { what: 'queue-stuck'; section: 'queue'; since: string }
  | { what: 'failed'; section: 'failed'; count: number }
  | { what: 'disk-low'; section: 'room'; freeBytes: number }
  | { what: 'no-backup'; section: 'room' }
  | { what: 'backup-old'; section: 'room'; at: string };

/** The worst first. Empty: nothing to do. */
export function concernsOf(view: OperationView): Concern[] {
  const concerns: Concern[] = [];
  const workers = view.processes.filter(({ kind }) => kind === 'worker').length;
  const failed = failedCount(view);
  const oldest = oldestWaiting(view);
  const works = view.queue.some(({ running }) => running > 0);
  if (view.disk && view.disk.freeBytes < lowDiskBytes)
    concerns.push({ what: 'disk-low', section: 'room', freeBytes: view.disk.freeBytes });
  if (workers === 0) concerns.push({ what: 'no-worker', section: 'processes' });
  else if (oldest && !works && Date.parse(view.at) - Date.parse(oldest) > 10 * minute)
    concerns.push({ what: 'queue-stuck', section: 'queue', since: oldest });
  if (view.index.state === 'down') concerns.push({ what: 'search-down', section: 'index' });
  if (view.index.state === 'empty' && view.originals.count > 0 && view.index.rebuild === 'none')
    concerns.push({ what: 'search-empty', section: 'index' });
  if (failed > 0) concerns.push({ what: 'failed', section: 'failed', count: failed });
  if (versionsDiffer(view)) concerns.push({ what: 'versions-differ', section: 'processes' });
  if (!view.backup && view.originals.count > 0) concerns.push({ what: 'no-backup', section: 'room' });
  if (view.backup && Date.parse(view.at) - Date.parse(view.backup.at) > backupDays * day)
    concerns.push({ what: 'backup-old', section: 'room', at: view.backup.at });
  return concerns;
}

export const failedCount = (view: OperationView): number => view.queue.reduce((sum, { failed }) => sum + failed, 0);

const oldestWaiting = (view: OperationView): string | null =>
  view.queue.reduce<string | null>(
    (oldest, { oldestQueuedAt: at }) => (at !== null && (oldest === null || at < oldest) ? at : oldest),
    null,
  );

/** Kinds of which some wait, the one that has waited longest first. */
export const waitingKinds = (view: OperationView): OperationView['queue'] =>
  view.queue
    .filter(({ queued }) => queued > 0)
    .sort((a, b) => (a.oldestQueuedAt ?? '').localeCompare(b.oldestQueuedAt ?? ''));

/** An update that has reached some processes only: they may read what others write in another way. */
export const versionsDiffer = (view: OperationView): boolean =>
  new Set([view.versions.library, ...view.processes.map(({ version }) => version)]).size > 1;

/** Share of the disk in use, 0 to 1. */
export const usedShare = ({ freeBytes, totalBytes }: NonNullable<OperationView['disk']>): number =>
  totalBytes > 0 ? Math.min(1, Math.max(0, 1 - freeBytes / totalBytes)) : 0;
