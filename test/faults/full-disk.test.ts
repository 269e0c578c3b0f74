import { expect } from 'chai';
import { join } from 'node:path';
import { pino } from 'pino';
import { type JobHandler, type Loop, startLoop } from '../../server/jobs/loop.ts';
import { enqueue } from '../../server/jobs/queue.ts';
import { openStorage, type Storage } from '../../storage/index.ts';
import { mostAttempts } from '../../storage/metadata/jobs.ts';
import { putSetting } from '../../storage/metadata/organisations.ts';
import { openTestApp, type TestApp, type Visitor } from '../support/app.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { temporaryFolder, until } from '../support/temporary.ts';

describe('a full disk', function () {
  this.timeout(60_000);
  let disk: SmallDisk | undefined;

  describe('under the search index', () => {
    let app: TestApp;
    let librarian: Visitor;
    before(async function () {
      app = await openTestApp();
      librarian = await app.as('librarian');
      disk = await smallDisk(this, join(app.folder, 'search'), 4);
      app.work();
    });
    after(async () => {
      disk?.end();
      await app?.close();
    });

    const publish = async (title: string): Promise<string> => {
      const { id, version } = (await librarian.post('/api/records', { title, licence: 'CC-BY-4.0', scope: 'public', abstract: `${title} `.repeat(200) })).body;
      expect((await librarian.post(`/api/records/${id}/publish`, { version })).body.state).to.equal('published');
      return id;
    };
    const found = async (q: string) => (await librarian.get(`/api/search?q=${encodeURIComponent(q)}`)).body.records.map((one: { id: string }) => one.id) as string[];
    const { hurry, waiting } = queueOf(() => app.storage);

    it('publishing goes on, its job waits and does not fail however often it is tried, and the index catches up when there is room', async () => {
      const before = await publish('trước khi đầy');
      await until('it is found', async () => (await found('trước khi đầy')).includes(before));
      await disk!.fill();
      const during = await publish('trong khi đầy');
      const said = () => app.logged.filter((line) => line.includes('"part":"disk"')).length;
      await until('the worker misses the room', said);
      for (let round = 0; round < mostAttempts + 2; round++) {
        await until('it is given back', async () => (await waiting('index-record')).some((job) => job.run_after > new Date().toISOString()));
        expect((await waiting('index-record')).map((job) => job.attempts)).to.deep.equal([0]);
        await hurry();
      }
      expect((await librarian.get(`/api/records/${during}`)).status).to.equal(200);
      expect(await found('trước khi đầy'), 'what is there is found').to.deep.equal([before]);
      await disk!.free();
      await until('the index catches up', async () => {
        await hurry();
        return (await found('trong khi đầy')).includes(during);
      });
      expect(said(), 'said once').to.equal(1);
    });
  });

  describe('under the database', () => {
    let storage: Storage;
    let loop: Loop | null = null;
    let remove: () => Promise<void>;
    before(async function () {
      const folder = await temporaryFolder();
      remove = folder.remove;
      disk = await smallDisk(this, folder.path, 8);
      storage = await openStorage({ folder: folder.path });
    });
    after(async () => {
      await loop?.stop();
      await storage?.close();
      disk?.end();
      await remove?.();
    });

    it('a job whose end does not fit is ended when there is room, once', async () => {
      let runs = 0;
      const handler: JobHandler = {
        run: async () => {
          runs++;
          await disk!.fill();
          // Whatever room the log of SQLite still has is used up, too.
          for (let at = 0; at < 10_000; at++) {
            const full = await putSetting(storage.metadata.queries, `filler ${at}`, 'x'.repeat(100_000)).then(
              () => false,
              () => true,
            );
            if (full) break;
          }
          return { state: 'done' };
        },
        failed: async () => {},
      };
      await storage.metadata.transaction((queries) => enqueue(queries, { kind: 'sweep' }));
      const lines: string[] = [];
      const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
      loop = startLoop(storage.metadata, [{ kinds: ['sweep'], atOnce: 1 }], handler, log);
      await until('its end does not fit', () => lines.some((line) => line.includes('"part":"disk"')));
      await disk!.free();
      const jobs = () => storage.metadata.queries.selectFrom('jobs').selectAll().execute();
      await until('it is ended', async () => (await jobs())[0]?.state === 'done', 20);
      expect(runs).to.equal(1);
      expect((await jobs())[0]).to.include({ attempts: 1 });
    });
  });
});

/** Jobs that wait, and a way past their pauses. */
function queueOf(storage: () => Storage) {
  return {
    hurry: () => storage().metadata.queries.updateTable('jobs').set({ run_after: new Date().toISOString() }).where('state', '=', 'queued').execute(),
    waiting: (kind: string) => storage().metadata.queries.selectFrom('jobs').selectAll().where('kind', '=', kind).where('state', '=', 'queued').execute(),
  };
}
