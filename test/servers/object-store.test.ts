import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { Client } from 'minio';
import { type ObjectStore, ObjectMissing, StoreFull, StoreUnavailable } from '../../storage/objects/object-store.ts';
import { parseS3Address } from '../../storage/objects/s3-address.ts';
import { partBytes } from '../../storage/objects/s3-upload.ts';
import { openS3Store } from '../../storage/objects/s3.ts';
import { objectStoreSuite } from '../suites/object-store.suite.ts';
import { type FaultyProxy, faultyProxy } from '../support/faulty-proxy.ts';
import { describeOn, givenServers, placeOnServers } from '../support/servers.ts';
import { temporaryFolder, until } from '../support/temporary.ts';

const given = givenServers().objectStoreUrl;

/** A place of its own in the bucket given, and the store on it, at the end of a way that counts and can fail. */
async function openPlace(parameters = '', sockets = 4) {
  const place = placeOnServers({ databaseUrl: null, searchUrl: null, objectStoreUrl: given });
  const url = place.objectStoreUrl as string;
  const folder = await temporaryFolder();
  const proxy = await faultyProxy(url);
  const through = proxy.through(url);
  const store = await openS3Store(through + (parameters && (through.includes('?') ? '&' : '?') + parameters), { copiesIn: folder.path, sockets });
  proxy.forget();
  return {
    store,
    proxy,
    url,
    folder: folder.path,
    async remove() {
      await proxy.close();
      await place.remove();
      await folder.remove();
    },
  };
}

const failure = (act: Promise<unknown>): Promise<Error> =>
  act.then(
    (value) => {
      throw new Error(`done, and should have failed: ${JSON.stringify(value)}`);
    },
    (thrown: Error) => thrown,
  );

function clientOf(url: string): Client {
  const { host, port, secure, accessKey, secretKey, region } = parseS3Address(url);
  return new Client({ endPoint: host, port, useSSL: secure, accessKey, secretKey, region });
}

/** Of one key and not of a prefix, which MinIO does not list. */
async function unfinishedUploads(url: string, key: string): Promise<number> {
  const { bucket, prefix } = parseS3Address(url);
  return (await clientOf(url).listIncompleteUploadsQuery(bucket, prefix + key, '', '', '')).uploads.length;
}

const pieces = (count: number): Readable => Readable.from(Array.from({ length: count }, (_, piece) => Buffer.alloc(1024 * 1024, piece)), { objectMode: false });

