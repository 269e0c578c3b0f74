import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { openSearch } from '../../search/index.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import { openStorage, type Storage } from '../../storage/index.ts';
import type { Mail } from '../../server/accounts/mail.ts';
import { addPerson } from '../../server/accounts/people-keeping.ts';
import { type App, createApp } from '../../server/app.ts';
import { seedVocabularies } from '../../server/catalogue/seed-vocabularies.ts';
import { readConfig } from '../../server/config.ts';
import { serverOptions } from '../../server/http/listening.ts';
import type { PersonRole } from '../../server/contract/person.ts';
import { noTools, type Tools } from '../../server/ingest/tools.ts';
import { jobHandler, lanesFor } from '../../server/job-handling.ts';
import { type Loop, startLoop } from '../../server/jobs/loop.ts';
import { setUpLibrary } from '../../server/accounts/set-up.ts';
import { addressesOf, placeOnServers } from './servers.ts';
import { temporaryFolder } from './temporary.ts';
import { openVisitor, type Visitor } from './visitor.ts';

export type { Answer, Visitor } from './visitor.ts';

export interface TestApp {
  url: string;
  folder: string;
  /** Where its rows are; null: in the folder. */
  databaseUrl: string | null;
  app: App;
  storage: Storage;
  search: SearchIndex;
  /** Lines of warning and above, or of `logLevel`. */
  logged: string[];
  visitor(): Visitor;
  /** A signed-in person of the school that set-up made; the account is made when needed. */
  as(role: PersonRole): Promise<Visitor>;
  /** Runs jobs in this process until stopped. */
  work(tools?: Tools): Loop;
  close(): Promise<void>;
}

export const testPassword = 'mat-khau-thu-nghiem';

/** The real app over real HTTP on temporary storage; answers are checked against their schemas. `ownUrl`: it knows where it is reached. */
export async function openTestApp(options: { setUp?: boolean; mail?: Mail; environment?: Record<string, string>; dist?: string; logLevel?: string; ownUrl?: boolean; port?: number } = {}): Promise<TestApp> {
  const { path: folder, remove } = await temporaryFolder();
  const place = placeOnServers();
  let listener: RequestListener = () => {};
  const server: Server = createServer(serverOptions, (request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = { ...readConfig({ DATA_DIR: folder, ...(options.ownUrl ? { PUBLIC_URL: url } : {}), ...options.environment }), ...addressesOf(place) };
  const storage = await openStorage(config);
  await seedVocabularies(storage.metadata);
  const search = await openSearch({ folder, role: 'writer', url: config.searchUrl });
  const logged: string[] = [];
  const log = pino({ level: options.logLevel ?? 'warn' }, { write: (line: string) => void logged.push(line) });
  const app = createApp({ config, storage, search, mail: options.mail ?? null, log, version: 'test', dist: options.dist ?? null, staging: join(folder, 'uploads'), checkAnswers: true });
  listener = app.listener;

  let schoolId = '';
  if (options.setUp !== false) {
    const librarian = await setUpLibrary(storage.metadata, {
      school: { name: 'Trường THCS Hoa Sen', code: 'HOASEN' },
      librarian: { name: 'Trần Thị Thư', username: 'librarian', password: testPassword },
      sample: false,
    });
    schoolId = librarian.school_id;
  }

  const visitor = (): Visitor => openVisitor(url);
  const made = new Set<PersonRole>(['librarian']);
  const loops: Loop[] = [];
  return {
    url,
    folder,
    databaseUrl: config.databaseUrl,
    app,
    storage,
    search,
    logged,
    visitor,
    async as(role) {
      if (!made.has(role)) {
        await addPerson(storage.metadata, schoolId, { username: role, name: `Người ${role}`, role, password: testPassword });
        made.add(role);
      }
      const person = visitor();
      const answer = await person.signIn(role, testPassword);
      if (answer.status !== 200) throw new Error(`could not sign in as ${role}: ${answer.text}`);
      return person;
    },
    work(tools = noTools) {
      const loop = startLoop(storage.metadata, lanesFor(config), jobHandler({ config, storage, search, tools }), log);
      loops.push(loop);
      return loop;
    },
    async close() {
      for (const loop of loops) await loop.stop();
      app.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await search.close();
      await storage.close();
      await place.remove();
      await remove();
    },
  };
}
