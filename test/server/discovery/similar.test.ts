import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { fromSchool, idOf, schoolOf, settled, shelve } from '../catalogue/shelf.ts';

describe('records like this one', function () {
  this.timeout(20_000);
  let app: TestApp;
  let librarian: Visitor;
  const made: Record<string, string> = {};
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    app.work();
    const add = async (name: string, title: string, subject: string, grade: string, row = {}) => {
      const description = { subjects: [subject], grades: [grade] };
      made[name] = (
        await shelve(app, { school_id: schoolOf(librarian), title, description, ...row }, ['một trang'])
      ).id;
    };
    await add('one', 'Quang hợp ở lá cây', 'KHTN', '7');
    await add('same', 'Thí nghiệm quang hợp', 'KHTN', '7');
    await add('other', 'Nam châm và la bàn', 'KHTN', '7');
    await add('far', 'Quang hợp trong thơ', 'NGU_VAN', '9');
    await add('secret', 'Đề thi quang hợp', 'KHTN', '7', { state: 'draft', created_by: idOf(librarian) });
    await add('gone', 'Quang hợp đã rút', 'KHTN', '7');
    await settled(app);
    // Past the index, which is a moment behind.
    const { queries } = app.storage.metadata;
    await queries.updateTable('records').set({ state: 'withdrawn' }).where('id', '=', made.gone!).execute();
  });
  after(() => app.close());

  const similar = async (who: Visitor, name: string): Promise<string[]> => {
    const answer = await who.get(`/api/records/${made[name]}/similar`);
    expect(answer.status, answer.text).equal(200);
    const names = Object.fromEntries(Object.entries(made).map(([key, id]) => [id, key]));
    return answer.body.records.map(({ id }: { id: string }) => names[id]);
  };

  it('those with its words and its subject first, then those of its subject and grade; never itself', async () => {
    expect(await similar(app.visitor(), 'one')).deep.equal(['same', 'other']);
  });

  it('what the asker may not read, and what has been withdrawn since, is not among them', async () => {
    expect(await similar(librarian, 'one'))
      .include('secret')
      .and.not.include('gone');
    expect(await similar(await fromSchool(app, 'KHAC', 'librarian', 'khac'), 'one')).not.include.members(['secret']);
  });

  it('of a record that the asker may not see nothing is said', async () => {
    for (const id of [made.secret, uuid()])
      expect((await app.visitor().get(`/api/records/${id}/similar`)).body).include({
        status: 404,
        code: 'record-not-found',
      });
    expect((await app.visitor().get('/api/records/x/similar')).status).equal(400);
  });
});
