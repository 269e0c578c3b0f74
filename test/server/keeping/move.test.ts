import { expect } from 'chai';
import { whyNotStart } from '../../../server/keeping/left-library.ts';
import { moveLibrary, type MoveOptions } from '../../../server/keeping/move.ts';
import { readTarget, withoutSecrets } from '../../../server/keeping/move-target.ts';
import { openStorage } from '../../../storage/index.ts';
import { processSeen } from '../../../storage/metadata/processes.ts';
import { addRecord, emptyPlace, faultOf, keptLibrary, type KeptLibrary, objectHashes, still, tableHashes } from './kept-library.ts';

describe('keeping: moving', function () {
  this.timeout(20_000);
  let library: KeptLibrary;
  let place: Awaited<ReturnType<typeof emptyPlace>>;
  const options = (more: Partial<MoveOptions> = {}): MoveOptions => ({ objectsFirst: false, force: false, work: library.folder, targetName: place.folder, signal: still(), ...more });

  beforeEach(async () => {
    library = await keptLibrary();
    place = await emptyPlace();
  });
  afterEach(async () => {
    await library.close();
    await place.remove();
  });

  it('a library arrives with every row, every byte and everybody signed in, and what was left does not start', async () => {
    const { queries } = library.storage.metadata;
    const [person] = await queries.selectFrom('people').select('id').execute();
    const when = new Date().toISOString();
    await queries.insertInto('sessions').values({ id: 'hash', person_id: person!.id, csrf: 'x', device: '', created_at: when, seen_at: when, expires_at: when }).execute();
    const target = await openStorage(place.config);
    const moved = await moveLibrary(library.storage, target, place.config, options());
    expect([moved.complete, moved.objects, moved.missing, moved.damaged]).to.deep.equal([true, 18, [], []]);
    expect(await tableHashes(target, 'move')).to.deep.equal(await tableHashes(library.storage, 'move'));
    expect(await objectHashes(target)).to.deep.equal(await objectHashes(library.storage));
    expect(await whyNotStart(queries, false)).to.include(place.folder);
    expect(await whyNotStart(target.metadata.queries, false)).to.equal(null);
    expect(await whyNotStart(queries, true)).to.equal(null);
    expect(await whyNotStart(queries, false)).to.equal(null);
    await target.close();
  });

  it('while the library runs its objects are carried, and the rest waits until it stands still', async () => {
    const target = await openStorage(place.config);
    await processSeen(library.storage.metadata.queries, { id: 'p', kind: 'worker', version: '1', startedAt: new Date().toISOString() });
    const first = await moveLibrary(library.storage, target, place.config, options({ objectsFirst: true }));
    expect([first.complete, first.copied]).to.deep.equal([false, 18]);
    expect((await faultOf(moveLibrary(library.storage, target, place.config, options()))).code).to.equal('library-in-use');
    expect(await target.metadata.queries.selectFrom('people').select('id').execute()).to.deep.equal([]);
    await addRecord(library.storage, { title: 'Thơ mới', pages: 1 });
    await library.storage.metadata.queries.deleteFrom('processes').execute();
    const moved = await moveLibrary(library.storage, target, place.config, options());
    expect([moved.complete, moved.copied, moved.kept]).to.deep.equal([true, 5, 18]);
    expect(await objectHashes(target)).to.deep.equal(await objectHashes(library.storage));
    await target.close();
  });

  it('an object at the target that has the size but not the bytes is found and put right', async () => {
    const target = await openStorage(place.config);
    const [file] = await library.storage.metadata.queries.selectFrom('files').selectAll().execute();
    await target.objects.put(file!.object_key, Buffer.alloc(file!.size));
    await moveLibrary(library.storage, target, place.config, options());
    expect(await objectHashes(target)).to.deep.equal(await objectHashes(library.storage));
    await target.close();
  });

  it('a target that holds something is replaced only when that was asked for', async () => {
    const other = await keptLibrary({ records: 1 });
    try {
      expect((await faultOf(moveLibrary(library.storage, other.storage, other.config, options()))).code).to.equal('target-not-empty');
      await moveLibrary(library.storage, other.storage, other.config, options({ force: true }));
      expect(await tableHashes(other.storage, 'move')).to.deep.equal(await tableHashes(library.storage, 'move'));
      expect(await objectHashes(other.storage)).to.deep.equal(await objectHashes(library.storage));
    } finally {
      await other.close();
    }
  });

  it('addresses are told apart, secrets are not shown, and nothing is carried onto itself', async () => {
    const from = { folder: '/srv/a', databaseUrl: null, objectStoreUrl: null };
    const grown = readTarget(['postgres://u:mat-khau@db/tusach', 's3+http://key:bi-mat-lam@s3:9000/tusach', 'meilisearch+http://:khoa@m:7700'], from);
    expect(grown.config).to.deep.equal({ folder: '/srv/a', databaseUrl: 'postgres://u:mat-khau@db/tusach', objectStoreUrl: 's3+http://key:bi-mat-lam@s3:9000/tusach' });
    expect(grown.name).to.not.match(/mat-khau|bi-mat|khoa/);
    expect(grown.settings).to.include('SEARCH_URL=meilisearch+http://:khoa@m:7700');
    expect(readTarget(['postgres://db/x'], from)).to.deep.include({ rowsStay: false, objectsStay: true });
    expect(readTarget(['/srv/b'], from).config.folder).to.equal('/srv/b');
    expect(withoutSecrets('postgres://u:p@db:5/x?password=p')).to.equal('postgres://db:5/x');
    for (const wrong of [['/srv/a'], ['ftp://x'], ['/srv/b', '/srv/c'], ['s3+http://nobody/x']])
      expect((await faultOf((async () => readTarget(wrong, from))())).code, wrong[0]).to.match(/same-place|address-wrong/);
  });
});
