import { join } from 'node:path';
import { type SearchIndex, SearchUnavailable } from '../search/search-index.ts';
import type { Storage } from '../storage/index.ts';
import type { Queries } from '../storage/metadata/database.ts';
import { fileById } from '../storage/metadata/files.ts';
import { writeFileProgress } from '../storage/metadata/ingest-rows.ts';
import { recordIdsOfBatch } from '../storage/metadata/harvested-records.ts';
import { changeCopy } from '../storage/metadata/peer-copies.ts';
import { forgetPeerTraces } from '../storage/metadata/peers.ts';
import { forgetEndedJobs, kindPending } from '../storage/metadata/jobs.ts';
import { forgetExpired } from '../storage/metadata/sessions.ts';
import { describeRecord } from './catalogue/describe-record.ts';
import type { Config } from './config.ts';
import { sweepTypedQueries } from './discovery/query-counting.ts';
import { checkIndex } from './discovery/check-index.ts';
import { indexRecords } from './discovery/index-record.ts';
import { reindexAll } from './discovery/reindex.ts';
import { openStaging, type Staging } from './files/staging.ts';
import { sweepUploads } from './files/upload-sweeping.ts';
import { goOnHarvesting } from './harvest/sources/run-harvest.ts';
import { openSource } from './harvest/sources/open-reader.ts';
import { failRun, queueDueHarvests } from './harvest/sources/source-runs.ts';
import { ingestFile } from './ingest/ingest-file.ts';
import { defaultLimits } from './ingest/ingest-limits.ts';
import type { Tools } from './ingest/tools.ts';
import { matchAll } from './merging/match-all.ts';
import { matchRecords } from './merging/entry-matching.ts';
import type { Job, JobOutcome } from './jobs/job-kinds.ts';
import type { JobHandler, Lane } from './jobs/loop.ts';
import { copyFile, settleCopies } from './peers/copying.ts';
import { clockSeconds } from './peers/peer-asking.ts';
import { openPeerReader } from './peers/peer-reader.ts';
import { tellPeers } from './peers/telling.ts';
import { enqueue } from './jobs/queue.ts';
import { loadSample } from './sample/load-sample.ts';

const jobsKeptMs = 7 * 86_400_000;
const giveWayMs = 1_000;

/** Indexing and small jobs never wait behind a scan of a thousand pages. */
export const lanesFor = (config: Config): Lane[] => [
  { kinds: ['index-record', 'check-index', 'reindex', 'index-batch', 'load-sample', 'harvest-due', 'sweep'], atOnce: 1 },
  // Waits for others' servers most of the time. What was taken is found first, and compared when there is nothing more to take.
  { kinds: ['harvest', 'match-batch', 'match-all'], atOnce: 1 },
  { kinds: ['match-record'], atOnce: 1 },
  { kinds: ['copy-file', 'settle-copies', 'tell-peers'], atOnce: 1 },
  { kinds: ['ingest-file'], atOnce: config.ingest.atOnce },
];

