import { setTimeout as sleep } from 'node:timers/promises';
import { openSearch } from '../../search/index.ts';
import { openStorage } from '../../storage/index.ts';
import { jobPending, lastOutcome } from '../../storage/metadata/jobs.ts';
import { workersAlive } from '../../storage/metadata/processes.ts';
import { configOrExit } from '../config.ts';
import { reindexAll } from '../discovery/reindex.ts';
import { jobKey } from '../jobs/job-kinds.ts';
import { enqueue } from '../jobs/queue.ts';

/**
 * npm run reindex: builds the search index anew from the catalogue while readers keep the old one. Where a worker runs, it does the work,
 * since the index has one writer; otherwise this process does.
 */
const config = configOrExit();
const storage = await openStorage(config);
const { metadata } = storage;
try {
  if ((await workersAlive(metadata.queries)) > 0) {
    const started = new Date().toISOString();
    await metadata.transaction((queries) => enqueue(queries, { kind: 'reindex' }));
    process.stdout.write('the running worker is building the index…\n');
    while (await jobPending(metadata.queries, jobKey({ kind: 'reindex' }))) await sleep(200);
    const outcome = await lastOutcome(metadata.queries, jobKey({ kind: 'reindex' }));
    process.stdout.write(outcome?.state === 'failed' ? `failed: ${outcome.code}\n` : `done, begun ${started}\n`);
    process.exitCode = outcome?.state === 'failed' ? 1 : 0;
  } else {
    const search = await openSearch({ folder: config.folder, role: 'writer', url: config.searchUrl });
    await reindexAll({ metadata, search }, { signal: new AbortController().signal, onProgress: (done, total) => process.stdout.write(`\r${done}/${total}`) });
    process.stdout.write('\ndone\n');
    await search.close();
  }
} finally {
  await storage.close();
}
