import { expect } from 'chai';
import { sql } from 'kysely';
import { DatabaseUnavailable, type Metadata } from '../../storage/metadata/database.ts';
import { openMetadata } from '../../storage/metadata/open-metadata.ts';
import { migrate } from '../../storage/metadata/migrate.ts';
import { putSetting, setting } from '../../storage/metadata/organisations.ts';
import { recordsByIds } from '../../storage/metadata/records.ts';
import { openTestApp, type TestApp, type Visitor } from '../support/app.ts';
import { type FaultyProxy, faultyProxy } from '../support/faulty-proxy.ts';
import { describeOn, givenServers, placeOnServers } from '../support/servers.ts';
import { temporaryFolder, until } from '../support/temporary.ts';

const away = 'database-unavailable';
const applicationName = `tusach_away_${process.pid}`;

/** The server's own address is swapped for one through the proxy, with limits that a test can wait for. */
async function behindProxy(): Promise<{ proxy: FaultyProxy; url: string }> {
  const proxy = await faultyProxy(givenServers().databaseUrl!);
  const url = new URL(proxy.through(givenServers().databaseUrl!));
  url.searchParams.set('connect_timeout', '1');
  url.searchParams.set('query_timeout', '1500');
  url.searchParams.set('application_name', applicationName);
  return { proxy, url: url.href };
}

