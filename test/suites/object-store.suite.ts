import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { ObjectMissing, type ObjectStore } from '../../storage/objects/object-store.ts';

/** The guarantees of storage/objects/object-store.ts, for every driver. */
export function objectStoreSuite(name: string, open: () => Promise<{ store: ObjectStore; remove(): Promise<void> }>): void {
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
      expect((await buffer(await store.get('originals/ab/one', { start: 100, end: 199 }))).equals(bytes.subarray(100, 200))).to.equal(true);
      expect((await store.read('originals/ab/one', { start: 100, end: 199 })).equals(bytes.subarray(100, 200))).to.equal(true);
      expect((await store.read('originals/ab/one', { start: bytes.length - 10, end: bytes.length + 90 })).equals(bytes.subarray(-10))).to.equal(true);
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
          const error = await act().then(
            () => null,
            (thrown: unknown) => thrown,
          );
          expect(error, key).to.be.instanceOf(ObjectMissing);
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
      const error = await store.put('k/1', broken).then(
        () => null,
        (thrown: unknown) => thrown as Error,
      );
      expect(error?.message).to.equal('the line went down');
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

    it('refuses keys that could leave the store', async () => {
      for (const key of ['../x', 'a/../../x', '/etc/passwd', 'a//b', 'a/.hidden', '', 'a\\b', 'ế']) {
        const error = await store.put(key, Buffer.from('x')).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        expect(error, key).to.be.instanceOf(TypeError);
      }
    });
  });
}
