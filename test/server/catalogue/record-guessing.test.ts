import { expect } from 'chai';
import { describeRecord } from '../../../server/catalogue/describe-record.ts';
import { fileArrivals } from '../../../server/catalogue/file-arrivals.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { idOf, schoolOf, shelve } from './shelf.ts';

describe('guesses and files beside an open form', () => {
  let app: TestApp;
  let librarian: Visitor;
  let teacher: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    teacher = await app.as('teacher');
  });
  after(() => app.close());

  const edit = (who: Visitor, id: string, body: unknown) => who.ask('PATCH', `/api/records/${id}`, body);
  const uploaded = (title: string, description: Record<string, unknown> = {}) =>
    shelve(
      app,
      {
        school_id: schoolOf(teacher),
        created_by: idOf(teacher),
        state: 'draft',
        title,
        guessed_json: '["title"]',
        description,
      },
      ['trang một'],
    );
  const read = async (id: string) => (await teacher.get(`/api/records/${id}`)).body;

  it('guesses go only where nobody has said anything; what is not valid or known is left out', async () => {
    const { id, fileId } = await uploaded('KHBD_Van6', { year: '2020' });
    await describeRecord(app.storage.metadata, fileId, {
      fields: {
        title: 'Bài học đường đời đầu tiên'.normalize('NFD'),
        year: '1999',
        subjects: ['NGU_VAN', 'KHONG_CO'],
        resourceType: 'BAY',
        link: 'not a link',
        grades: ['6'],
        nothingLikeIt: 'x',
      },
    });
    const guessed = await read(id);
    expect(guessed.version).equal(2);
    expect(guessed.description).deep.include({
      title: 'Bài học đường đời đầu tiên',
      year: '2020',
      subjects: ['NGU_VAN'],
      grades: ['6'],
    });
    expect(guessed.description).not.have.any.keys('resourceType', 'link', 'nothingLikeIt');
    expect(guessed.guessed).have.members(['title', 'subjects', 'grades']);
    const { history } = (await teacher.get(`/api/records/${id}/history`)).body;
    expect(history[0]).deep.include({ by: null, version: 2 });
  });

  it('a form opened before the guesses came is saved over them, and confirms what it names', async () => {
    const { id, fileId } = await uploaded('KHBD_Van6');
    await describeRecord(app.storage.metadata, fileId, {
      fields: { title: 'Đoán', subjects: ['NGU_VAN'], grades: ['6'] },
    });
    const saved = await edit(teacher, id, { version: 1, description: { title: 'Kế hoạch bài dạy', grades: ['6'] } });
    expect(saved.status).equal(200);
    expect(saved.body.description).deep.include({ title: 'Kế hoạch bài dạy', subjects: ['NGU_VAN'] });
    expect(saved.body.guessed).deep.equal(['subjects']);

    await describeRecord(app.storage.metadata, fileId, { fields: { title: 'Lại đoán', subjects: ['LSDL'] } });
    expect((await read(id)).description).deep.include({ title: 'Kế hoạch bài dạy', subjects: ['LSDL'] });
  });

  it('saving a guess as it is confirms it without a version, and nothing is guessed over it', async () => {
    const { id, fileId } = await uploaded('Toán 6');
    await describeRecord(app.storage.metadata, fileId, { fields: { subjects: ['TOAN'] } });
    const { version } = await read(id);
    const confirmed = await edit(teacher, id, { version, description: { subjects: ['TOAN'] } });
    expect([confirmed.body.version, confirmed.body.guessed]).deep.equal([version, ['title']]);
    await describeRecord(app.storage.metadata, fileId, { fields: { subjects: ['KHTN'] } });
    expect((await read(id)).description.subjects).deep.equal(['TOAN']);
  });

  it('a person’s change between form and saving is a conflict even when guesses came too', async () => {
    const { id, fileId } = await uploaded('Toán 7');
    await describeRecord(app.storage.metadata, fileId, { fields: { grades: ['7'] } });
    expect((await edit(librarian, id, { version: 2, description: { year: '2025' } })).status).equal(200);
    const late = await edit(teacher, id, { version: 1, description: { year: '2024' } });
    expect([late.status, late.body.code]).deep.equal([409, 'version-conflict']);
    expect((await read(id)).description.year).equal('2025');
  });

  it('a file that came meanwhile does not stop an edit, but it does stop a publication that has not seen it', async () => {
    const { id } = await uploaded('Toán 8');
    const { fileChanged } = fileArrivals(app.storage.metadata);
    await app.storage.metadata.transaction((queries) =>
      fileChanged(queries, { recordId: id, action: 'file-added', personId: idOf(teacher), name: 'đáp án.pdf' }),
    );
    const unseen = await librarian.post(`/api/records/${id}/publish`, { version: 1 });
    expect([unseen.status, unseen.body.code]).deep.equal([409, 'version-conflict']);
    const saved = await edit(teacher, id, { version: 1, description: { year: '2026' } });
    expect([saved.status, saved.body.version]).deep.equal([200, 3]);
    const { history } = (await teacher.get(`/api/records/${id}/history`)).body;
    expect(history[1]).deep.include({
      action: 'file-added',
      changes: [{ field: 'file', before: null, after: 'đáp án.pdf' }],
    });
  });

  it('somebody’s newer state is a conflict, not a refusal, to who could have acted before it', async () => {
    const { id } = await uploaded('Toán 9');
    expect((await librarian.post(`/api/records/${id}/publish`, { version: 1 })).status).equal(200);
    const twice = await librarian.post(`/api/records/${id}/publish`, { version: 1 });
    expect([twice.status, twice.body.code]).deep.equal([409, 'version-conflict']);
    const late = await edit(teacher, id, { version: 1, description: { year: '2026' } });
    expect([late.status, late.body.params.current.state]).deep.equal([409, 'published']);
    expect((await edit(teacher, id, { version: 2, description: { year: '2026' } })).status).equal(403);
    expect((await edit(app.visitor(), id, { version: 1, description: {} })).body.code).not.equal('version-conflict');
  });

  it('only the first file of a draft describes it, and no published record is guessed at', async () => {
    const { id, fileId } = await uploaded('Hai tệp');
    const second = await shelve(app, { school_id: schoolOf(teacher), state: 'draft', title: 'khác' }, ['x']);
    await app.storage.metadata.queries
      .updateTable('files')
      .set({ record_id: id, position: 2 })
      .where('id', '=', second.fileId)
      .execute();
    await describeRecord(app.storage.metadata, second.fileId, { fields: { title: 'Tệp thứ hai' } });
    expect((await read(id)).version).equal(1);
    await librarian.post(`/api/records/${id}/publish`, { version: 1 });
    await describeRecord(app.storage.metadata, fileId, { fields: { title: 'Muộn', year: '1' } });
    expect(await read(id)).deep.include({ version: 2 });
    expect((await librarian.get(`/api/records/${id}`)).body.guessed).deep.equal([]);
  });
});