describeOn('objectStoreUrl', 's3', function () {
  // Without the proxy, whose memory would be measured too.
  objectStoreSuite('given server', async () => {
    const place = placeOnServers({ databaseUrl: null, searchUrl: null, objectStoreUrl: given });
    const folder = await temporaryFolder();
    return {
      store: await openS3Store(place.objectStoreUrl as string, { copiesIn: folder.path, sockets: 4 }),
      async remove() {
        await place.remove();
        await folder.remove();
      },
    };
  });

  describe('object store: s3', () => {
    let store: ObjectStore;
    let proxy: FaultyProxy;
    let url: string;
    let folder: string;
    let remove: () => Promise<void>;
    beforeEach(async () => ({ store, proxy, url, folder, remove } = await openPlace()));
    afterEach(async () => {
      await store.close();
      await remove();
    });

    it('asks once for each thing', async () => {
      await store.put('q/1', Buffer.alloc(1000));
      const counts: Record<string, () => Promise<unknown>> = {
        'put from a buffer': () => store.put('q/2', Buffer.alloc(1000)),
        'put from a stream': () => store.put('q/3', pieces(2)),
        'the same key anew': () => store.put('q/3', pieces(1)),
        stat: () => store.stat('q/1'),
        read: () => store.read('q/1'),
        'read of a range': () => store.read('q/1', { start: 5, end: 20 }),
        'read past the end': () => store.read('q/1', { start: 1000, end: 2000 }),
        get: async () => (await store.get('q/1')).resume(),
        'get of a range': async () => (await store.get('q/1', { start: 5, end: 20 })).resume(),
        list: async () => {
          for await (const _ of store.list('q/'));
        },
        remove: () => store.remove('q/1'),
        check: () => store.check(),
        'read of what is missing': () => failure(store.read('q/none')),
      };
      for (const [what, act] of Object.entries(counts)) {
        proxy.forget();
        await act();
        expect(proxy.requests, what).to.have.length(1);
      }
      proxy.forget();
      expect(await store.signedAddress('q/1', { seconds: 60, mediaType: 'text/plain', name: 'a' })).to.equal(null);
      expect(proxy.requests).to.deep.equal([]);
      expect(await store.stat('q/none')).to.equal(null); // and a second time, to know what it is that is missing
      expect(proxy.requests.map((line) => line.split(' ')[0])).to.deep.equal(['HEAD', 'GET']);
      proxy.forget();
      await store.put('q/4', pieces(20));
      expect(proxy.requests.map((line) => line.split(' ')[0])).to.deep.equal(['POST', 'PUT', 'PUT', 'PUT', 'POST']);
    });

    it('keeps objects of every size around the size of a part', async function () {
      this.timeout(30_000);
      for (const size of [1, partBytes - 1, partBytes, partBytes + 1, 2 * partBytes, 2 * partBytes + 1]) {
        const bytes = Buffer.alloc(size, 'Tủ Sách ');
        for (const body of [bytes, Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)], { objectMode: false })]) {
          const put = await store.put('z/1', body);
          expect(put.size, String(size)).to.equal(size);
          expect(await store.stat('z/1')).to.deep.equal(put);
          expect((await store.read('z/1')).equals(bytes), String(size)).to.equal(true);
        }
      }
    });

    it('what fails midway leaves no unfinished upload on the server', async function () {
      this.timeout(20_000);
      const fails: Record<string, () => Promise<Error>> = {
        async 'the source'() {
          async function* breaking(): AsyncGenerator<Buffer> {
            for (let piece = 0; piece < 30; piece++) yield Buffer.alloc(1024 * 1024, piece);
            throw new Error('the line went down');
          }
          const broken = Readable.from(breaking(), { objectMode: false });
          const error = await failure(store.put('u/1', broken));
          expect(error.message).to.equal('the line went down');
          return error;
        },
        async 'whoever wanted it'() {
          const aborting = new AbortController();
          async function* abandoned(): AsyncGenerator<Buffer> {
            for (let piece = 0; piece < 40; piece++) {
              if (piece === 30) aborting.abort();
              yield Buffer.alloc(1024 * 1024, piece);
            }
          }
          const error = await failure(store.put('u/1', Readable.from(abandoned(), { objectMode: false }), { signal: aborting.signal }));
          expect(error.name).to.equal('AbortError');
          return error;
        },
        async 'the room'() {
          await proxy.fault({ kind: 'status', status: 507, where: /partNumber=3/ });
          const error = await failure(store.put('u/1', pieces(40)));
          expect(error).to.be.instanceOf(StoreFull);
          return error;
        },
        async 'a part'() {
          await proxy.fault({ kind: 'status', status: 400, where: /partNumber=2/ });
          return failure(store.put('u/1', pieces(40)));
        },
        async 'the end'() {
          await proxy.fault({ kind: 'status', status: 500, where: /^POST .*uploadId=/ });
          return failure(store.put('u/1', pieces(20)));
        },
      };
      for (const [what, fail] of Object.entries(fails)) {
        await fail();
        await proxy.fault(null);
        expect(await unfinishedUploads(url, 'u/1'), what).to.equal(0);
        expect(await store.stat('u/1'), what).to.equal(null);
      }
    });

    it('a long object whose last answer was lost is stored all the same', async function () {
      this.timeout(20_000);
      await proxy.fault({ kind: 'cut', after: 0, where: /^POST .*uploadId=/, times: 1 });
      const put = await store.put('u/2', pieces(20));
      expect(proxy.requests.filter((line) => /^POST .*uploadId=/.test(line)).length).to.equal(2);
      expect(await store.stat('u/2')).to.deep.equal(put);
      expect(put.size).to.equal(20 * 1024 * 1024);
      expect(await unfinishedUploads(url, 'u/2')).to.equal(0);
    });

    it('ends uploads at opening that nobody has gone on with for a day', async () => {
      const { bucket, prefix } = parseS3Address(url);
      const id = await clientOf(url).initiateNewMultipartUpload(bucket, `${prefix}old/1`, {});
      await clientOf(url).initiateNewMultipartUpload(bucket, `${prefix}new/1`, {});
      const listed = (key: string, uploadId: string, initiated: Date): string =>
        `<Upload><Key>${prefix}${key}</Key><UploadId>${uploadId}</UploadId><Initiated>${initiated.toISOString()}</Initiated></Upload>`;
      const uploads = listed('old/1', id, new Date(Date.now() - 90_000_000)) + listed('gone/1', 'gone', new Date(0)) + listed('new/1', 'new', new Date());
      const body = `<?xml version="1.0"?><ListMultipartUploadsResult>${uploads}</ListMultipartUploadsResult>`;
      await proxy.fault({ kind: 'status', status: 200, body, where: /\?uploads&/ });
      await (await openS3Store(proxy.through(url))).close();
      expect([await unfinishedUploads(url, 'old/1'), await unfinishedUploads(url, 'new/1')]).to.deep.equal([0, 1]);
      await clientOf(url).removeIncompleteUpload(bucket, `${prefix}new/1`);
    });

    it('holders of a local copy share one download; what nobody holds is let go of', async () => {
      await store.put('c/page.webp', Buffer.from('page'));
      proxy.forget();
      const copies = await Promise.all(Array.from({ length: 5 }, () => store.localCopy('c/page.webp')));
      expect(proxy.requests.filter((line) => line.startsWith('GET ')).length).to.equal(1);
      expect(new Set(copies.map(({ path }) => path)).size).to.equal(1);
      expect(copies[0]?.path).to.match(/page\.webp$/);
      for (const copy of copies) await copy.release();
      await (await store.localCopy('c/page.webp')).release();
      expect(proxy.requests.filter((line) => line.startsWith('GET ')).length).to.equal(1);

      const held = await store.localCopy('c/page.webp');
      await store.put('c/page.webp', Buffer.from('anew'));
      const fresh = await store.localCopy('c/page.webp');
      expect((await readFile(held.path)).toString()).to.equal('page');
      expect((await readFile(fresh.path)).toString()).to.equal('anew');
      await held.release();
      const [own] = await readdir(folder);
      expect(await readdir(join(folder, own as string))).to.have.length(1);

      // Somebody empties the folder for temporary files.
      await fresh.release();
      await rm(join(folder, own as string), { recursive: true });
      const again = await store.localCopy('c/page.webp');
      expect((await readFile(again.path)).toString()).to.equal('anew');
      await again.release();
      await store.close();
      expect(await readdir(folder)).to.deep.equal([]);
    });

    it('a download that fails leaves no copy', async () => {
      await store.put('c/1', Buffer.alloc(2_000_000));
      await proxy.fault({ kind: 'cut', after: 1_000_000 });
      expect(await failure(store.localCopy('c/1'))).to.be.instanceOf(StoreUnavailable);
      await proxy.fault(null);
      const [own] = await readdir(folder);
      expect(await readdir(join(folder, own as string))).to.deep.equal([]);
      expect(await failure(store.localCopy('c/none'))).to.be.instanceOf(ObjectMissing);
    });

    it('a wrong key or secret is told at opening, without the secret', async () => {
      for (const [key, secret] of [['nobody', 'geheim-secret'], [parseS3Address(url).accessKey, 'geheim-secret']] as const) {
        const wrong = new URL(url);
        wrong.username = key;
        wrong.password = secret;
        const error = await failure(openS3Store(wrong.href));
        expect(error.message).to.match(/^the object store at .* (does not know this key|says that the secret is not that of this key)/);
        expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.to.include('geheim');
      }
    });

    it('a bucket or an account that is gone is not an object that is missing', async () => {
      for (const code of ['NoSuchBucket', 'XAdminUserNotFound']) {
        await proxy.fault({ kind: 'status', status: 404, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>gone</Message></Error>` });
        for (const act of [store.stat('b/1'), store.read('b/1'), store.get('b/1'), store.localCopy('b/1'), store.remove('b/1')]) expect(await failure(act), code).to.be.instanceOf(StoreUnavailable);
      }
    });

    it('makes a bucket that is missing; two that start together make one', async () => {
      const { bucket } = parseS3Address(url);
      const fresh = new URL(url);
      const name = `${bucket}-${parseS3Address(url).prefix.replace(/[^a-z0-9]/g, '')}`;
      fresh.pathname = `/${name}`;
      const stores = await Promise.all([openS3Store(fresh.href), openS3Store(fresh.href)]);
      await stores[0]?.put('a/1', Buffer.from('x'));
      expect((await stores[1]?.read('a/1'))?.toString()).to.equal('x');
      await stores[1]?.remove('a/1');
      for (const one of stores) await one.close();
      await clientOf(url).removeBucket(name);
    });
  });

  describe('object store: addresses for browsers', () => {
    let place: Awaited<ReturnType<typeof openPlace>>;
    const signed = async (key: string, seconds = 60, name = 'Đề thi lớp 5.pdf'): Promise<string> => (await place.store.signedAddress(key, { seconds, mediaType: 'application/pdf', name })) as string;
    before(async () => {
      place = await openPlace(`public=${encodeURIComponent(new URL((given as string).replace(/^s3\+/, '')).origin)}`);
      await place.store.put('s/1', Buffer.from('0123456789'));
      await place.store.put('s/2', Buffer.from('secret'));
    });
    after(async () => {
      await place.store.close();
      await place.remove();
    });

    it('anyone may get the object from it, whole or in ranges, under its Vietnamese name', async () => {
      place.proxy.forget();
      const address = await signed('s/1');
      expect(place.proxy.requests).to.deep.equal([]);
      const answer = await fetch(address);
      expect([answer.status, await answer.text()]).to.deep.equal([200, '0123456789']);
      expect(answer.headers.get('content-type')).to.equal('application/pdf');
      expect(answer.headers.get('content-disposition')).to.equal(`attachment; filename="De thi lop 5.pdf"; filename*=UTF-8''%C4%90%E1%BB%81%20thi%20l%E1%BB%9Bp%205.pdf`);
      const part = await fetch(address, { headers: { range: 'bytes=2-4' } });
      expect([part.status, await part.text()]).to.deep.equal([206, '234']);
      expect((await fetch(await signed('s/none'))).status).to.equal(404);
    });

    it('gives nothing else: no other object, name or type, no writing', async () => {
      const address = await signed('s/1');
      const altered = [address.replace('/s/1?', '/s/2?'), address.replace('De%20thi', 'Bai'), address.replace('application%2Fpdf', 'text%2Fhtml'), address.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=9999'), address.replace(/&X-Amz-Signature=.*/, '')];
      for (const other of altered) {
        expect(other).not.to.equal(address);
        expect((await fetch(other)).status, other).to.be.within(400, 403);
      }
      for (const method of ['PUT', 'DELETE']) expect((await fetch(address, { method, body: method === 'PUT' ? 'x' : null })).status, method).to.equal(403);
      expect((await place.store.read('s/1')).toString()).to.equal('0123456789');
    });

    it('ends', async () => {
      const address = await signed('s/1', 3);
      expect((await fetch(address)).status).to.equal(200);
      await until('the address has ended', async () => (await fetch(address)).status === 403, 15);
    });
  });
});
