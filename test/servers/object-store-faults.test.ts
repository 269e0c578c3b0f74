import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import sharp from 'sharp';
import { type ObjectStore, StoreFull, StoreUnavailable } from '../../storage/objects/object-store.ts';
import { openS3Store } from '../../storage/objects/s3.ts';
import { upload } from '../server/files/tus-client.ts';
import { openTestApp, type TestApp, type Visitor } from '../support/app.ts';
import { type Fault, type FaultyProxy, faultyProxy } from '../support/faulty-proxy.ts';
import { describeOn, givenServers, placeOnServers } from '../support/servers.ts';
import { slowLine } from '../support/slow-line.ts';
import { until } from '../support/temporary.ts';

const given = givenServers().objectStoreUrl;
const silence = (address: string): string => `${address}${address.includes('?') ? '&' : '?'}timeout=1`;

const failure = (act: Promise<unknown>): Promise<Error> =>
  act.then(
    () => {
      throw new Error('done, and should have failed');
    },
    (thrown: Error) => thrown,
  );

/** A JPEG of about a megabyte with an empty page on it, which is read in no time: the bytes are comments. */
async function longPicture(): Promise<Buffer> {
  const page = await sharp({ create: { width: 800, height: 1_000, channels: 3, background: '#ffffff' } }).jpeg().toBuffer();
  const comments = Array.from({ length: 16 }, () => Buffer.concat([Buffer.from([0xff, 0xfe, 0xff, 0xff]), randomBytes(65_533)]));
  return Buffer.concat([page.subarray(0, 2), ...comments, page.subarray(2)]);
}

