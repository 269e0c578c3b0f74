import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { openTestApp, type TestApp } from '../../support/app.ts';

describe('pages that were recognised badly', function () {
  this.timeout(30_000);
  let app: TestApp;
  let fileId: string;

  before(async () => {
    app = await openTestApp();
    const librarian = await app.as('librarian');
    const made = await librarian.post('/api/records', { title: 'Sách quét mờ' });
    expect(made.status).to.equal(201);
    const { queries } = app.storage.metadata;
    const record = await queries.selectFrom('records').selectAll().where('id', '=', made.body.id).executeTakeFirstOrThrow();
    fileId = uuid();
    const now = new Date().toISOString();
    await queries
      .insertInto('files')
      .values({
        ...{ id: fileId, record_id: record.id, school_id: record.school_id, name: 'mo.pdf', media_type: 'application/pdf', format: 'pdf', size: 9, sha256: 'aa' },
        ...{ object_key: 'originals/aa/mo', position: 1, state: 'ready', code: null, params_json: '{}', page_count: 5, contents_json: '[]' },
        ...{ created_by: null, created_at: now, updated_at: now, removed_at: null },
      })
      .execute();
    for (const [index, quality] of [300, 120, 300, 900, null].entries())
      await queries
        .insertInto('pages')
        .values({
          ...{ file_id: fileId, number: index + 1, label: null, state: 'text', code: null, image_key: 'derived/image', image_type: 'image/jpeg' },
          ...{ thumb_small_key: null, thumb_large_key: null, words_key: null, text: `chữ ${index + 1}`, confidence: 0.5, quality },
          text_source: quality === null ? 'layer' : 'ocr',
        })
        .execute();
  });
  after(() => app.close());

  const list = async (query = ''): Promise<{ numbers: number[]; next: string | null; total: number }> => {
    const answer = await (await app.as('librarian')).get(`/api/pages-to-check${query}`);
    expect(answer.status).to.equal(200);
    return { numbers: answer.body.pages.map((page: { number: number }) => page.number), next: answer.body.next, total: answer.body.total };
  };

  it('are listed worst first, a part at a time, each once', async () => {
    expect(await list()).to.deep.equal({ numbers: [2, 1, 3], next: null, total: 3 });
    const first = await list('?size=2');
    expect(first.numbers).to.deep.equal([2, 1]);
    expect(await list(`?size=2&after=${first.next}`)).to.deep.equal({ numbers: [3], next: null, total: 3 });
  });

  it('are nothing for teachers, pupils and guests, to see or to change', async () => {
    for (const role of ['teacher', 'pupil'] as const) {
      const person = await app.as(role);
      expect((await person.get('/api/pages-to-check')).status).to.equal(403);
      expect((await person.ask('PUT', `/api/files/${fileId}/pages/1/check`, { checked: true })).status).to.equal(403);
      expect((await person.post(`/api/files/${fileId}/recognition`, { language: 'vi' })).status).to.equal(403);
    }
    expect((await app.visitor().get('/api/pages-to-check')).status).to.equal(401);
    expect((await list()).total).to.equal(3);
  });

  it('can be skipped, and that can be taken back', async () => {
    const librarian = await app.as('librarian');
    expect((await librarian.ask('PUT', `/api/files/${fileId}/pages/2/check`, { checked: true })).status).to.equal(200);
    expect((await list()).numbers).to.deep.equal([1, 3]);
    expect((await librarian.ask('PUT', `/api/files/${fileId}/pages/2/check`, { checked: false })).status).to.equal(200);
    expect((await list()).numbers).to.deep.equal([2, 1, 3]);
    expect((await librarian.ask('PUT', `/api/files/${fileId}/pages/99/check`, { checked: true })).status).to.equal(404);
  });

  it('are recognised again, one with its turn or all of a file, in the language that is asked for', async () => {
    const librarian = await app.as('librarian');
    const { queries } = app.storage.metadata;
    const one = await librarian.post(`/api/files/${fileId}/pages/2/recognition`, { language: 'en', turn: 90 });
    expect([one.status, one.body]).to.deep.equal([200, { pages: 1 }]);
    const page = await queries.selectFrom('pages').selectAll().where('file_id', '=', fileId).where('number', '=', 2).executeTakeFirstOrThrow();
    expect([page.text_source, page.turn, page.text]).to.deep.equal([null, 90, 'chữ 2']);
    const file = await queries.selectFrom('files').selectAll().where('id', '=', fileId).executeTakeFirstOrThrow();
    expect([file.state, file.recognition_language]).to.deep.equal(['waiting', 'en']);
    const jobs = await queries.selectFrom('jobs').select('kind').where('key', '=', `ingest-file:${fileId}`).execute();
    expect(jobs.length).to.equal(1);
    // A page with a text of its own is not touched.
    const all = await librarian.post(`/api/files/${fileId}/recognition`, { language: null });
    expect(all.body).to.deep.equal({ pages: 3 });
    expect((await librarian.post(`/api/files/${fileId}/pages/5/recognition`, { language: null })).status).to.equal(404);
    expect((await librarian.post(`/api/files/${fileId}/pages/1/recognition`, { language: 'fr' })).status).to.be.within(400, 422);
  });
});
