import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { checkFixity, orphanAgeMs } from '../../../server/keeping/fixity.ts';
import { derivedPrefix, originalKey, stagedPieceKey } from '../../../storage/objects/keys.ts';
import { addRecord, keptLibrary, type KeptLibrary, still } from './kept-library.ts';

describe('keeping: fixity', () => {
  let library: KeptLibrary;
  beforeEach(async () => (library = await keptLibrary()));
  afterEach(() => library.close());

  const look = (repairOrphans = false, now = Date.now()) => checkFixity(library.storage, { folder: library.folder, repairOrphans, signal: still(), now: () => now });

  it('a sound library is sound', async () => {
    expect(await look()).to.deep.equal({ objects: 18, originals: 2, bytes: 6000, damaged: [], missing: [], orphans: [], repaired: 0 });
  });

  it('finds one changed byte, an empty picture, what is missing and what nothing names', async () => {
    const { objects, metadata } = library.storage;
    const added = await addRecord(library.storage, { title: 'Thơ', pages: 2 });
    added.bytes[1500]! ^= 1;
    await objects.put(added.key, added.bytes);
    const [one, two] = await metadata.queries.selectFrom('pages').selectAll().where('file_id', '=', added.fileId).orderBy('number').execute();
    await objects.put(one!.image_key!, Buffer.alloc(0));
    await objects.remove(two!.words_key!);
    const stray = `${derivedPrefix(added.fileId, 9)}pages/00001.jpg`;
    await objects.put(stray, Buffer.from('x'));
    await objects.put(stagedPieceKey(uuid(), 0), Buffer.from('x'));
    const fresh = originalKey(uuid());
    await objects.put(fresh, Buffer.from('x'));
    const report = await look();
    expect(report.damaged).to.have.members([added.key, one!.image_key]);
    expect(report.missing).to.deep.equal([two!.words_key]);
    expect(report.orphans).to.deep.equal([stray]);
    expect((await look(false, Date.now() + orphanAgeMs + 60_000)).orphans).to.have.members([stray, fresh]);
    const repaired = await look(true);
    expect(repaired.repaired).to.equal(1);
    expect(await objects.stat(stray)).to.equal(null);
    expect(await objects.stat(fresh)).to.not.equal(null);
  });

  it('what a file gets that is being read is no orphan', async () => {
    const { objects, metadata } = library.storage;
    const added = await addRecord(library.storage, { title: 'Thơ', pages: 0 });
    await metadata.queries.updateTable('files').set({ state: 'reading' }).where('id', '=', added.fileId).execute();
    await objects.put(`${derivedPrefix(added.fileId, 1)}pages/00001.jpg`, Buffer.from('x'));
    expect((await look()).orphans).to.deep.equal([]);
  });
});