describeOn('databaseUrl', 'PostgreSQL goes away', function () {
  this.timeout(30_000);
  let proxy: FaultyProxy;
  let url: string;
  before(async () => {
    ({ proxy, url } = await behindProxy());
  });
  after(() => proxy?.close());

  describe('under a library in use', () => {
    let app: TestApp;
    let librarian: Visitor;
    const given = process.env['DATABASE_URL'];
    before(async () => {
      process.env['DATABASE_URL'] = url;
      app = await openTestApp();
      app.work();
      librarian = await app.as('librarian');
    });
    after(async () => {
      await proxy?.fault(null);
      await app?.close();
      process.env['DATABASE_URL'] = given;
    });

    const add = (title: string) => librarian.post('/api/records', { title, licence: 'CC-BY-4.0', scope: 'public' });

    /** Milliseconds of an answer that says the database is away. */
    async function refusedWithin(ask: () => Promise<{ status: number; body: { code?: string } | null; headers: Headers }>): Promise<number> {
      const started = performance.now();
      const answer = await ask();
      expect([answer.status, answer.body?.code]).to.deep.equal([503, away]);
      expect(Number(answer.headers.get('retry-after'))).to.be.greaterThan(0);
      return performance.now() - started;
    }

    /** Several people write without a pause until told to stop; what was acknowledged must be there afterwards. */
    function writing(): { acknowledged: string[]; refused: number[]; stop(): Promise<void> } {
      const acknowledged: string[] = [];
      const refused: number[] = [];
      let going = true;
      const one = async (writer: number): Promise<void> => {
        for (let number = 0; going; number++) {
          const answer = await add(`Sách ${writer}.${number}`);
          if (answer.status === 201) acknowledged.push((answer.body as { id: string }).id);
          else {
            expect([answer.status, (answer.body as { code: string }).code]).to.deep.equal([503, away]);
            refused.push(performance.now());
          }
        }
      };
      const writers = Promise.all([one(0), one(1), one(2)]);
      return {
        acknowledged,
        refused,
        async stop() {
          going = false;
          await writers;
        },
      };
    }

    const kept = async (ids: readonly string[]): Promise<number> => (await recordsByIds(app.storage.metadata.queries, ids)).length;

    it('refused connections are told at once, and afterwards sessions stand, no acknowledged write is missing and jobs go on', async () => {
      const writers = writing();
      await until('some are written', () => writers.acknowledged.length > 5);
      await proxy.fault({ kind: 'refuse' });
      const gone = performance.now();
      expect(await refusedWithin(() => librarian.get('/api/session'))).to.be.lessThan(1_000);
      expect(await refusedWithin(() => add('không được lưu'))).to.be.lessThan(1_000);
      await until('some are refused for three seconds', () => performance.now() - gone > 3_000 && writers.refused.length > 5);
      await proxy.fault(null);
      const before = writers.acknowledged.length;
      await until('some are written again', () => writers.acknowledged.length > before + 5);
      await writers.stop();
      expect(await kept(writers.acknowledged)).to.equal(writers.acknowledged.length);
      expect((await librarian.get('/api/session')).body).to.have.nested.property('person.username', 'librarian');

      const { id } = (await add('Dòng sông trở lại')).body as { id: string };
      expect((await librarian.post(`/api/records/${id}/publish`, { version: 1 })).status).to.equal(200);
      await until('the worker indexes it', async () => (await app.visitor().get('/api/search?q=d%C3%B2ng+s%C3%B4ng+tr%E1%BB%9F+l%E1%BA%A1i')).text.includes(id));
    });

    it('a server that hangs is told within its limits, and nothing is stuck afterwards', async () => {
      const { id } = (await add('Trước khi treo')).body as { id: string };
      await proxy.fault({ kind: 'hang' });
      // Connections that stand wait for an answer, then new ones for their greeting.
      const waits = await Promise.all(Array.from({ length: 12 }, () => refusedWithin(() => librarian.get('/api/session'))));
      expect(Math.max(...waits)).to.be.lessThan(4_000);
      await proxy.fault(null);
      await until('it answers', async () => (await librarian.get(`/api/records/${id}`)).status === 200);
      expect((await add('Sau khi treo')).status).to.equal(201);
    });

    it('connections that the server ends are replaced, whether idle or at work', async () => {
      const writers = writing();
      const watching = await openMetadata({ folder: '', url: given! });
      try {
        for (let round = 0; round < 5; round++) {
          const before = writers.acknowledged.length;
          const { rows } = await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${applicationName}`.execute(watching.queries);
          expect(rows.length).to.be.greaterThan(0);
          await until('some are written again', () => writers.acknowledged.length > before + 5);
        }
      } finally {
        await watching.close();
        await writers.stop();
      }
      expect(await kept(writers.acknowledged)).to.equal(writers.acknowledged.length);
    });
  });

  describe('under one transaction', () => {
    let place: ReturnType<typeof placeOnServers>;
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let metadata: Metadata;
    before(async () => {
      place = placeOnServers({ databaseUrl: url, objectStoreUrl: null, searchUrl: null });
      folder = await temporaryFolder();
      metadata = await openMetadata({ folder: folder.path, url: place.databaseUrl });
      await migrate(metadata, folder.path, new Date());
    });
    after(async () => {
      await proxy?.fault(null);
      await metadata?.close();
      await place?.remove();
      await folder?.remove();
    });

    const unavailable = async (work: Promise<unknown>): Promise<void> => {
      const error: unknown = await work.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(DatabaseUnavailable);
    };
    const backend = (queries: Parameters<typeof setting>[0]): Promise<number> =>
      sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(queries).then(({ rows }) => rows[0]!.pid);

    it('nothing of a transaction stands when its connection is ended in the middle', async () => {
      await unavailable(
        metadata.transaction(async (queries) => {
          await putSetting(queries, 'half', 1);
          await sql`select pg_terminate_backend(${await backend(queries)})`.execute(metadata.queries);
          await putSetting(queries, 'other half', 1);
        }),
      );
      expect(await setting(metadata.queries, 'half')).to.equal(null);
      await metadata.transaction((queries) => putSetting(queries, 'half', 2));
      expect(await setting(metadata.queries, 'half')).to.equal(2);
    });

    it('a statement that takes too long is ended by the server, and its connection is not used again', async () => {
      const short = new URL(place.databaseUrl!);
      short.searchParams.set('statement_timeout', '300');
      const other = await openMetadata({ folder: folder.path, url: short.href });
      try {
        await unavailable(sql`select pg_sleep(10)`.execute(other.queries));
        await unavailable(
          other.transaction(async (queries) => {
            await putSetting(queries, 'slow', 1);
            await sql`select pg_sleep(10)`.execute(queries);
          }),
        );
        expect(await setting(other.queries, 'slow')).to.equal(null);
      } finally {
        await other.close();
      }
    });

    it('more askers than connections wait their turn', async () => {
      const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => setting(metadata.queries, `none ${index}`)));
      expect(new Set(answers)).to.deep.equal(new Set([null]));
    });

    it('a lock that was lost on the way is not given back as if it had been held', async () => {
      const release = await metadata.lock('long work');
      await proxy.fault({ kind: 'refuse' });
      await proxy.fault(null);
      await unavailable(release());
      await (await metadata.lock('long work'))();
    });

    it('a library cannot be opened while the server is away, and says so', async () => {
      await proxy.fault({ kind: 'refuse' });
      await unavailable(openMetadata({ folder: folder.path, url: place.databaseUrl }));
      await proxy.fault(null);
    });
  });
});
