import { expect } from 'chai';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setUpLibrary } from '../../../server/accounts/set-up.ts';
import { seedVocabularies } from '../../../server/catalogue/seed-vocabularies.ts';
import { processesAlive } from '../../../storage/metadata/processes.ts';
import { openStorage, type Storage } from '../../../storage/index.ts';
import { need } from '../../support/need.ts';
import { addressesOf, placeOnServers, settingsOf } from '../../support/servers.ts';
import { libraryEnvironment } from '../../support/library-process.ts';
import { projectRoot } from '../../support/source-files.ts';
import { temporaryFolder, until } from '../../support/temporary.ts';
import { shelve } from '../catalogue/shelf.ts';

describe('the web process', function () {
  this.timeout(60_000);
  let folder: { path: string; remove(): Promise<void> };
  let place: ReturnType<typeof placeOnServers>;
  let storage: Storage;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await temporaryFolder();
    place = placeOnServers();
    storage = await openStorage({ folder: folder.path, ...addressesOf(place) });
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    await storage.close();
    await place.remove();
    await folder.remove();
  });

  async function start(): Promise<{ url: string; child: ChildProcess; ended: Promise<number | null> }> {
    const env = libraryEnvironment(folder.path, { HOST: '127.0.0.1', ...settingsOf(place) });
    const child = fork(join(projectRoot, 'server', 'main.ts'), [], { execArgv: ['--import', 'tsx'], env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    children.push(child);
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    const [{ listening }] = (await once(child, 'message')) as [{ listening: number }];
    return { url: `http://127.0.0.1:${listening}`, child, ended };
  }
  const alive = () => processesAlive(storage.metadata.queries);

  it('is known while it lives, ends at once when nothing is under way, and is known no more', async () => {
    const { child, ended } = await start();
    const [row] = await until('it is known', async () => {
      const rows = await alive();
      return rows.length > 0 && rows;
    });
    expect(row!.kind).to.equal('web');
    const asked = performance.now();
    child.kill('SIGINT');
    expect(await ended).to.equal(0);
    expect(performance.now() - asked, 'ms').to.be.below(2000);
    expect(await alive()).to.deep.equal([]);
  });

  it('can be ended as soon as it says that it listens', async () => {
    const { child, ended } = await start();
    child.kill('SIGTERM');
    expect(await ended).to.equal(0);
  });

  it('that is asked to stop while it begins ends well, and so does whoever has started it', async function () {
    need(this, existsSync('/proc/self/task'), '/proc');
    const env = libraryEnvironment(folder.path, { HOST: '127.0.0.1', ...settingsOf(place) });
    for (const only of ['web', 'worker']) {
      const child = spawn(process.execPath, [join(projectRoot, 'server', 'start.mjs'), '--only', only], { env, stdio: ['ignore', 'ignore', 'inherit'] });
      children.push(child);
      const ended = once(child, 'exit').then(([code]) => code as number | null);
      await until('it has started its process', () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim() !== '');
      child.kill('SIGTERM');
      expect(await ended, only).to.equal(0);
    }
  });

  it('tells a proxy before it shuts the door: no request of one that listens is lost', async () => {
    const { url, child, ended } = await start();
    const seen: (number | 'shut')[] = [];
    let mayCome = true;
    const served: number[] = [];
    const proxy = (async () => {
      while (seen.at(-1) !== 'shut') {
        const ready = await fetch(`${url}/api/health/ready`).then(({ status }) => status, () => 'shut' as const);
        seen.push(ready);
        mayCome = ready === 200;
        if (mayCome) served.push(await fetch(`${url}/api/session`).then(({ status }) => status, () => 0));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    await until('the proxy has seen it ready', () => served.length > 3);
    child.kill('SIGTERM');
    await proxy;
    expect(await ended).to.equal(0);
    expect(seen).to.include(503);
    expect(seen.indexOf(503)).to.be.below(seen.indexOf('shut'));
    expect(new Set(served)).to.deep.equal(new Set([200]));
  });

  it('does not wait for a reader who takes a file and does not go on', async () => {
    await seedVocabularies(storage.metadata);
    const { school_id } = await setUpLibrary(storage.metadata, {
      school: { name: 'Trường THCS Hoa Sen', code: 'HOASEN' },
      librarian: { name: 'Trần Thị Thư', username: 'librarian', password: 'mat-khau-thu-nghiem' },
      sample: false,
    });
    const { fileId } = await shelve({ storage } as Parameters<typeof shelve>[0], { school_id }, ['một']);
    const bytes = Buffer.alloc(64 * 1024 * 1024, 'x');
    await storage.objects.put(`originals/00/00/${fileId}`, bytes);
    await storage.metadata.queries.updateTable('files').set({ size: bytes.length }).where('id', '=', fileId).execute();
    const { url, child, ended } = await start();
    const response = await new Promise<IncomingMessage>((resolve, reject) => get(`${url}/api/files/${fileId}/original`, resolve).on('error', reject));
    response.on('error', () => {}); // cut off, as it should be
    // A store that gives signed addresses sends the bytes itself: then there is nothing to wait for.
    const here = response.statusCode !== 302;
    if (here) {
      expect(response.statusCode).to.equal(200);
      await once(response, 'readable');
    }
    const asked = performance.now();
    child.kill('SIGTERM');
    expect(await ended).to.equal(0);
    expect(performance.now() - asked, 'ms').to.be.within(here ? 5000 : 0, 15_000);
  });
});
