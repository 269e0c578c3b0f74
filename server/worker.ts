import { constants, setPriority } from 'node:os';
import { openSearch } from '../search/index.ts';
import { openStorage } from '../storage/index.ts';
import { fillHarvestItems } from './catalogue/harvest-filling.ts';
import { seedVocabularies } from './catalogue/seed-vocabularies.ts';
import { configOrExit } from './config.ts';
import { watchInbox } from './files/inbox.ts';
import { findTools } from './ingest/tools.ts';
import { jobHandler, lanesFor } from './job-handling.ts';
import { startLoop } from './jobs/loop.ts';
import { enqueue } from './jobs/queue.ts';
import { keepSchedules } from './jobs/schedule.ts';
import { refuseIfLeft } from './keeping/left-library.ts';
import { matchWhatIsOld } from './merging/match-all.ts';
import { openLog } from './log.ts';
import { lookAtAllPeers } from './peers/peer-sources.ts';
import { stopOnSignal } from './stopping.ts';

const config = configOrExit();
const log = openLog(config.logLevel, 'worker');
// Readers come first: on a small server reading a scan takes what is left.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const storage = await openStorage(config);
await refuseIfLeft(storage.metadata.queries);
await seedVocabularies(storage.metadata);
await fillHarvestItems(storage.metadata);
const search = await openSearch({ folder: config.folder, role: 'writer', url: config.searchUrl });
const tools = await findTools(process.env['PATH'] ?? '', { hidden: config.ingest.hideTools, environment: process.env });
log.info({ tesseract: tools.tesseract?.languages ?? 'tesseract.js', poppler: tools.pdftotext !== null }, 'reading with');

await storage.metadata.transaction((queries) => enqueue(queries, { kind: 'check-index' }));
await matchWhatIsOld(storage.metadata);
await lookAtAllPeers(storage.metadata);
const loop = startLoop(storage.metadata, lanesFor(config), jobHandler({ config, storage, search, tools }), log);
const schedules = keepSchedules(storage.metadata, log);
const inbox = watchInbox({ metadata: storage.metadata, objects: storage.objects, folder: config.inbox, log });
process.send?.({ working: true });

stopOnSignal(
  async () => {
    await schedules.stop();
    await inbox.stop();
    await loop.stop();
    await search.close();
    await storage.close();
  },
  (error) => log.error({ err: error as Error }, 'did not stop cleanly'),
);