describeOn('objectStoreUrl', 'faults of the object store', function () {
  this.timeout(60_000);
  describe('the driver', () => {
    const bytes = randomBytes(6_000_000);
    let proxy: FaultyProxy;
    let store: ObjectStore;
    let place: ReturnType<typeof placeOnServers>;
    before(async () => {
      place = placeOnServers({ databaseUrl: null, searchUrl: null, objectStoreUrl: given });
      const url = place.objectStoreUrl as string;
      proxy = await faultyProxy(url);
      store = await openS3Store(silence(proxy.through(url)));
      await store.put('f/long', bytes);
      await store.put('f/short', Buffer.from('short'));
    });
    after(async () => {
      await store.close();
      await proxy.close();
      await place.remove();
    });
    afterEach(() => proxy.fault(null));

    const acts: Record<string, () => Promise<unknown>> = {
      put: () => store.put('f/new', Buffer.from('new')),
      'put of a stream': () => store.put('f/new', Readable.from([bytes, bytes], { objectMode: false })),
      get: async () => buffer(await store.get('f/long')),
      'get of a range': async () => buffer(await store.get('f/long', { start: 1_000_000, end: 2_000_000 })),
      read: () => store.read('f/long'),
      'local copy': () => store.localCopy('f/long'),
      stat: () => store.stat('f/long'),
      list: async () => {
        for await (const _ of store.list('f/'));
      },
      remove: () => store.remove('f/none'),
      check: () => store.check(),
    };
    const bodied = ['get', 'get of a range', 'read', 'local copy', 'list'];
    const faults: { name: string; fault: Fault; acts: string[]; withinMs: number }[] = [
      { name: 'refuses connections', fault: { kind: 'refuse' }, acts: Object.keys(acts), withinMs: 3_000 },
      { name: 'answers 503', fault: { kind: 'status', status: 503 }, acts: Object.keys(acts), withinMs: 3_000 },
      { name: 'answers 500 with a page of something else', fault: { kind: 'status', status: 500, body: '<html>'.repeat(50_000) }, acts: Object.keys(acts), withinMs: 3_000 },
      { name: 'refuses what it allowed before', fault: { kind: 'status', status: 403 }, acts: Object.keys(acts), withinMs: 3_000 },
      { name: 'sends one elsewhere', fault: { kind: 'status', status: 307 }, acts: Object.keys(acts), withinMs: 3_000 },
      { name: 'answers nonsense', fault: { kind: 'status', status: 200, body: 'Welcome' }, acts: ['get of a range', 'list'], withinMs: 3_000 },
      { name: 'is silent', fault: { kind: 'hang' }, acts: Object.keys(acts), withinMs: 4_000 },
      { name: 'falls silent in the middle of a body', fault: { kind: 'hang', after: 300 }, acts: bodied, withinMs: 4_000 },
      { name: 'cuts bodies at once', fault: { kind: 'cut', after: 0 }, acts: bodied, withinMs: 3_000 },
      { name: 'cuts bodies in the middle', fault: { kind: 'cut', after: 300 }, acts: bodied, withinMs: 3_000 },
    ];
    for (const { name, fault, acts: names, withinMs } of faults) {
      it(`a store that ${name} is StoreUnavailable within ${withinMs / 1000} s, and serves again afterwards`, async () => {
        await proxy.fault(fault);
        const began = performance.now();
        await Promise.all(
          names.map(async (act) => {
            expect(await failure((acts[act] as () => Promise<unknown>)()), act).to.be.instanceOf(StoreUnavailable);
            expect(performance.now() - began, act).to.be.lessThan(withinMs);
          }),
        );
        await proxy.fault(null);
        expect((await store.read('f/long')).equals(bytes)).to.equal(true);
        expect(await store.stat('f/new')).to.equal(null);
      });
    }

    it('a store that is busy for a moment is asked again, at most three times', async () => {
      for (const [act, run] of Object.entries(acts)) {
        await proxy.fault({ kind: 'status', status: 503, times: 2 });
        proxy.forget();
        const done = await run();
        if (act === 'local copy') await (done as { release(): Promise<void> }).release();
        expect(proxy.requests.length, act).to.be.within(3, act === 'put of a stream' ? 6 : 4);
        await proxy.fault({ kind: 'status', status: 503 });
        proxy.forget();
        await failure(run());
        expect(proxy.requests.length, act).to.equal(3);
      }
      await proxy.fault(null);
      await store.remove('f/new');
    });

    it('a body that is cut once is read again from its beginning, where nobody has seen any of it', async () => {
      for (const act of [() => store.read('f/long'), async () => buffer(await store.get('f/long'))]) {
        await proxy.fault({ kind: 'cut', after: 0, times: 1 });
        expect((await act()).equals(bytes)).to.equal(true);
      }
      await proxy.fault({ kind: 'cut', after: 3_000_000, times: 1 });
      expect((await store.read('f/long')).equals(bytes)).to.equal(true);
    });

    it('a stream of which bytes were given is never short: it is destroyed', async () => {
      for (const kind of ['cut', 'hang'] as const) {
        await proxy.fault({ kind, after: 5_000_000 });
        let seen = 0;
        const error = await failure(
          (async () => {
            for await (const piece of await store.get('f/long')) seen += (piece as Buffer).length;
          })(),
        );
        expect(error, kind).to.be.instanceOf(StoreUnavailable);
        expect(seen, kind).to.be.within(1, 5_000_000);
      }
    });

    it('a reader who takes his time is not a store that is silent', async () => {
      const reading = await store.get('f/long');
      await once(reading, 'readable');
      reading.read(1);
      // Longer than the store's second of grace: the clock stands while nobody reads.
      const began = performance.now();
      await until('two seconds have passed', () => performance.now() - began > 2_200);
      let seen = 1;
      for await (const piece of reading) seen += (piece as Buffer).length;
      expect(seen).to.equal(bytes.length);
    });

    it('a slow store is no store that is away, as long as something moves', async () => {
      await proxy.fault({ kind: 'slow', speed: 2_500_000 });
      const began = performance.now();
      expect((await store.read('f/long')).equals(bytes)).to.equal(true);
      expect(performance.now() - began).to.be.greaterThan(1_500);
    });

    it('a slow line upwards carries a long object', async () => {
      const url = place.objectStoreUrl as string;
      const line = await slowLine(url.replace(/^s3\+/, ''), 8_000_000);
      const address = new URL(silence(url));
      address.host = new URL(line.url).host;
      address.hostname = '127.0.0.1';
      const slow = await openS3Store(address.href);
      const body = randomBytes(20_000_000);
      const began = performance.now();
      expect((await slow.put('f/up', body)).size).to.equal(body.length);
      expect(performance.now() - began).to.be.greaterThan(1_500);
      await slow.close();
      await line.close();
      expect((await store.read('f/up')).equals(body)).to.equal(true);
    });

    it('no connection is left behind by what failed', async () => {
      const few = await openS3Store(silence(proxy.through(place.objectStoreUrl as string)), { sockets: 4 });
      for (const fault of [{ kind: 'status', status: 503 }, { kind: 'cut', after: 300 }, { kind: 'hang' }] as const) {
        await proxy.fault(fault);
        await Promise.allSettled(Array.from({ length: 12 }, () => few.read('f/long')));
        await proxy.fault(null);
      }
      const reads = await Promise.all(Array.from({ length: 12 }, () => few.read('f/short')));
      expect(reads.map(String)).to.deep.equal(reads.map(() => 'short'));
      await few.close();
      await store.close(); // of its kept connections none stands any more; it may be used again
      await until('no connection stands', () => proxy.connections() === 0);
    });

    it('no room is StoreFull, by whatever name', async () => {
      const answers: [number, string, string][] = [
        [507, 'XMinioStorageFull', 'Storage backend has reached its minimum free drive threshold.'],
        [507, 'InsufficientStorage', ''],
        [400, 'XMinioAdminBucketQuotaExceeded', ''],
        [403, 'QuotaExceeded', ''],
        [403, 'AccessDenied', 'Bucket size quota is reached'],
      ];
      for (const [status, code, message] of answers) {
        await proxy.fault({ kind: 'status', status, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>` });
        expect(await failure(store.put('f/full', Buffer.from('x'))), code).to.be.instanceOf(StoreFull);
      }
    });

    it('a store that is away at opening is told of, and not waited for', async () => {
      const url = silence(proxy.through(place.objectStoreUrl as string));
      for (const fault of [{ kind: 'refuse' }, { kind: 'hang' }, { kind: 'status', status: 503 }] as const) {
        await proxy.fault(fault);
        const began = performance.now();
        expect(await failure(openS3Store(url)), fault.kind).to.be.instanceOf(StoreUnavailable);
        expect(performance.now() - began, fault.kind).to.be.lessThan(4_000);
      }
    });
  });

  describe('the library', () => {
    let proxy: FaultyProxy;
    let app: TestApp;
    let librarian: Visitor;
    let picture: Buffer;
    let fileId: string;
    const environment = process.env['OBJECT_STORE_URL'];

    /** Status, code of the problem, and the bytes; 'cut' when the connection broke before the length that was promised. */
    async function ask(path: string): Promise<{ status: number | 'cut'; code?: string; bytes: Buffer }> {
      const answer = await fetch(app.url + path).catch(() => null);
      if (!answer) return { status: 'cut', bytes: Buffer.alloc(0) };
      const bytes = await answer.arrayBuffer().then(Buffer.from, () => null);
      if (!bytes) return { status: 'cut', bytes: Buffer.alloc(0) };
      const problem = answer.headers.get('content-type')?.includes('problem') ? (JSON.parse(String(bytes)) as { code: string }) : null;
      return { status: answer.status, code: problem?.code, bytes };
    }
    const ready = (id: string) =>
      until('the file is read', async () => (await librarian.get(`/api/files/${id}`)).body?.state === 'ready', 40).catch(async (error: Error) => {
        const jobs = await app.storage.metadata.queries.selectFrom('jobs').selectAll().execute();
        throw new Error(`${error.message}: ${JSON.stringify([(await librarian.get(`/api/files/${id}`)).body, jobs, app.logged.slice(-5)])}`, { cause: error });
      });

    before(async () => {
      proxy = await faultyProxy(given as string);
      process.env['OBJECT_STORE_URL'] = silence(proxy.through(given as string));
      app = await openTestApp();
      librarian = await app.as('librarian');
      picture = await longPicture();
      const received = await upload(librarian, picture, { filename: 'Bản đồ.jpg', licence: 'CC-BY-4.0', scope: 'public' });
      fileId = received.fileId as string;
      app.work();
      await ready(fileId);
      const record = await librarian.get(`/api/records/${received.recordId}`);
      const published = await librarian.post(`/api/records/${received.recordId}/publish`, { version: record.body.version });
      expect(published.status, published.text).to.equal(200);
    });
    after(async () => {
      process.env['OBJECT_STORE_URL'] = environment;
      if (!proxy) return;
      await proxy.fault(null);
      await app?.close();
      await proxy.close();
    });
    afterEach(() => proxy.fault(null));

    const paths = (): Record<string, string> => ({
      original: `/api/files/${fileId}/original`,
      'page image': `/iiif/${fileId}/pages/1/full/max/0/default.jpg`,
      thumbnail: `/api/files/${fileId}/pages/1/thumbnail`,
      'drawn image': `/iiif/${fileId}/pages/1/full/300,/0/default.jpg`,
    });

    it('serves while all is well', async () => {
      for (const [name, path] of Object.entries(paths())) expect((await ask(path)).status, name).to.equal(200);
      expect((await ask(paths()['original'] as string)).bytes.equals(picture)).to.equal(true);
    });

    for (const fault of [{ kind: 'refuse' }, { kind: 'status', status: 503 }, { kind: 'hang' }, { kind: 'cut', after: 0, where: /^GET/ }] as Fault[]) {
      it(`page images and downloads are 503 storage-unavailable while the store fails (${fault.kind}), and come again`, async () => {
        await proxy.fault(fault);
        for (const [name, path] of Object.entries(paths())) {
          if (fault.kind === 'cut' && name === 'drawn image') continue; // its copy is still on this machine
          const answer = await ask(path);
          expect([answer.status, answer.code], name).to.deep.equal([503, 'storage-unavailable']);
        }
        // What needs no bytes goes on.
        expect((await ask(`/api/files/${fileId}/book`)).status).to.equal(200);
        const health = await ask('/api/health');
        if (fault.kind !== 'cut') expect(health.status).to.equal(503);
        await proxy.fault(null);
        for (const [name, path] of Object.entries(paths())) expect((await ask(path)).status, name).to.equal(200);
      });
    }

    it('a body that breaks off in the store breaks off at the reader, and never looks whole', async () => {
      for (const kind of ['cut', 'hang'] as const) {
        // Within a piece, after three that the reader has.
        await proxy.fault({ kind, after: 60_000, where: /^GET .*originals/, passing: 3 });
        expect((await ask(paths()['original'] as string)).status, kind).to.equal('cut');
      }
      await proxy.fault(null);
      expect((await ask(paths()['original'] as string)).bytes.equals(picture)).to.equal(true);
    });

    it('an upload into a store that is away is refused and may be sent again', async () => {
      const body = randomBytes(100_000);
      await proxy.fault({ kind: 'status', status: 503, where: /^(PUT|POST)/ });
      const refused = await upload(librarian, body, { filename: 'a.bin', licence: 'CC-BY-4.0', scope: 'public' }).then(
        (outcome) => JSON.stringify(outcome),
        (error: Error) => error.message,
      );
      expect(refused).to.include('storage-unavailable');
      await proxy.fault(null);
      const outcome = await upload(librarian, body, { filename: 'a.bin', licence: 'CC-BY-4.0', scope: 'public' });
      expect(outcome.state).to.equal('accepted');
    });

    it('an ingest waits for the store and is done when it is back', async () => {
      const received = await upload(librarian, await longPicture(), { filename: 'Bản đồ 2.jpg', licence: 'CC-BY-4.0', scope: 'public' });
      await proxy.fault({ kind: 'status', status: 503 });
      // Tried, given back, and tried again.
      proxy.forget();
      await until('the job has been tried twice', () => proxy.requests.length > 3, 30);
      expect((await librarian.get(`/api/files/${received.fileId}`)).body.state).to.be.oneOf(['waiting', 'reading']);
      await proxy.fault(null);
      await ready(received.fileId as string);
    });
  });
});
