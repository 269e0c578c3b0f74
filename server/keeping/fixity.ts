import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Storage } from '../../storage/index.ts';
import { rowsInOrder } from '../../storage/metadata/dump.ts';
import { fileById } from '../../storage/metadata/files.ts';
import { isNamed, namingTables, type ObjectReference, referencesOf } from '../../storage/metadata/object-references.ts';
import { processesAlive } from '../../storage/metadata/processes.ts';
import { stagingPrefix } from '../../storage/objects/keys.ts';
import { ObjectMissing } from '../../storage/objects/object-store.ts';
import { openBuckets } from './key-buckets.ts';
import { type Screen, startProgress } from './progress.ts';
import { hashOf, inParallel } from './streams.ts';

export interface FixityReport {
  /** Objects that rows name, and how many of them are originals, which were hashed. */
  objects: number;
  originals: number;
  bytes: number;
  /** Other bytes than the row says, or an empty derived object. */
  damaged: string[];
  missing: string[];
  /** Named by no row. */
  orphans: string[];
  repaired: number;
}

/** By rows, in the store, or both. */
type Seen = { reference?: ObjectReference };

/** What was put within the last hour may be named by a row that is still being written. */
export const orphanAgeMs = 3600_000;
const rowFollowsMs = 60_000;

const uuidIn = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;
/** Milliseconds in a UUIDv7 (RFC 9562, section 5.7); what bears none is old. */
const madeAt = (key: string): number => (key.startsWith('originals/') ? parseInt((uuidIn.exec(key)?.[0] ?? '0').replaceAll('-', '').slice(0, 12), 16) : 0);
const fileOf = (key: string): string | null => (key.startsWith('derived/') ? (uuidIn.exec(key)?.[0] ?? null) : null);

/** Reads every original again and compares it with its row. Memory is bounded by what is wrong. Throws the signal's reason. */
export async function checkFixity(
  { metadata, objects }: Storage,
  options: { folder: string; repairOrphans: boolean; signal: AbortSignal; screen?: Screen; now?: () => number; pause?: (ms: number) => Promise<void> },
): Promise<FixityReport> {
  const { signal } = options;
  const now = options.now ?? Date.now;
  const report: FixityReport = { objects: 0, originals: 0, bytes: 0, damaged: [], missing: [], orphans: [], repaired: 0 };
  const work = await mkdtemp(join(options.folder, '.keeping-'));
  try {
    const seen = await openBuckets<Seen>(join(work, 'seen'), (one, other) => (one.reference && one.reference.sha256 !== null ? one : other.reference ? other : one));
    let bytes = 0;
    let count = 0;
    // Objects before rows: what is put meanwhile is not taken for an orphan.
    for await (const { key } of objects.list('')) {
      signal.throwIfAborted();
      if (!key.startsWith(stagingPrefix)) await seen.add(key, {});
    }
    await metadata.snapshot(async (queries) => {
      for (const table of namingTables) {
        for await (const rows of rowsInOrder(queries, table)) {
          signal.throwIfAborted();
          for (const row of rows) {
            for (const reference of referencesOf(table.name, row)) {
              await seen.add(reference.key, { reference });
              bytes += reference.size ?? 0;
              count++;
            }
          }
        }
      }
    });
    const progress = options.screen ? startProgress(options.screen, 'Kiểm tra / Fixity') : null;
    progress?.expect(bytes, count);
    for await (const { things } of seen.each()) {
      await inParallel(things, 4, async ([key, { reference }]) => {
        signal.throwIfAborted();
        if (!reference) {
          if (await isOrphan(key)) report.orphans.push(key);
          return;
        }
        report.objects++;
        progress?.counted();
        const wrong = await lookAt(reference);
        if (wrong) report[wrong].push(key);
      });
    }
    progress?.end();

    async function lookAt(reference: ObjectReference): Promise<'damaged' | 'missing' | null> {
      try {
        if (reference.sha256 === null) {
          const there = await objects.stat(reference.key);
          if (!there) throw new ObjectMissing(reference.key);
          return there.size > 0 ? null : 'damaged';
        }
        report.originals++;
        const { size, sha256 } = await hashOf(await objects.get(reference.key), (passed) => {
          report.bytes += passed;
          progress?.bytes(passed);
        });
        return size === reference.size && sha256 === reference.sha256 ? null : 'damaged';
      } catch (error) {
        if (!(error instanceof ObjectMissing)) throw error;
        // Taken away together with its row since the rows were read.
        return (await isNamed(metadata.queries, reference)) ? 'missing' : null;
      }
    }

    /** Not what was put within the last hour, nor what a file gets that is being read: their rows follow. */
    async function isOrphan(key: string): Promise<boolean> {
      if (now() - madeAt(key) < orphanAgeMs) return false;
      const fileId = fileOf(key);
      const file = fileId === null ? undefined : await fileById(metadata.queries, fileId);
      if (file && file.removed_at === null && (file.state === 'waiting' || file.state === 'reading')) return false;
      return !(await isNamed(metadata.queries, { key, fileId }));
    }

    if (options.repairOrphans) {
      // An upload of many hours has an old name and a new row.
      if (report.orphans.length > 0 && (await processesAlive(metadata.queries)).length > 0) await (options.pause ?? sleep)(rowFollowsMs);
      for (const key of report.orphans) {
        signal.throwIfAborted();
        if (!(await isOrphan(key))) continue;
        await objects.remove(key);
        report.repaired++;
      }
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  for (const list of [report.damaged, report.missing, report.orphans]) list.sort();
  return report;
}
