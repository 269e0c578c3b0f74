import { expect } from 'chai';
import { eraseFiles } from '../../../server/files/erasing.ts';
import { ingestFile } from '../../../server/ingest/ingest-file.ts';
import type { IngestParts } from '../../../server/ingest/ingest-parts.ts';
import { derivedPrefix } from '../../../storage/objects/keys.ts';
import type { ObjectStore } from '../../../storage/objects/object-store.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { upload } from './tus-client.ts';

describe('erasing files', () => {
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
  });
  after(() => app.close());

  const objectsNow = async (): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of app.storage.objects.list('')) keys.push(key);
    return keys;
  };
  async function book(bytes: Buffer): Promise<{ fileId: string; key: string }> {
    const { id } = (await librarian.post('/api/records', { title: 'Sách có tệp', licence: 'CC-BY-4.0', scope: 'public' })).body;
    const { fileId } = await upload(librarian, bytes, { filename: 'tep.txt', recordId: id });
    const { object_key: key } = await app.storage.metadata.queries.selectFrom('files').select('object_key').where('id', '=', fileId).executeTakeFirstOrThrow();
    await app.storage.objects.put(`${derivedPrefix(fileId, 1)}image`, Buffer.from('ảnh'));
    return { fileId, key };
  }

  it('whatever step the machine dies at, the same call goes on and leaves nothing, and takes nothing from whoever brings the same bytes meanwhile', async () => {
    for (const dies of [1, 2]) {
      const bytes = Buffer.from(`Bản chép ${dies}\n`.repeat(50));
      const before = await objectsNow();
      const { fileId, key } = await book(bytes);
      let removals = 0;
      const dying: ObjectStore = {
        ...app.storage.objects,
        list: (prefix) => app.storage.objects.list(prefix),
        remove: async (name) => {
          if (++removals === dies) throw new Error('the power fails');
          await app.storage.objects.remove(name);
        },
      };
      await eraseFiles({ metadata: app.storage.metadata, objects: dying }, [fileId]).then(
        () => expect.fail('it should have died'),
        (error: Error) => expect(error.message).to.equal('the power fails'),
      );
      expect((await librarian.get(`/api/files/${fileId}`)).status).to.equal(404);
      const other = await book(bytes);
      expect(other.fileId).to.not.equal(fileId);
      await eraseFiles(app.storage, [fileId]);
      expect(await objectsNow()).not.to.include(key);
      expect((await objectsNow()).filter((one) => one.includes(fileId))).to.eql([]);
      expect((await librarian.get(`/api/files/${other.fileId}/original`)).text).to.equal(bytes.toString());
      await eraseFiles(app.storage, [other.fileId, fileId]);
      expect(await objectsNow()).to.eql(before);
      expect(await app.storage.metadata.queries.selectFrom('files').select('id').where('id', 'in', [fileId, other.fileId]).execute()).to.eql([]);
    }
  });

  it('what a reading that was under way leaves of an erased file goes with its job', async () => {
    const { fileId } = await book(Buffer.from('Đang được đọc\n'));
    await eraseFiles(app.storage, [fileId]);
    await app.storage.objects.put(`${derivedPrefix(fileId, 1)}late`, Buffer.from('muộn'));
    const outcome = await ingestFile(app.storage as unknown as IngestParts, fileId, { signal: new AbortController().signal });
    expect(outcome.state).to.equal('skipped');
    expect((await objectsNow()).filter((one) => one.includes(fileId))).to.eql([]);
  });
});
