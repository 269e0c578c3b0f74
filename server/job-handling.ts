import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SearchIndex } from '../search/search-index.ts';
import type { Storage } from '../storage/index.ts';
import { forgetUploads } from '../storage/metadata/files.ts';
import { forgetEndedJobs } from '../storage/metadata/jobs.ts';
import { forgetExpired } from '../storage/metadata/sessions.ts';
import { describeRecord } from './catalogue/describe-record.ts';
import type { Config } from './config.ts';
import { indexRecord } from './discovery/index-record.ts';
import { reindexAll } from './discovery/reindex.ts';
import { ingestFile } from './ingest/ingest-file.ts';
import { defaultLimits } from './ingest/ingest-limits.ts';
import type { Tools } from './ingest/tools.ts';
import type { Job } from './jobs/job-kinds.ts';
import type { JobHandler, Lane } from './jobs/loop.ts';
import { loadSample } from './sample/load-sample.ts';

const uploadsKeptMs = 7 * 86_400_000;
const jobsKeptMs = 7 * 86_400_000;

/** Indexing and small jobs never wait behind a scan of a thousand pages. */
export const lanesFor = (config: Config): Lane[] => [
  { kinds: ['index-record', 'reindex', 'load-sample', 'sweep'], atOnce: 1 },
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
  return async (job: Job, { signal, log }) => {
    switch (job.kind) {
      case 'ingest-file':
        return ingestFile(
          {
            metadata,
            objects,
            tools,
            limits,
            log,
            passwordOf: () => job.password ?? null,
            describeRecord: (fileId, guess) => describeRecord(metadata, fileId, guess),
          },
          job.fileId,
          { signal },
        );
      case 'index-record':
        await indexRecord({ metadata, search }, job.recordId);
        return { state: 'done' };
      case 'reindex':
        await reindexAll({ metadata, search }, { signal });
        return { state: 'done' };
      case 'load-sample':
        await loadSample({ metadata, objects }, signal);
        return { state: 'done' };
      case 'sweep':
        await sweep(storage, join(config.folder, 'uploads'));
        return { state: 'done' };
    }
  };
}

/** Forgets what nobody will ask for again. */
async function sweep({ metadata }: Storage, staging: string): Promise<void> {
  const now = Date.now();
  await forgetExpired(metadata.queries, new Date(now));
  await forgetEndedJobs(metadata.queries, new Date(now - jobsKeptMs));
  for (const id of await forgetUploads(metadata.queries, new Date(now - uploadsKeptMs).toISOString())) {
    await rm(join(staging, id), { force: true });
    await rm(join(staging, `${id}.json`), { force: true });
  }
}
