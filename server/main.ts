import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { openSearch } from '../search/index.ts';
import { openStorage } from '../storage/index.ts';
import { openMail } from './accounts/mail.ts';
import { createApp } from './app.ts';
import { fillHarvestItems } from './catalogue/harvest-filling.ts';
import { seedVocabularies } from './catalogue/seed-vocabularies.ts';
import { configOrExit } from './config.ts';
import { serverOptions } from './http/listening.ts';
import { refuseIfLeft } from './keeping/left-library.ts';
import { openLog } from './log.ts';
import { keepPresence } from './operation/process-presence.ts';
import { prepareSample } from './sample/load-sample.ts';
import { stopOnSignal } from './stopping.ts';
import { root, version } from './version.ts';

const config = configOrExit();
const log = openLog(config.logLevel, 'web');
const storage = await openStorage(config);
if (storage.migrated.applied.length > 0) log.info(storage.migrated, 'library brought up to this version');
await refuseIfLeft(storage.metadata.queries);
await seedVocabularies(storage.metadata);
await fillHarvestItems(storage.metadata);
if (process.argv.includes('--sample')) {
  const sample = await prepareSample(storage.metadata);
  process.send?.({ sample });
}
const search = await openSearch({ folder: config.folder, role: 'reader', url: config.searchUrl });
const mail = openMail(config.mail, log);
const app = createApp({ config, storage, search, mail, log, version, dist: join(root, 'web', 'dist'), staging: join(config.folder, 'uploads') });

const server = config.tls
  ? createTlsServer({ ...serverOptions, cert: readFileSync(config.tls.cert), key: readFileSync(config.tls.key) }, app.listener)
  : createServer(serverOptions, app.listener);
// A scan of 4 GB over a school's line takes hours; tus sends it in pieces, but a piece may be slow.
server.requestTimeout = 0;
server.headersTimeout = 30_000;
server.keepAliveTimeout = 65_000;

await new Promise<void>((resolve, reject) => {
  server.once('error', reject);
  server.listen({ port: config.port, host: config.host }, resolve);
}).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
  const why = error.code === 'EADDRINUSE' ? 'đã có chương trình khác dùng / is in use' : 'không được phép dùng / may not be used';
  process.stderr.write(`Cổng ${config.port} ${why}. Đặt PORT khác, ví dụ / Choose another, such as: PORT=8090 npm start\n`);
  process.exit(1);
});
const address = server.address();
const port = typeof address === 'object' && address ? address.port : config.port;
const presence = keepPresence(storage.metadata, { kind: 'web', version }, log);

/** A download that takes longer than this to end is cut off; browsers and our pages go on from where they were. */
const lastRequestsMs = 8_000;

stopOnSignal(
  async () => {
    await app.drain();
    app.close();
    const cut = setTimeout(() => server.closeAllConnections(), lastRequestsMs);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
    clearTimeout(cut);
    await presence.end();
    await app.settle().catch((error: unknown) => log.error({ err: error as Error }, 'typed queries not counted'));
    mail?.close();
    await search.close();
    await storage.close();
  },
  (error) => log.error({ err: error as Error }, 'did not stop cleanly'),
);

log.info({ port }, 'listening');
// After the above: whoever is told may end the process at once.
process.send?.({ listening: port, url: config.publicUrlGiven ? config.publicUrl : `${config.tls ? 'https' : 'http'}://localhost:${port}` });
