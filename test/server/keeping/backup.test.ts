import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { backUp, verifyBackup } from '../../../server/keeping/backup.ts';
import { restore, type RestoreOptions } from '../../../server/keeping/restore.ts';
import { whyNotStart } from '../../../server/keeping/left-library.ts';
import { openStorage } from '../../../storage/index.ts';
import { jobPending } from '../../../storage/metadata/jobs.ts';
import { setting } from '../../../storage/metadata/organisations.ts';
import { processSeen } from '../../../storage/metadata/processes.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { addRecord, emptyPlace, faultOf, keptLibrary, type KeptLibrary, objectHashes, still, tableHashes } from './kept-library.ts';

const plainly = (more: Partial<RestoreOptions> = {}): RestoreOptions => ({ force: false, skipDamaged: false, signal: still(), ...more });

describe('keeping: backup and restore', function () {
  this.timeout(20_000);
  let library: KeptLibrary;
  let place: Awaited<ReturnType<typeof emptyPlace>>;
  let shelf: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeEach(async () => {
    library = await keptLibrary();
    place = await emptyPlace();
    shelf = await temporaryFolder();
  });
  afterEach(async () => {
    await library.close();
    await place.remove();
    await shelf.remove();
  });

  for (const [kind, name] of [
    ['a folder', 'kept'],
    ['a zip file', 'kept.zip'],
  ] as const) {
    it(`what was backed up to ${kind} comes back row by row and byte by byte`, async () => {
      const at = join(shelf.path, name);
      const outcome = await backUp(library.storage, at, { signal: still() });
      expect(outcome.faults).to.deep.equal([]);
      expect(outcome.manifest.objects.count).to.equal(2 * (1 + 2 * 4));
      expect(await verifyBackup(at, { signal: still() })).to.deep.equal({ objects: 18, damaged: [] });
      expect(await setting(library.storage.metadata.queries, 'last-backup')).to.deep.include({ to: at, objects: 18 });

      const restored = await restore(place.config, at, plainly());
      expect(restored.objects).to.equal(18);
      const storage = await openStorage(place.config);
      expect(await tableHashes(storage, 'backup')).to.deep.equal(await tableHashes(library.storage, 'backup'));
      expect(await objectHashes(storage)).to.deep.equal(await objectHashes(library.storage));
      expect(await jobPending(storage.metadata.queries, 'reindex:')).to.equal(true);
      expect(await whyNotStart(storage.metadata.queries, false)).to.equal(null);
      await storage.close();
      expect((await readdir(shelf.path)).sort()).to.deep.equal([name]);
    });
  }

  it('a second backup to a folder copies what is new, and forgets what nothing names any more', async () => {
    const at = join(shelf.path, 'kept');
    const first = await backUp(library.storage, at, { signal: still() });
    expect([first.copied, first.kept]).to.deep.equal([18, 0]);
    const added = await addRecord(library.storage, { title: 'Lục Vân Tiên', pages: 1 });
    const second = await backUp(library.storage, at, { signal: still() });
    expect([second.copied, second.kept]).to.deep.equal([5, 18]);
    await library.storage.metadata.queries.deleteFrom('files').where('id', '=', added.fileId).execute();
    const third = await backUp(library.storage, at, { signal: still() });
    expect([third.copied, third.kept]).to.deep.equal([0, 18]);
    const held = await readdir(join(at, 'objects'), { recursive: true, withFileTypes: true });
    expect(held.filter((entry) => entry.isFile())).to.have.length(18);
    expect((await readdir(at)).filter((name) => name.startsWith('rows-'))).to.have.length(1);
  });

  it('a backup that is cut off leaves the former one whole, in a folder and in a file', async () => {
    for (const name of ['kept', 'kept.zip']) {
      const at = join(shelf.path, name);
      await backUp(library.storage, at, { signal: still() });
      await addRecord(library.storage, { title: 'Lục Vân Tiên', pages: 3 });
      const stopping = new AbortController();
      let puts = 0;
      const { objects } = library.storage;
      const cut = { ...library.storage, objects: { ...objects, get: async (...given: Parameters<typeof objects.get>) => (++puts > 2 && stopping.abort(), objects.get(...given)) } };
      let stopped = false;
      await backUp(cut, at, { signal: stopping.signal }).catch(() => (stopped = true));
      expect(stopped).to.equal(true);
      expect(await verifyBackup(at, { signal: still() })).to.deep.include({ damaged: [] });
      expect((await readdir(shelf.path)).filter((left) => /partial|work/.test(left))).to.deep.equal([]);
    }
  });

  it('damage and loss in the library are told, and all else is kept', async () => {
    const [file] = await library.storage.metadata.queries.selectFrom('files').select(['id', 'object_key']).execute();
    const [page] = await library.storage.metadata.queries.selectFrom('pages').select('image_key').execute();
    await library.storage.objects.put(file!.object_key, Buffer.from('not what it was'));
    await library.storage.objects.remove(page!.image_key!);
    const at = join(shelf.path, 'kept');
    const outcome = await backUp(library.storage, at, { signal: still() });
    expect(outcome.faults.sort((a, b) => (a.key < b.key ? -1 : 1))).to.deep.equal([
      { key: page!.image_key, fault: 'missing' },
      { key: file!.object_key, fault: 'damaged' },
    ]);
    const restored = await restore(place.config, at, plainly());
    expect(restored.manifest.faults).to.equal(2);
    // The fault is still told by the next run, which copies nothing.
    expect((await backUp(library.storage, at, { signal: still() })).faultCount).to.equal(2);
  });

  it('a folder with something else in it is not written to', async () => {
    await writeFile(join(shelf.path, 'luận văn.docx'), 'x');
    expect((await faultOf(backUp(library.storage, shelf.path, { signal: still() }))).code).to.equal('not-a-backup');
    expect(await readdir(shelf.path)).to.deep.equal(['luận văn.docx']);
  });

  it('sessions and passwords of documents stay out of a backup', async () => {
    const { queries } = library.storage.metadata;
    const [person] = await queries.selectFrom('people').select('id').execute();
    const when = new Date().toISOString();
    await queries.insertInto('sessions').values({ id: 'hash', person_id: person!.id, csrf: 'x', device: '', created_at: when, seen_at: when, expires_at: when }).execute();
    await queries
      .insertInto('jobs')
      .values({ id: 'j1', kind: 'ingest-file', key: 'ingest-file:x', grp: null, payload_json: JSON.stringify({ kind: 'ingest-file', fileId: 'x', password: 'bí-mật-của-tệp' }), priority: 1, state: 'queued', run_after: when, lease_by: null, lease_until: null, outcome_json: null, created_at: when, ended_at: null })
      .execute();
    const at = join(shelf.path, 'kept');
    const { manifest } = await backUp(library.storage, at, { signal: still() });
    expect(manifest.tables.map(({ table }) => table)).to.not.include.members(['sessions', 'password_resets', 'throttles', 'processes']);
    for (const { path } of manifest.tables) expect(await readFile(join(at, path), 'utf8')).to.not.include('bí-mật-của-tệp');
  });

  it('a library in use or with people in it is not written over', async () => {
    const at = join(shelf.path, 'kept');
    await backUp(library.storage, at, { signal: still() });
    const other = await keptLibrary({ records: 1 });
    try {
      const fault = await faultOf(restore(other.config, at, plainly()));
      expect([fault.code, fault.params]).to.deep.equal(['target-not-empty', { records: 1, people: 1 }]);
      await processSeen(other.storage.metadata.queries, { id: 'p', kind: 'web', version: '1', startedAt: new Date().toISOString() });
      expect((await faultOf(restore(other.config, at, plainly({ force: true })))).code).to.equal('target-in-use');
      await other.storage.metadata.queries.deleteFrom('processes').execute();
      const outcome = await restore(other.config, at, plainly({ force: true }));
      expect(outcome.removed).to.equal(9);
      expect(await tableHashes(other.storage, 'backup')).to.deep.equal(await tableHashes(library.storage, 'backup'));
      expect(await objectHashes(other.storage)).to.deep.equal(await objectHashes(library.storage));
    } finally {
      await other.close();
    }
  });

  it('a restore that is cut off goes on where it was', async () => {
    const at = join(shelf.path, 'kept');
    const { manifest } = await backUp(library.storage, at, { signal: still() });
    const stopping = new AbortController();
    const { signal } = stopping;
    // Asked once for each list and each object while the backup is looked at, then once for each object that is put.
    let asked = manifest.tables.length + 1 + 18 + 8;
    signal.throwIfAborted = () => (asked-- === 0 && stopping.abort(), AbortSignal.prototype.throwIfAborted.call(signal));
    let cut: unknown = null;
    await restore(place.config, at, plainly({ signal })).catch((error: unknown) => (cut = error));
    expect((cut as Error | null)?.name).to.equal('AbortError');
    const half = await openStorage(place.config);
    expect(await whyNotStart(half.metadata.queries, true)).to.include('restore');
    await half.close();
    expect((await restore(place.config, at, plainly())).kept).to.be.greaterThan(0);
    const storage = await openStorage(place.config);
    expect(await tableHashes(storage, 'backup')).to.deep.equal(await tableHashes(library.storage, 'backup'));
    expect(await objectHashes(storage)).to.deep.equal(await objectHashes(library.storage));
    await storage.close();
  });

  it('while others write, the backup is of one moment: every file’s row has its object with its hash', async () => {
    let writing = true;
    const writer = (async () => {
      while (writing) await addRecord(library.storage, { title: 'Thơ', pages: 1 });
    })();
    const at = join(shelf.path, 'kept.zip');
    const outcome = await backUp(library.storage, at, { signal: still() });
    writing = false;
    await writer;
    expect(outcome.faults).to.deep.equal([]);
    await restore(place.config, at, plainly());
    const storage = await openStorage(place.config);
    const files = await storage.metadata.queries.selectFrom('files').selectAll().execute();
    expect(files.length).to.be.at.least(2);
    for (const { object_key, sha256 } of files) expect(createHash('sha256').update(await storage.objects.read(object_key)).digest('hex')).to.equal(sha256);
    const pages = await storage.metadata.queries.selectFrom('pages').selectAll().execute();
    for (const { image_key, words_key } of pages) for (const key of [image_key, words_key]) expect(await storage.objects.stat(key!)).to.not.equal(null);
    await storage.close();
  });

  it('an object that was taken away with its row after the rows were read is not missed', async () => {
    const gone = await addRecord(library.storage, { title: 'Sắp xoá', pages: 0 });
    const { objects, metadata } = library.storage;
    let first = true;
    const meanwhile = {
      ...objects,
      stat: async (key: string) => {
        if (first) {
          first = false;
          await metadata.queries.deleteFrom('files').where('id', '=', gone.fileId).execute();
          await objects.remove(gone.key);
        }
        return objects.stat(key);
      },
    };
    const at = join(shelf.path, 'kept');
    const outcome = await backUp({ ...library.storage, objects: meanwhile }, at, { signal: still() });
    expect(outcome.faults).to.deep.equal([]);
    const files = outcome.manifest.tables.find(({ table }) => table === 'files')!;
    expect(await readFile(join(at, files.path), 'utf8')).to.not.include(gone.fileId);
  });

  it('an object that changed in the backup is not put into a library, and what is there is said', async () => {
    const at = join(shelf.path, 'kept');
    const { manifest } = await backUp(library.storage, at, { signal: still() });
    const [line] = (await readFile(join(at, manifest.objects.path), 'utf8')).split('\n');
    const { path, size, key } = JSON.parse(line!) as { path: string; size: number; key: string };
    await writeFile(join(at, path), Buffer.alloc(size));
    const fault = await faultOf(restore(place.config, at, plainly()));
    expect(fault.code).to.equal('backup-damaged');
    expect(fault.message).to.include(key);
    const storage = await openStorage(place.config);
    expect(await storage.metadata.queries.selectFrom('records').select('id').execute()).to.deep.equal([]);
    expect(await storage.objects.stat(key)).to.equal(null);
    await storage.close();
    const outcome = await restore(place.config, at, plainly({ skipDamaged: true }));
    expect(outcome.skipped).to.deep.equal([key]);
    await rm(at, { recursive: true });
    expect((await faultOf(restore(place.config, at, plainly()))).code).to.equal('backup-not-found');
  });
});
