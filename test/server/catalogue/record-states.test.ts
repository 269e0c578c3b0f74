import { expect } from 'chai';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';

interface Seen {
  id: string;
  version: number;
}

describe('states of records', () => {
  let app: TestApp;
  let librarian: Visitor;
  let teacher: Visitor;
  let colleague: Visitor;
  let pupil: Visitor;
  let guest: Visitor;

  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    teacher = await app.as('teacher');
    colleague = await app.as('group-head');
    pupil = await app.as('pupil');
    guest = app.visitor();
  });
  after(() => app.close());

  const create = async (fields: Record<string, unknown> = {}, by = librarian) => (await by.post('/api/records', { title: 'Dế Mèn phiêu lưu ký', ...fields })).body;
  const move = (record: Seen, name: string, by = librarian, more: Record<string, unknown> = {}) => by.post(`/api/records/${record.id}/${name}`, { version: record.version, ...more });
  const moved = async (record: Seen, name: string, more: Record<string, unknown> = {}) => {
    const answer = await move(record, name, librarian, more);
    expect(answer.status, answer.text).to.equal(200);
    return answer.body;
  };
  const statusOf = async (by: Visitor, record: Seen) => (await by.get(`/api/records/${record.id}`)).status;

  it('a librarian publishes a teacher’s draft: guesses are confirmed, history says who, and the scope can read it', async () => {
    const draft = await create({ scope: 'school' }, teacher);
    for (const by of [colleague, pupil, guest]) expect(await statusOf(by, draft)).to.equal(404);
    expect((await move(draft, 'publish', teacher)).status).to.equal(403);
    expect((await move(draft, 'publish', guest)).status).to.equal(404);
    const published = await moved(draft, 'publish');
    expect(published).to.deep.include({ state: 'published', version: 2, guessed: [] });
    expect(published.publishedBy.name).to.equal('Trần Thị Thư');
    for (const by of [teacher, colleague, pupil]) expect(await statusOf(by, draft)).to.equal(200);
    expect(await statusOf(guest, draft)).to.equal(404);
    const [latest] = (await teacher.get(`/api/records/${draft.id}/history`)).body.history;
    expect(latest).to.include({ action: 'published', version: 2 });
    expect(latest.changes).to.deep.equal([{ field: 'state', before: 'draft', after: 'published' }]);
  });

  it('readers of a published record are not told who made it or what was guessed', async () => {
    const published = await moved(await create({ scope: 'public', licence: 'CC-BY-4.0' }, teacher), 'publish');
    const seen = (await guest.get(`/api/records/${published.id}`)).body;
    expect(seen).to.deep.include({ createdBy: null, publishedBy: null, guessed: [] });
    expect(Object.values(seen.abilities)).to.not.include(true);
    expect((await guest.get(`/api/records/${published.id}/history`)).status).to.equal(401);
    expect((await pupil.get(`/api/records/${published.id}/history`)).status).to.equal(403);
    expect((await teacher.get(`/api/records/${published.id}/history`)).status).to.equal(200);
  });

  it('a teacher edits and bins their own draft, and no longer once it is published', async () => {
    const draft = await create({}, teacher);
    const edit = (record: Seen, by: Visitor) => by.ask('PATCH', `/api/records/${record.id}`, { version: record.version, description: { year: `20${record.version}` } });
    expect((await edit(draft, colleague)).status).to.equal(404);
    const edited = (await edit(draft, teacher)).body;
    const published = await moved(edited, 'publish');
    expect((await edit(published, teacher)).status).to.equal(403);
    expect((await move(published, 'delete', teacher)).status).to.equal(403);
    const back = await moved(published, 'unpublish');
    expect(back).to.include({ state: 'draft', publishedAt: null });
    expect((await edit(back, teacher)).status).to.equal(200);
  });

  it('every change of state wants the version that was seen', async () => {
    const draft = await create();
    await librarian.ask('PATCH', `/api/records/${draft.id}`, { version: 1, description: { year: '1941' } });
    for (const name of ['publish', 'delete']) {
      const stale = await move(draft, name);
      expect(stale.body, name).to.include({ status: 409, code: 'version-conflict' });
      expect(stale.body.params.current.version).to.equal(2);
    }
    const two = await Promise.all([move({ ...draft, version: 2 }, 'publish'), move({ ...draft, version: 2 }, 'publish')]);
    expect(two.map(({ status }) => status).sort()).to.satisfy((statuses: number[]) => statuses[0] === 200 && [403, 409].includes(statuses[1]!));
  });

  it('what cannot be done in a state is refused and changes nothing', async () => {
    const draft = await create();
    for (const name of ['unpublish', 'withdraw', 'restore']) expect((await move(draft, name, librarian, { reason: 'x' })).status, name).to.equal(403);
    const published = await moved(draft, 'publish');
    for (const name of ['publish', 'delete', 'restore']) expect((await move(published, name)).status, name).to.equal(403);
    expect((await move(published, 'withdraw', librarian, { reason: '  ' })).body.code).to.equal('not-valid');
    const withdrawn = await moved(published, 'withdraw', { reason: 'Sai sót' });
    expect((await librarian.ask('PATCH', `/api/records/${draft.id}`, { version: withdrawn.version, description: { year: '1' } })).status).to.equal(403);
    expect((await librarian.get(`/api/records/${draft.id}/history`)).body.history).to.have.length(3);
  });

  it('a withdrawn record leaves a tombstone to those who could read it, and nothing to anybody else', async () => {
    const published = await moved(await create({ scope: 'school', title: 'Sách có lỗi' }, teacher), 'publish');
    await moved(published, 'withdraw', { reason: 'Trang 5 in sai\nbản đồ' });
    for (const by of [teacher, colleague, pupil]) {
      const gone = await by.get(`/api/records/${published.id}`);
      expect(gone.body).to.include({ status: 410, code: 'record-withdrawn' });
      expect(gone.body.params).to.deep.include({ id: published.id, title: 'Sách có lỗi', by: 'Trần Thị Thư', reason: 'Trang 5 in sai bản đồ' });
      expect(Date.parse(gone.body.params.at)).to.be.closeTo(Date.now(), 60_000);
    }
    const hidden = await guest.get(`/api/records/${published.id}`);
    expect(hidden.body).to.include({ status: 404, code: 'record-not-found' });
    expect(hidden.text).to.not.contain('Sách có lỗi');
    expect((await librarian.get(`/api/records/${published.id}`)).body.withdrawn.reason).to.contain('in sai');
    const back = await moved((await librarian.get(`/api/records/${published.id}`)).body, 'publish');
    expect(back).to.deep.include({ state: 'published', withdrawn: null });
    expect(await statusOf(pupil, published)).to.equal(200);
  });

  it('the bin gives back what was deleted as it was: to its maker, or to a librarian', async () => {
    const draft = await create({ year: '1941' }, teacher);
    const deleted = (await move(draft, 'delete', teacher)).body;
    expect(deleted.deletedAt).to.be.a('string');
    for (const by of [colleague, pupil, guest]) expect(await statusOf(by, draft)).to.equal(404);
    expect((await teacher.ask('PATCH', `/api/records/${draft.id}`, { version: deleted.version, description: { year: '1' } })).status).to.equal(403);
    const bins = async (by: Visitor) => (await by.get('/api/records?list=bin')).body.records.map((line: Seen) => line.id);
    expect(await bins(teacher)).to.include(draft.id);
    expect(await bins(librarian)).to.include(draft.id);
    expect(await bins(colleague)).to.not.include(draft.id);
    expect((await pupil.get('/api/records?list=bin')).status).to.equal(403);
    expect((await guest.get('/api/records?list=bin')).status).to.equal(401);
    const restored = (await move(deleted, 'restore', teacher)).body;
    expect(restored).to.deep.include({ state: 'draft', deletedAt: null });
    expect(restored.description).to.deep.equal(draft.description);
    expect(await bins(teacher)).to.not.include(draft.id);
  });

  it('what was published before it was deleted comes back through a librarian alone, as the tombstone it was', async () => {
    const published = await moved(await create({ scope: 'school' }, teacher), 'publish');
    const withdrawn = await moved(published, 'withdraw', { reason: 'x' });
    const deleted = await moved(withdrawn, 'delete');
    for (const by of [teacher, pupil, guest]) expect(await statusOf(by, published)).to.equal(404);
    expect((await move(deleted, 'restore', teacher)).status).to.equal(404);
    expect(await moved(deleted, 'restore')).to.deep.include({ state: 'withdrawn', deletedAt: null });
    expect(await statusOf(pupil, published)).to.equal(410);
  });

  it('a licence that stands for a link needs the address when it is published, and may hold no file', async () => {
    const draft = await create({ licence: 'LINK', scope: 'public' });
    const refused = await move(draft, 'publish');
    expect(refused.body).to.deep.include({ status: 409, code: 'link-only-licence', params: { why: 'no-link' } });
    const linked = (await librarian.ask('PATCH', `/api/records/${draft.id}`, { version: 1, description: { link: 'https://example.edu.vn/sach' } })).body;
    const published = await moved(linked, 'publish');
    const cleared = await librarian.ask('PATCH', `/api/records/${draft.id}`, { version: published.version, description: { link: null } });
    expect(cleared.body.code).to.equal('link-only-licence');
    const open = await moved(await create({ licence: 'CC-BY-4.0' }), 'publish');
    const changed = await librarian.ask('PATCH', `/api/records/${open.id}`, { version: open.version, licence: 'LINK' });
    expect(changed.body.code).to.equal('link-only-licence');
  });
});
