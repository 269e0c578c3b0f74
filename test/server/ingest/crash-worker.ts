/** Runs ingestFile on a library in another process, so that a test can kill it: folder, addresses, file. */
import type { ServerAddresses } from '../../support/servers.ts';
import { openIngestLibrary } from './ingest-library.ts';

const [folder, addresses, fileId] = process.argv.slice(2) as [string, string, string];
const library = await openIngestLibrary({}, { folder, addresses: JSON.parse(addresses) as ServerAddresses });
await library.ingest(fileId);
await library.close();
