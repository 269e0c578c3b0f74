import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { openSearch } from '../../search/index.ts';
import { moveLibrary } from '../../server/keeping/move.ts';
import { openStorage, type Storage, type StorageConfig } from '../../storage/index.ts';
import { originalKey } from '../../storage/objects/keys.ts';
import { keptLibrary, objectHashes, still, tableHashes } from '../server/keeping/kept-library.ts';
import { fillLibrary } from '../support/large-library.ts';
import { describeOn, placeOnServers } from '../support/servers.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Gives every record of the large library an original of its own. */
async function giveOriginals({ metadata, objects }: Storage, files: { fileId: string }[]): Promise<void> {
  for (const { fileId } of files) {
    const bytes = Buffer.from(`%PDF bản gốc ${fileId}\n`.repeat(20));
    const key = originalKey(fileId);
    await objects.put(key, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await metadata.queries.updateTable('files').set({ object_key: key, size: bytes.length, sha256 }).where('id', '=', fileId).execute();
  }
}

describeOn('databaseUrl', 'a library of 1,000 records and 5,000 pages', function () {
  this.timeout(120_000);

  it('moves from embedded to grown and back with nothing lost, though it is cut off midway', async () => {
    const place = placeOnServers();
    const library = await keptLibrary({ records: 0 });
    const server = await temporaryFolder();
    const home = await temporaryFolder();
    const opened: Storage[] = [];
    const open = async (config: StorageConfig): Promise<Storage> => {
      const storage = await openStorage(config);
      opened.push(storage);
      return storage;
    };
    try {
      const search = await openSearch({ folder: library.folder, role: 'writer', url: null });
      const { records } = await fillLibrary(library.storage, search, { records: 1000, pagesPerRecord: 5, seed: 7 });
      await search.close();
      await giveOriginals(library.storage, records);
      const [rows, bytes] = [await tableHashes(library.storage, 'move'), await objectHashes(library.storage)];
      expect([rows['records'], rows['pages']].map((row) => row?.split(' ')[0])).to.deep.equal(['1000', '5000']);

      const grownAt = { folder: server.path, databaseUrl: place.databaseUrl, objectStoreUrl: place.objectStoreUrl };
      const grown = await open(grownAt);
      const options = { objectsFirst: false, force: false, work: library.folder, targetName: 'grown', signal: still() };
      const stopping = new AbortController();
      const { signal } = stopping;
      let asked = 500;
      signal.throwIfAborted = () => (asked-- === 0 && stopping.abort(), AbortSignal.prototype.throwIfAborted.call(signal));
      let cut: unknown = null;
      await moveLibrary(library.storage, grown, grownAt, { ...options, signal }).catch((error: unknown) => (cut = error));
      expect((cut as Error | null)?.name).to.equal('AbortError');
      const there = await moveLibrary(library.storage, grown, grownAt, options);
      expect(there.kept).to.be.greaterThan(0);
      expect(there.objects).to.equal(1003);
      expect(await tableHashes(grown, 'move')).to.deep.equal(rows);

      const homeAt = { folder: home.path };
      const back = await open(homeAt);
      await moveLibrary(grown, back, homeAt, { ...options, work: server.path });
      expect(await tableHashes(back, 'move')).to.deep.equal(rows);
      expect(await objectHashes(back)).to.deep.equal(bytes);
    } finally {
      for (const storage of opened) await storage.close();
      await library.close();
      await place.remove();
      await server.remove();
      await home.remove();
    }
  });
});