/** What each kind of job does. */
export function jobHandler(parts: { config: Config; storage: Storage; search: SearchIndex; tools: Tools }): JobHandler {
  const { config, storage, search, tools } = parts;
  const { metadata, objects } = storage;
  const limits = {
    ...defaultLimits,
    requestSeconds: config.ingest.pageSeconds,
    documentSeconds: config.ingest.documentSeconds,
    memoryMegabytes: Math.round(config.ingest.memoryBytes / 1024 ** 2),
    recognitionProcesses: config.ingest.recognitionProcesses,
  };
  return {
    async run(jobs, { signal, log, checkLease }) {
      const [job] = jobs;
      switch (job.kind) {
        case 'ingest-file':
          return ingestFile(
            {
              metadata,
              objects,
              tools,
              limits,
              log,
              checkLease,
              passwordOf: () => job.password ?? null,
              describeRecord: (fileId, guess) => describeRecord(metadata, fileId, guess),
            },
            job.fileId,
            { signal },
          );
        case 'index-record':
          return indexOrRebuild(jobs.flatMap((one) => (one.kind === 'index-record' ? [one.recordId] : [])), signal);
        case 'check-index':
          await checkIndex({ metadata, search, remote: config.searchUrl !== null });
          return { state: 'done' };
        case 'reindex':
          await reindexAll({ metadata, search }, { signal });
          return { state: 'done' };
        case 'load-sample':
          await loadSample({ metadata, objects }, signal);
          return { state: 'done' };
        case 'harvest':
          return goOnHarvesting({ metadata, log, signal, checkLease, open: (source, stopped) => (source.peer_id === null ? openSource : openPeerReader)(metadata, source, stopped) }, job.sourceId);
        case 'harvest-due':
          await queueDueHarvests(metadata);
          await metadata.transaction((queries) => enqueue(queries, { kind: 'tell-peers' }));
          return { state: 'done' };
        case 'tell-peers':
          await tellPeers({ metadata, log, signal });
          return { state: 'done' };
        case 'copy-file':
          return copyFile({ metadata, objects, folder: join(config.folder, 'copies'), signal, checkLease }, job.copyId);
        case 'settle-copies':
          return settleCopies({ metadata, objects, folder: join(config.folder, 'copies') }, job.batchId);
        case 'index-batch':
          return indexOrRebuild((await Promise.all(jobs.map((one) => (one.kind === 'index-batch' ? recordIdsOfBatch(metadata.queries, one.batchId) : [])))).flat(), signal);
        case 'match-record':
          await matchRecords(metadata, jobs.flatMap((one) => (one.kind === 'match-record' ? [one.recordId] : [])), signal);
          return { state: 'done' };
        case 'match-batch':
          // What was taken is to be found first; comparing would take half of the processor from it.
          if (await kindPending(metadata.queries, 'index-batch')) {
            await metadata.transaction((queries) => enqueue(queries, job, { after: new Date(Date.now() + giveWayMs) }));
            return { state: 'skipped', why: 'index-batch' };
          }
          await matchRecords(metadata, await recordIdsOfBatch(metadata.queries, job.batchId), signal);
          return { state: 'done' };
        case 'match-all':
          return matchAll(metadata, signal);
        case 'sweep':
          await sweepTypedQueries(metadata, config.countQueries, new Date());
          await sweep(storage, openStaging({ folder: join(config.folder, 'uploads'), objects: config.objectStoreUrl ? objects : null }));
          return { state: 'done' };
      }
    },
    failed: markFailed,
  };

  /** An index that is damaged or of another version is built anew, and that takes these records in too. */
  async function indexOrRebuild(recordIds: readonly string[], signal: AbortSignal): Promise<JobOutcome> {
    try {
      await indexRecords({ metadata, search }, recordIds, signal);
    } catch (error) {
      if (!(error instanceof SearchUnavailable) || !['damaged', 'version'].includes(error.reason)) throw error;
      await metadata.transaction((queries) => enqueue(queries, { kind: 'reindex' }));
    }
    return { state: 'done' };
  }
}

/** A file whose reading has been given up, and a harvest, say so, and a person may try again. */
async function markFailed(queries: Queries, job: Job, code: string): Promise<void> {
  if (job.kind === 'harvest') return failRun(queries, job.sourceId, code);
  if (job.kind === 'copy-file') return changeCopy(queries, job.copyId, { state: 'failed', code });
  if (job.kind !== 'ingest-file') return;
  const file = await fileById(queries, job.fileId);
  if (file && file.removed_at === null && (file.state === 'waiting' || file.state === 'reading'))
    await writeFileProgress(queries, file.id, { state: 'failed', code });
}

/** Forgets what nobody will ask for again. */
async function sweep({ metadata }: Storage, staging: Staging): Promise<void> {
  const now = Date.now();
  await forgetExpired(metadata.queries, new Date(now));
  await forgetPeerTraces(metadata.queries, new Date(now - 4 * clockSeconds * 1000).toISOString(), new Date(now).toISOString());
  await forgetEndedJobs(metadata.queries, new Date(now - jobsKeptMs));
  await sweepUploads({ metadata, staging }, new Date(now));
}
