import { hostname } from 'node:os';
import { openMetadata } from '../../storage/metadata/open-metadata.ts';
import { processesAlive } from '../../storage/metadata/processes.ts';
import { configOrExit } from '../config.ts';

// For the health check of a container: exit status 0 when the worker of this host has been heard of lately by the database.
const config = configOrExit();
const metadata = await openMetadata({ folder: config.folder, url: config.databaseUrl });
try {
  const alive = (await processesAlive(metadata.queries)).filter(({ kind, host }) => kind === 'worker' && host === hostname());
  if (alive.length === 0) process.stderr.write(`no worker of ${hostname()} has been heard of\n`);
  process.exitCode = alive.length > 0 ? 0 : 1;
} finally {
  await metadata.close();
}
