/** Runs ingestFile on a library in another process, so that a test can kill it: folder, file. */
import { openIngestLibrary } from './ingest-library.ts';

const [folder, fileId] = process.argv.slice(2) as [string, string];
const library = await openIngestLibrary({}, folder);
await library.ingest(fileId);
await library.close();
