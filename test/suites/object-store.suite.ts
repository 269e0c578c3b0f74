import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { ObjectMissing, type ObjectStore } from '../../storage/objects/object-store.ts';

const thrownBy = (act: Promise<unknown>): Promise<Error | null> =>
  act.then(
    () => null,
    (thrown: Error) => thrown,
  );

/** `pieces` pieces of 64 KiB that differ, cut from one block of memory: what is measured is the store's memory and not the source's. */
function longSource(pieces: number): { stream: Readable; size: number; sha256: Promise<string>; peak: () => number } {
  const block = randomBytes(1024 * 1024);
  const hash = createHash('sha256');
  let peak = 0;
  async function* generate(): AsyncGenerator<Buffer> {
    for (let piece = 0; piece < pieces; piece++) {
      const start = (piece * 7919) % (block.length - 65_536);
      const bytes = block.subarray(start, start + 65_536);
      hash.update(bytes);
      peak = Math.max(peak, process.memoryUsage().arrayBuffers);
      yield bytes;
    }
  }
  const stream = Readable.from(generate(), { objectMode: false });
  return {
    stream,
    size: pieces * 65_536,
    sha256: once(stream, 'end').then(() => hash.digest('hex')),
    peak: () => peak,
  };
}

async function sha256Of(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of stream) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** The guarantees of storage/objects/object-store.ts, for every driver. */
export function objectStoreSuite(
  name: string,
  open: () => Promise<{ store: ObjectStore; remove(): Promise<void> }>,
): void {
  describe(`object store: ${name}`, () => {
    let store: ObjectStore;
    let remove: () => Promise<void>;
    beforeEach(async () => ({ store, remove } = await open()));
    afterEach(async () => {
      await store.close();
      await remove();
    });
    const keys = async (prefix: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const object of store.list(prefix)) found.push(object.key);
      return found;
    };

    it('gives back what was put, whole and in ranges', async () => {
      const bytes = randomBytes(3_000_000);
      const put = await store.put('originals/ab/one', Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]));
      expect(put).to.include({ key: 'originals/ab/one', size: bytes.length });
      expect((await buffer(await store.get('originals/ab/one'))).equals(bytes)).to.equal(true);
      expect((await store.read('originals/ab/one')).equals(bytes)).to.equal(true);
      expect(
        (await buffer(await store.get('originals/ab/one', { start: 100, end: 199 }))).equals(bytes.subarray(100, 200)),
      ).to.equal(true);
      expect(
        (await store.read('originals/ab/one', { start: 100, end: 199 })).equals(bytes.subarray(100, 200)),
      ).to.equal(true);
      expect(
        (await store.read('originals/ab/one', { start: bytes.length - 10, end: bytes.length + 90 })).equals(
          bytes.subarray(-10),
        ),
      ).to.equal(true);
      expect(await store.stat('originals/ab/one')).to.deep.equal(put);
    });

    it('an object put anew has another tag, wherever one asks for it', async () => {
      const first = await store.put('k/t', Buffer.from('first'));
      const second = await store.put('k/t', Buffer.from('2nd..'));
      expect(second.tag).not.to.equal(first.tag);
      expect((await store.stat('k/t'))?.tag).to.equal(second.tag);
      const listed = [];
      for await (const object of store.list('k/')) listed.push(object);
      expect(listed).to.deep.equal([second]);
    });

    it('says ObjectMissing for what is not there, a folder of keys included', async () => {
      await store.put('a/b/c', Buffer.from('x'));
      for (const key of ['a/none', 'a/b', 'a/b/c/d']) {
        expect(await store.stat(key), key).to.equal(null);
        for (const act of [() => store.get(key), () => store.read(key), () => store.localCopy(key)]) {
          expect(await thrownBy(act()), key).to.be.instanceOf(ObjectMissing);
        }
      }
      await store.remove('a/none');
    });

    it('a put that fails leaves the old object and no trace of the new one', async () => {
      await store.put('k/1', Buffer.from('old'));
      const broken = new Readable({
        read() {
          this.push(Buffer.alloc(100_000));
          this.destroy(new Error('the line went down'));
        },
      });
      expect((await thrownBy(store.put('k/1', broken)))?.message).to.equal('the line went down');
      expect((await store.read('k/1')).toString()).to.equal('old');
      expect(await keys('')).to.deep.equal(['k/1']);
    });

    it('reads during a write never see half an object', async () => {
      const size = 400_000;
      await store.put('k/2', Buffer.alloc(size, 1));
      let writing = true;
      const writes = (async () => {
        for (let round = 2; round < 30; round++) await store.put('k/2', Buffer.alloc(size, round));
        writing = false;
      })();
      let reads = 0;
      while (writing) {
        const seen = await store.read('k/2');
        expect(seen.length).to.equal(size);
        expect(seen.every((byte) => byte === seen[0])).to.equal(true);
        reads++;
      }
      await writes;
      expect(reads).to.be.greaterThan(0);
    });

    it('of several writers of one key the object of one stays, whole', async () => {
      await Promise.all(Array.from({ length: 8 }, (_, writer) => store.put('k/3', Buffer.alloc(200_000, writer))));
      const seen = await store.read('k/3');
      expect(seen.length).to.equal(200_000);
      expect(seen.every((byte) => byte === seen[0])).to.equal(true);
    });

    it('lists keys under a prefix in ascending order', async () => {
      for (const key of ['b/2', 'b/10', 'a/1', 'b-x/1', 'b/c/1', 'bc']) await store.put(key, Buffer.from('.'));
      expect(await keys('b/')).to.deep.equal(['b/10', 'b/2', 'b/c/1']);
      expect(await keys('')).to.deep.equal(['a/1', 'b-x/1', 'b/10', 'b/2', 'b/c/1', 'bc']);
      expect(await keys('none/')).to.deep.equal([]);
    });

    it('lists thousands of keys in ascending order, each once, and those of one prefix alone', async function () {
      this.timeout(30_000);
      const wanted = Array.from(
        { length: 1_050 },
        (_, at) =>
          `many/${String(at * 7919)
            .padStart(8, '0')
            .slice(-3)}/${at}`,
      );
      const eachOf = (some: string[], act: (key: string) => Promise<unknown>): Promise<unknown> => {
        const waiting = [...some];
        const work = async (): Promise<void> => {
          for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) await act(key);
        };
        return Promise.all(Array.from({ length: 16 }, work));
      };
      await eachOf([...wanted, 'manyother/1'], (key) => store.put(key, Buffer.from(key)));
      expect(await keys('many/')).to.deep.equal(wanted.sort());
      // What goes away during a listing does not disturb it.
      const batch: string[] = [];
      for await (const { key } of store.list('many/')) {
        batch.push(key);
        if (batch.length === 200) await eachOf(batch.splice(0), (one) => store.remove(one));
      }
      await eachOf(batch.splice(0), (one) => store.remove(one));
      expect(await keys('')).to.deep.equal(['manyother/1']);
    });

    it('a listing that is not read to its end leaves nothing behind', async () => {
      for (const key of ['l/1', 'l/2']) await store.put(key, Buffer.from('.'));
      for await (const { key } of store.list('l/')) {
        expect(key).to.equal('l/1');
        break;
      }
      expect(await keys('l/')).to.deep.equal(['l/1', 'l/2']);
    });

    it('keeps empty objects, from a buffer and from a stream', async () => {
      for (const [key, body] of [
        ['e/1', Buffer.alloc(0)],
        ['e/2', Readable.from([])],
      ] as const) {
        const put = await store.put(key, body);
        expect(put).to.include({ key, size: 0 });
        expect(await store.stat(key)).to.deep.equal(put);
        expect((await store.read(key)).length).to.equal(0);
        expect((await buffer(await store.get(key))).length).to.equal(0);
        expect((await store.read(key, { start: 0, end: 99 })).length).to.equal(0);
        expect((await buffer(await store.get(key, { start: 0, end: 99 }))).length).to.equal(0);
        const copy = await store.localCopy(key);
        expect((await readFile(copy.path)).length).to.equal(0);
        await copy.release();
      }
    });

    it('a range past the end gives what there is', async () => {
      await store.put('r/1', Buffer.from('0123456789'));
      const ranges = [
        [0, 0, '0'],
        [9, 9, '9'],
        [8, 99, '89'],
        [0, 9_999_999_999, '0123456789'],
        [10, 10, ''],
        [500, 600, ''],
      ] as const;
      for (const [start, end, wanted] of ranges) {
        expect((await store.read('r/1', { start, end })).toString(), `${start}-${end}`).to.equal(wanted);
        expect((await buffer(await store.get('r/1', { start, end }))).toString(), `${start}-${end}`).to.equal(wanted);
      }
      expect(await thrownBy(store.get('r/none', { start: 0, end: 1 }))).to.be.instanceOf(ObjectMissing);
      expect(await thrownBy(store.read('r/none', { start: 5, end: 6 }))).to.be.instanceOf(ObjectMissing);
    });

    it('takes 80 MB of unknown length with at most 32 MB of memory', async function () {
      this.timeout(30_000);
      const before = process.memoryUsage().arrayBuffers;
      const source = longSource(1_280);
      const put = await store.put('long/1', source.stream);
      expect(put.size).to.equal(source.size);
      expect(source.peak() - before).to.be.lessThan(32 * 1024 ** 2);
      expect(await store.stat('long/1')).to.deep.equal(put);
      expect(await sha256Of(await store.get('long/1'))).to.equal(await source.sha256);
    });

    it('an aborted put leaves nothing, at whatever point', async () => {
      for (const pieces of [0, 1, 40, 200]) {
        const aborting = new AbortController();
        const source = new PassThrough({ highWaterMark: 65_536 });
        const putting = thrownBy(store.put('s/1', source, { signal: aborting.signal }));
        for (let piece = 0; piece < pieces; piece++)
          if (!source.write(Buffer.alloc(100_000, piece))) await once(source, 'drain');
        aborting.abort();
        expect((await putting)?.name, `${pieces} pieces`).to.equal('AbortError');
        expect(source.destroyed).to.equal(true);
        expect(await store.stat('s/1')).to.equal(null);
      }
      expect((await thrownBy(store.put('s/1', Buffer.from('x'), { signal: AbortSignal.abort() })))?.name).to.equal(
        'AbortError',
      );
      expect(await keys('')).to.deep.equal([]);
      await store.put('s/1', Buffer.from('x'), { signal: new AbortController().signal });
    });

    it('a source that goes away without a word is no object', async () => {
      const source = new PassThrough();
      const putting = thrownBy(store.put('s/2', source));
      source.write(Buffer.alloc(1_000));
      source.destroy();
      expect(await putting).to.be.instanceOf(Error);
      expect(await keys('')).to.deep.equal([]);
    });

    it('what is half written is not seen, and what it replaces is, until it is whole', async function () {
      this.timeout(20_000);
      await store.put('h/old', Buffer.from('old'));
      const halves = ['h/old', 'h/new'].map((key) => {
        const source = new PassThrough();
        return { source, putting: store.put(key, source) };
      });
      for (const { source } of halves)
        for (let piece = 0; piece < 18; piece++)
          if (!source.write(Buffer.alloc(1_000_000, 1))) await once(source, 'drain');
      expect(await store.stat('h/new')).to.equal(null);
      expect(await keys('')).to.deep.equal(['h/old']);
      expect((await store.read('h/old')).toString()).to.equal('old');
      for (const { source, putting } of halves) {
        source.end();
        expect((await putting).size).to.equal(18_000_000);
      }
      expect((await store.read('h/old')).length).to.equal(18_000_000);
      expect(await keys('')).to.deep.equal(['h/new', 'h/old']);
    });

    it('of several writers of one long object one stays, whole', async function () {
      this.timeout(20_000);
      const size = 20 * 1024 * 1024;
      const bodies = [1, 2, 3].map((fill) =>
        Readable.from(
          Array.from({ length: 20 }, () => Buffer.alloc(1024 * 1024, fill)),
          { objectMode: false },
        ),
      );
      const put = await Promise.all(bodies.map((body) => store.put('w/1', body)));
      const seen = await store.read('w/1');
      expect(seen.length).to.equal(size);
      expect(seen.equals(Buffer.alloc(size, seen[0]))).to.equal(true);
      expect(put.map(({ tag }) => tag)).to.include((await store.stat('w/1'))?.tag);
    });

    it('whoever reads an object that is put anew gets the old one or the new one, whole', async function () {
      this.timeout(20_000);
      const [old, fresh] = [Buffer.alloc(12_000_000, 1), Buffer.alloc(12_000_000, 2)];
      await store.put('p/1', old);
      const reading = await store.get('p/1');
      const [first] = (await once(reading, 'data')) as [Buffer];
      reading.pause();
      // At the same time and not one after the other: a store may let writers wait for readers (MinIO does).
      const [rest] = await Promise.all([buffer(reading), store.put('p/1', fresh)]);
      const seen = Buffer.concat([first, rest]);
      expect(seen.equals(old) || seen.equals(fresh)).to.equal(true);
      expect((await store.read('p/1')).equals(fresh)).to.equal(true);
    });

    it('reads that are given up free what they held', async function () {
      this.timeout(20_000);
      await store.put('g/1', Buffer.alloc(4_000_000, 1));
      for (let read = 0; read < 200; read++) {
        const stream = await store.get('g/1');
        if (read % 2 === 0) await once(stream, 'readable');
        stream.destroy();
      }
      expect((await store.read('g/1')).length).to.equal(4_000_000);
    });

    it('removing is done when it answers, and may be done twice', async () => {
      await store.put('d/1', Buffer.from('x'));
      await store.remove('d/1');
      expect(await store.stat('d/1')).to.equal(null);
      expect(await thrownBy(store.read('d/1'))).to.be.instanceOf(ObjectMissing);
      await store.remove('d/1');
      await store.put('d/1', Buffer.from('y'));
      expect((await store.read('d/1')).toString()).to.equal('y');
    });

    it('a local copy has the bytes until each of its holders lets go', async () => {
      await store.put('c/1', Buffer.from('one'));
      const [first, second] = await Promise.all([store.localCopy('c/1'), store.localCopy('c/1')]);
      await first.release();
      await first.release();
      expect((await readFile(second.path)).toString()).to.equal('one');
      await second.release();
      await store.put('c/1', Buffer.from('two'));
      const third = await store.localCopy('c/1');
      expect((await readFile(third.path)).toString()).to.equal('two');
      await third.release();
      await store.remove('c/1');
      expect(await thrownBy(store.localCopy('c/1'))).to.be.instanceOf(ObjectMissing);
    });

    it('says that it can serve', async () => {
      const { freeBytes } = await store.check();
      if (freeBytes !== null) expect(freeBytes).to.be.greaterThan(0);
    });

    it('refuses keys that could leave the store', async () => {
      for (const key of ['../x', 'a/../../x', '/etc/passwd', 'a//b', 'a/.hidden', '', 'a\\b', 'ế']) {
        for (const act of [
          () => store.put(key, Buffer.from('x')),
          () => store.get(key),
          () => store.read(key),
          () => store.stat(key),
          () => store.remove(key),
          () => store.localCopy(key),
        ])
          expect(await thrownBy(act()), key).to.be.instanceOf(TypeError);
      }
    });
  });
}
