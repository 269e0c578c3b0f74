import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setUpLibrary } from '../../server/accounts/set-up.ts';
import { seedVocabularies } from '../../server/catalogue/seed-vocabularies.ts';
import { openStorage, type Storage } from '../../storage/index.ts';
import { libraryEnvironment } from './library-process.ts';
import { addressesOf, placeOnServers, type ServerAddresses } from './servers.ts';
import { projectRoot } from './source-files.ts';
import { temporaryFolder } from './temporary.ts';
import { openVisitor, type Visitor } from './visitor.ts';

/** A web or worker process of a library, as `npm start` or a container runs it. */
export interface Member {
  kind: 'web' | 'worker';
  pid: number;
  /** Of a web process. */
  url: string;
  gone(): boolean;
  /** Resolves when it has ended. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  /** Ends it as power that fails does; resolves when it has ended. */
  killNow(): Promise<void>;
  /** Asks it to stop and answers its exit code. */
  stop(): Promise<number | null>;
}

/** Any number of processes on one library, embedded in a folder or on the servers given. */
export interface Fleet {
  folder: string;
  addresses: ServerAddresses;
  /** The same library, opened in the test's own process. */
  storage: Storage;
  /** What all processes have printed. */
  output(): string;
  start(kind: Member['kind'], environment?: Record<string, string>): Promise<Member>;
  /** The librarian that set-up made, at one web process or at whichever is named at the moment. */
  librarian(url: string | (() => string)): Promise<Visitor>;
  close(): Promise<void>;
}

export const librarianPassword = 'mat-khau-thu-nghiem';

/** `through`: what the processes are told instead of some address, such as a way to it that can be told to fail; the test itself goes straight. */
export async function openFleet(options: { environment?: Record<string, string>; school?: { name: string; code: string }; through?(straight: ServerAddresses): Partial<ServerAddresses> } = {}): Promise<Fleet> {
  const { path: folder, remove } = await temporaryFolder();
  const place = placeOnServers();
  const addresses = { ...addressesOf(place), ...options.through?.(addressesOf(place)) };
  const storage = await openStorage({ folder, ...addressesOf(place) });
  await seedVocabularies(storage.metadata);
  await setUpLibrary(storage.metadata, {
    school: options.school ?? { name: 'Trường THCS Hoa Sen', code: 'HOASEN' },
    librarian: { name: 'Trần Thị Thư', username: 'librarian', password: librarianPassword },
    sample: false,
  });
  const named = { DATABASE_URL: addresses.databaseUrl, OBJECT_STORE_URL: addresses.objectStoreUrl, SEARCH_URL: addresses.searchUrl };
  const given = Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== null));
  const members = new Set<ChildProcess>();
  let said = '';
  process.once('exit', () => members.forEach((child) => child.kill('SIGKILL')));

  return {
    folder,
    addresses,
    storage,
    output: () => said,
    async start(kind, environment = {}) {
      const child = fork(join(projectRoot, 'server', kind === 'web' ? 'main.ts' : 'worker.ts'), [], {
        execArgv: ['--import', 'tsx', '--disable-warning=ExperimentalWarning'],
        env: libraryEnvironment(folder, { HOST: '127.0.0.1', ...given, ...options.environment, ...environment }),
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      members.add(child);
      for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
      const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
        child.once('exit', (code, signal) => {
          members.delete(child);
          resolve({ code, signal });
        }),
      );
      const url = await new Promise<string>((resolve, reject) => {
        child.on('message', (message: { listening?: number; working?: boolean }) => {
          if (message.listening) resolve(`http://127.0.0.1:${message.listening}`);
          if (message.working) resolve('');
        });
        void ended.then(({ code, signal }) => reject(new Error(`the ${kind} process ended while it started (${signal ?? code}):\n${said}`)));
      });
      return {
        kind,
        pid: child.pid!,
        url,
        ended,
        gone: () => child.exitCode !== null || child.signalCode !== null,
        async killNow() {
          child.kill('SIGKILL');
          await ended;
        },
        async stop() {
          child.kill('SIGTERM');
          return (await ended).code;
        },
      };
    },
    async librarian(url) {
      const visitor = openVisitor(url);
      const answer = await visitor.signIn('librarian', librarianPassword);
      if (answer.status !== 200) throw new Error(`could not sign in: ${answer.text}`);
      return visitor;
    },
    async close() {
      await Promise.all(
        [...members].map(
          (child) =>
            new Promise((resolve) => {
              child.once('exit', resolve);
              child.kill('SIGKILL');
            }),
        ),
      );
      await storage.close();
      await place.remove();
      await remove();
    },
  };
}
