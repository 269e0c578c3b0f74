import { expect } from 'chai';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';

interface Line {
  id: string;
  title: string;
  updatedAt: string;
}

describe('lists of records', () => {
  let app: TestApp;
  let librarian: Visitor;
  let teacher: Visitor;

  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    teacher = await app.as('teacher');
  });
  after(() => app.close());

  const create = async (title: string, by = librarian) => (await by.post('/api/records', { title, licence: 'CC-BY-4.0', scope: 'public' })).body;
  const publish = async (title: string) => {
    const draft = await create(title);
    return (await librarian.post(`/api/records/${draft.id}/publish`, { version: draft.version })).body;
  };

  /** All pages of a list; `between` runs after each. */
  async function walk(by: Visitor, list: string, size: number, between: () => Promise<unknown> = async () => {}): Promise<{ lines: Line[]; totals: number[] }> {
    const lines: Line[] = [];
    const totals: number[] = [];
    let after: string | null = '';
    while (after !== null) {
      const answer: Awaited<ReturnType<Visitor['get']>> = await by.get(`/api/records?list=${list}&size=${size}${after && `&after=${encodeURIComponent(after)}`}`);
      expect(answer.status, answer.text).to.equal(200);
      expect(answer.body.records.length).to.be.at.most(size);
      lines.push(...answer.body.records);
      totals.push(answer.body.total);
      after = answer.body.next;
      await between();
    }
    return { lines, totals };
  }

  it('pages neither skip nor repeat while records are published, also when many share one instant', async () => {
    const before: string[] = [];
    for (let at = 0; at < 13; at++) before.push((await publish(`Tập ${at}`)).id);
    const instant = new Date().toISOString();
    await app.storage.metadata.queries.updateTable('records').set({ published_at: instant }).where('id', 'in', before.slice(3, 11)).execute();
    let added = 0;
    const { lines, totals } = await walk(app.visitor(), 'recent', 3, async () => publish(`Mới ${added++}`));
    const seen = lines.map((line) => line.id).filter((id) => before.includes(id));
    expect(seen).to.have.length(13);
    expect(new Set(lines.map((line) => line.id)).size).to.equal(lines.length);
    expect(totals[0]).to.equal(13);
    expect(totals.at(-1)).to.equal(13 + totals.length - 1);
    expect(added).to.be.greaterThan(3);
  });

  it('the newest is first, and every size of page tells the same list', async () => {
    const whole = (await walk(app.visitor(), 'recent', 100)).lines.map((line) => line.id);
    const latest = await publish('Mới nhất');
    for (const size of [1, 4, 100]) expect((await walk(app.visitor(), 'recent', size)).lines.map((line) => line.id), String(size)).to.deep.equal([latest.id, ...whole]);
  });

  it('drafts are the school’s to a librarian and one’s own to a teacher; pupils and guests have none', async () => {
    const own = await create('Của cô giáo', teacher);
    const others = await create('Của thư viện');
    const ids = async (by: Visitor) => (await walk(by, 'drafts', 2)).lines.map((line) => line.id);
    expect(await ids(teacher)).to.deep.equal([own.id]);
    expect(await ids(librarian)).to.have.members([own.id, others.id]);
    const pupil = await app.as('pupil');
    for (const list of ['drafts', 'bin', 'withdrawn']) {
      expect((await pupil.get(`/api/records?list=${list}`)).status, list).to.equal(403);
      expect((await app.visitor().get(`/api/records?list=${list}`)).status, list).to.equal(401);
    }
    expect((await teacher.get('/api/records?list=withdrawn')).status).to.equal(403);
  });

  it('withdrawn records are in their own list and in no other', async () => {
    const record = await publish('Sẽ rút');
    await librarian.post(`/api/records/${record.id}/withdraw`, { version: record.version, reason: 'x' });
    expect((await walk(librarian, 'withdrawn', 5)).lines.map((line) => line.id)).to.deep.equal([record.id]);
    for (const list of ['recent', 'drafts', 'bin']) expect((await walk(librarian, list, 50)).lines.map((line) => line.id), list).to.not.include(record.id);
  });

  it('a page token that is none, and sizes out of bounds, are refused', async () => {
    for (const query of ['after=x', 'after=_', 'size=0', 'size=101', 'size=x', 'list=all', `after=${'a'.repeat(201)}`])
      expect((await app.visitor().get(`/api/records?${query}`)).body, query).to.include({ status: 400, code: 'not-valid' });
    const forged = await app.visitor().get(`/api/records?after=${encodeURIComponent("' or 1=1 --_x")}`);
    expect(forged.status).to.equal(200);
  });
});
