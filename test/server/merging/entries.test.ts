import { expect } from 'chai';
import { enqueue } from '../../../server/jobs/queue.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { until } from '../../support/temporary.ts';
import { fromSchool } from '../catalogue/shelf.ts';

/** Records of several schools that are one entry, over HTTP. */
describe('entries of the catalogue', function () {
  this.timeout(60_000);
  let app: TestApp;
  let ours: Visitor;
  let theirs: Visitor;
  let third: Visitor;

  before(async () => {
    app = await openTestApp();
    ours = await app.as('librarian');
    theirs = await fromSchool(app, 'SEN', 'librarian', 'thusen');
    third = await fromSchool(app, 'CUC', 'librarian', 'thucuc');
    app.work();
  });
  after(() => app.close());

  const isbn = (value: string) => ({ identifiers: [{ scheme: 'isbn', value }] });
  async function publish(by: Visitor, title: string, more: Record<string, unknown> = {}): Promise<string> {
    const made = await by.post('/api/records', { title, licence: 'CC-BY-4.0', scope: 'public', languages: ['vi'], ...more });
    expect(made.status, made.text).to.equal(201);
    const shown = await by.post(`/api/records/${made.body.id}/publish`, { version: made.body.version });
    expect(shown.status, shown.text).to.equal(200);
    return made.body.id as string;
  }
  const found = async (who: Visitor, words: string) => {
    const { body } = await who.get(`/api/search?q=${encodeURIComponent(words)}`);
    return { total: body.total as number, ids: body.records.map(({ id }: { id: string }) => id) as string[], holders: body.records.map(({ holders }: { holders: number }) => holders) as number[] };
  };
  const holdersOf = async (who: Visitor, id: string): Promise<string[]> => (await who.get(`/api/records/${id}`)).body.holders.map(({ id: of }: { id: string }) => of).sort();
  const settled = () => until('nothing is queued', async () => (await app.storage.metadata.queries.selectFrom('jobs').select('id').where('state', 'in', ['queued', 'running']).executeTakeFirst()) === undefined, 30);

  const prose = { agents: [{ name: 'Nguyễn Nhật Ánh', role: 'aut' }], publisher: 'NXB Trẻ', year: '2018', ...isbn('9786041135154') };

  it('one book of three schools is one hit with three holders; volumes are two; each is opened where it is', async () => {
    const a = await publish(ours, 'Cho tôi xin một vé đi tuổi thơ', prose);
    const b = await publish(theirs, 'Cho toi xin mot ve di tuoi tho', { ...prose, publisher: 'Trẻ', grades: ['5'], abstract: 'Một ông bố nhớ lại ngày tám tuổi.' });
    const c = await publish(third, 'Cho tôi xin 1 vé đi tuổi thơ', { agents: prose.agents, ...isbn('9786041135154') });
    const one = await publish(ours, 'Lịch sử làng Chuông – Tập một', { agents: [{ name: 'Phạm Văn Sử', role: 'aut' }] });
    const two = await publish(theirs, 'Lịch sử làng Chuông – Tập hai', { agents: [{ name: 'Phạm Văn Sử', role: 'aut' }] });
    await settled();
    const guest = app.visitor();
    const books = await found(guest, 'cho toi xin mot ve di tuoi tho');
    expect(books).to.deep.equal({ total: 1, ids: [a], holders: [3] });
    // What only another school says of it finds it too, and is counted once.
    const filtered = (await guest.get('/api/search?q=ngay+tam+tuoi&grade=5')).body;
    expect([filtered.total, filtered.records[0].id]).to.deep.equal([1, a]);
    expect(await holdersOf(guest, a)).to.deep.equal([b, c].sort());
    expect(await holdersOf(guest, b)).to.deep.equal([a, c].sort());
    const volumes = await found(guest, 'lich su lang chuong');
    expect(volumes.ids.sort()).to.deep.equal([one, two].sort());
    expect(volumes.holders).to.deep.equal([1, 1]);
  });

  it('nobody learns of a record that they may not see, and nobody loses one that they may', async () => {
    const more = { agents: [{ name: 'Hồ Thị Gấm', role: 'aut' }], ...isbn('9786040000019') };
    const own = await publish(theirs, 'Vườn cau sau mưa', { ...more, scope: 'school' });
    await settled();
    expect((await found(theirs, 'vuon cau sau mua')).ids).to.deep.equal([own]);
    const open = await publish(ours, 'Vườn cau sau mưa', more);
    await settled();
    expect(await found(app.visitor(), 'vuon cau sau mua')).to.deep.equal({ total: 1, ids: [open], holders: [1] });
    expect(await holdersOf(app.visitor(), open)).to.deep.equal([]);
    expect(await found(theirs, 'vuon cau sau mua')).to.deep.equal({ total: 1, ids: [open], holders: [2] });
    expect(await holdersOf(theirs, open)).to.deep.equal([own]);
    // The one in front goes: the other is found again by those who may.
    const { body } = await ours.get(`/api/records/${open}`);
    await ours.post(`/api/records/${open}/withdraw`, { version: body.version, reason: 'Gỡ' });
    await settled();
    expect((await found(theirs, 'vuon cau sau mua')).ids).to.deep.equal([own]);
    expect((await found(app.visitor(), 'vuon cau sau mua')).total).to.equal(0);
  });

  it('what is doubtful is asked once for two entries, decided, undone and taken apart, and the records stay as they are', async () => {
    const book = { resourceType: 'SGK', grades: ['6'], subjects: ['NGU_VAN'], textbookSet: 'KNTT' };
    const a = await publish(ours, 'Ngữ văn 6 – Tập một', { ...book, publisher: 'NXB Giáo dục Việt Nam' });
    const twin = await publish(third, 'Ngữ văn 6, tập một', { ...book, publisher: 'NXB Giáo dục Việt Nam' });
    const b = await publish(theirs, 'Ngữ văn lớp 6', book);
    await settled();
    const before = (await ours.get(`/api/records/${a}`)).body;
    expect((await found(app.visitor(), 'ngu van 6')).holders.sort(), 'not joined without being asked').to.deep.equal([1, 2]);
    const questions = async (who = ours) => {
      const { body } = await who.get('/api/entries/questions');
      return body.questions.filter(({ one, other }: { one: { id: string }; other: { id: string } }) => [a, b, twin].includes(one.id) && [a, b, twin].includes(other.id));
    };
    const [question, ...more] = await questions();
    expect(more, 'one question for two entries').to.deep.equal([]);
    expect([question.one.id, question.other.id]).to.include(b);
    expect(question.reasons.map(({ code }: { code: string }) => code)).to.include('volume-missing');
    expect(question.one.holder).to.match(/Trường/);
    expect((await theirs.post('/api/entries/decisions', { one: a, other: a, decision: 'same' })).status).to.equal(400);
    expect((await app.visitor().get('/api/entries/questions')).status).to.equal(401);

    const decide = async (decision: string): Promise<string> => (await ours.post('/api/entries/decisions', { one: question.one.id, other: question.other.id, decision })).body.decisions[0].id;
    const decided = await decide('same');
    await settled();
    expect((await found(app.visitor(), 'ngu van 6')).holders).to.deep.equal([3]);
    expect(await questions()).to.deep.equal([]);
    await ours.ask('DELETE', `/api/entries/decisions/${decided}`);
    await settled();
    expect((await found(app.visitor(), 'ngu van 6')).holders.sort()).to.deep.equal([1, 2]);
    expect((await questions()).length).to.equal(1);
    const apart = await decide('different');
    await settled();
    expect(await questions(), 'nor about another record of the same entry').to.deep.equal([]);
    await ours.ask('DELETE', `/api/entries/decisions/${apart}`);
    await decide('same');
    await settled();
    expect((await ours.post('/api/entries/splits', { recordId: b })).status).to.equal(200);
    await settled();
    expect((await found(app.visitor(), 'ngu van 6')).holders.sort()).to.deep.equal([1, 2]);
    const after = (await ours.get(`/api/records/${a}`)).body;
    expect({ ...after, holders: [] }).to.deep.equal({ ...before, holders: [] });
  });

  it('a new index, and all compared anew, give the same', async () => {
    const before = await found(app.visitor(), 'cho toi xin mot ve di tuoi tho');
    const rows = () => app.storage.metadata.queries.selectFrom('entry_records').selectAll().orderBy('record_id').execute();
    const entries = await rows();
    await (await app.as('administrator')).post('/api/operation/reindex');
    await app.storage.metadata.queries.deleteFrom('settings').where('key', '=', 'match-all').execute();
    await app.storage.metadata.transaction((queries) => enqueue(queries, { kind: 'match-all' }));
    await settled();
    expect(await rows()).to.deep.equal(entries);
    expect(await found(app.visitor(), 'cho toi xin mot ve di tuoi tho')).to.deep.equal(before);
  });
});
