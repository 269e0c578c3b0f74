import { expect } from 'chai';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { fromSchool, idOf, schoolOf, settled, shelve, stock } from '../catalogue/shelf.ts';

interface Branch {
  code: string;
  label: string;
  count: number;
  grades?: Branch[];
  subjects?: Branch[];
}

describe('browsing by level, grade, subject and topic', function () {
  this.timeout(20_000);
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    app.work();
    const shelved = (title: string, description: Record<string, unknown>, row = {}) =>
      shelve(app, { school_id: schoolOf(librarian), title, description, ...row });
    await shelved('Phân số', { subjects: ['TOAN'], grades: ['6'], keywords: ['Phân số', 'ước chung, bội chung'] });
    await shelved('Tam giác', { subjects: ['TOAN'], grades: ['6', '7'], keywords: ['Hình học'] });
    await shelved('Unit 1', { subjects: ['TIENG_ANH'], grades: ['6'] });
    await shelved('Nội bộ', { subjects: ['TOAN'], grades: ['6'], keywords: ['Kín đáo'] }, { scope: 'school' });
    await shelved('Nháp', { subjects: ['KHTN'], grades: ['9'] }, { state: 'draft', created_by: idOf(librarian) });
    await settled(app);
  });
  after(() => app.close());

  const browse = async (who: Visitor, query = '') => (await who.get(`/api/browse${query}`)).body;
  const said = (branches: Branch[]): Record<string, number> =>
    Object.fromEntries(branches.map(({ code, count }) => [code, count]));

  it('shows the tree with what the asker may read, in the order of the vocabularies, and nothing that is empty', async () => {
    const tree = await browse(app.visitor());
    expect(tree.total).equal(3);
    expect(tree.levels).length(1);
    expect(tree.levels[0]).deep.include({ count: 3 });
    expect(tree.levels[0].label).match(/Trung học cơ sở/i);
    expect(said(tree.levels[0].grades)).deep.equal({ 6: 3, 7: 1 });
    expect(Object.values(said(tree.subjects)).reduce((sum, count) => sum + count)).equal(3);
    const own = await browse(librarian);
    expect(own.total).equal(5);
    expect(said(own.levels[0].grades)).deep.equal({ 6: 4, 7: 1, 9: 1 });
    expect(JSON.stringify(tree)).not.match(/Kín đáo|KHTN/);
    expect(said((await browse(await fromSchool(app, 'KHAC', 'pupil', 'be'))).levels[0].grades)).deep.equal({
      6: 3,
      7: 1,
    });
  });

  it('narrows subjects by level and grade, and topics by subject; topics are words, commas and all', async () => {
    const [{ code: level }] = (await browse(app.visitor())).levels;
    const sixth = await browse(app.visitor(), `?level=${level}&grade=6`);
    expect(sixth.total).equal(3);
    expect(said(sixth.subjects).TOAN).equal(2);
    const topics = await browse(app.visitor(), '?grade=6&subject=TOAN');
    expect(said(topics.topics)).deep.equal({ 'Phân số': 1, 'ước chung, bội chung': 1, 'Hình học': 1 });
    // The other branches stay, so that one can step over to them.
    expect(said(topics.subjects)).deep.equal(said(sixth.subjects));
    expect(said(topics.levels[0].grades)).deep.equal({ 6: 3, 7: 1 });
    const seventh = await browse(app.visitor(), '?grade=7&subject=TOAN');
    expect(said(seventh.topics)).deep.equal({ 'Hình học': 1 });
    const foreign = sixth.subjects.find((one: Branch) => one.subjects!.length > 0);
    expect(foreign.subjects.map((one: Branch) => one.code)).deep.equal(['TIENG_ANH']);
  });

  it('a topic with a comma is chosen by itself', async () => {
    const topic = encodeURIComponent('ước chung, bội chung');
    const answer = await app.visitor().get(`/api/search?topic=${topic}`);
    expect(answer.body.records.map((record: { title: string }) => record.title)).deep.equal(['Phân số']);
    const both = await app.visitor().get(`/api/search?topic=${topic}&topic=${encodeURIComponent('Hình học')}`);
    expect(both.body.total).equal(2);
  });

  it('unknown codes, quotes and what is no text are answered with nothing, not stumbled over', async () => {
    for (const value of ['%22%27%5D%20OR%201%3D1', '%00', '%ed%a0%80', 'x%22%2Cy', '__proto__'])
      for (const query of [`?grade=${value}`, `?subject=${value}&level=${value}`]) {
        const tree = await browse(app.visitor(), query);
        expect(tree.total, query).equal(0);
        expect(tree.topics, query).deep.equal([]);
      }
    expect((await app.visitor().get(`/api/browse?grade=${'9'.repeat(101)}`)).body).include({ status: 400 });
    expect((await app.visitor().get('/api/browse?grade=6&grade=7')).body).include({ status: 400 });
  });

  it('long lists are cut where what was chosen stays, and the rest is found by how a word of it begins, without marks', async () => {
    const school_id = schoolOf(librarian);
    await stock(app, 130, (n) => ({
      row: {
        school_id,
        title: `Dài ${n}`,
        description: { keywords: [`chủ điểm ${String(n).padStart(3, '0')}`, 'đại trà'] },
      },
      pages: [],
    }));
    await settled(app);
    const q = 'q=dai&topic=' + encodeURIComponent('chủ điểm 129');
    const answer = (await app.visitor().get(`/api/search?${q}`)).body;
    const codes = answer.facets.topic.map(({ code }: Branch) => code);
    expect(codes).length(101).and.include('chủ điểm 129');
    expect(answer.facetsLeftOff).deep.equal({ topic: 30 });
    expect(answer.total).equal(1);
    const asked = async (starts: string) =>
      (await app.visitor().get(`/api/search/facet?q=dai&facet=topic&starts=${encodeURIComponent(starts)}`)).body;
    expect((await asked('tra')).values).deep.equal([{ code: 'đại trà', count: 130 }]);
    expect((await asked('diem 12')).values.map(({ code }: Branch) => code))
      .include('chủ điểm 127')
      .and.length(10);
    expect((await asked('')).leftOff).equal(81);
    expect((await asked('"; drop')).values).deep.equal([]);
    const subjects = await app.visitor().get('/api/search/facet?facet=subject&starts=toan');
    expect(subjects.body.values).deep.equal([{ code: 'TOAN', count: 2 }]);
    expect((await app.visitor().get('/api/search/facet?facet=secrets')).body).include({ status: 400 });
  });
});
