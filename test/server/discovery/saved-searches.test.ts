import { expect } from 'chai';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { ago, fromSchool, idOf, schoolOf, settled, shelve, statementsOf } from '../catalogue/shelf.ts';

describe('saved searches', function () {
  this.timeout(30_000);
  let app: TestApp;
  let teacher: Visitor;
  let school_id: string;
  let working: ReturnType<TestApp['work']>;
  before(async () => {
    app = await openTestApp();
    teacher = await app.as('teacher');
    school_id = schoolOf(teacher);
    working = app.work();
  });
  after(() => app.close());

  const save = async (who: Visitor, query: string, more: Record<string, unknown> = {}) => {
    const answer = await who.post('/api/searches', { name: 'Của tôi', query, ...more });
    expect(answer.status, answer.text).equal(201);
    return answer.body;
  };
  const patch = (who: Visitor, path: string, changes: Record<string, unknown>) => who.ask('PATCH', path, changes);
  const remove = (who: Visitor, path: string) => who.ask('DELETE', path);
  const list = async (who: Visitor) => (await who.get('/api/searches')).body.searches;
  const fresh = async (who: Visitor, id: string): Promise<number | null> =>
    (await list(who)).find((one: { id: string }) => one.id === id).fresh;
  const publish = (title: string, row: Record<string, unknown> = {}) =>
    shelve(app, { school_id, title, published_at: ago(-1), description: { subjects: ['TOAN'] }, ...row });

  it('keep what is asked and nothing else of the address', async () => {
    const saved = await save(
      teacher,
      '?q=ph%C3%A2n+s%E1%BB%91&grade=6,7&topic=a%2C+b&drop=gdcd&page=4&size=9&utm=x&explain=1&sort=newest',
    );
    expect(saved.query).equal('q=ph%C3%A2n+s%E1%BB%91&grade=6&grade=7&topic=a%2C+b&drop=gdcd&sort=newest');
    expect(saved).include({ name: 'Của tôi', alerts: true, fresh: 0, feed: null });
    expect((await list(teacher))[0]).deep.equal(saved);
    for (const query of [
      '',
      '?',
      'page=2',
      'q=+',
      'sort=newest',
      'sort=best&q=a',
      'q=a&q=b',
      `q=${'a'.repeat(10_001)}`,
    ])
      expect((await teacher.post('/api/searches', { name: 'x', query })).body, query.slice(0, 20)).include({
        status: 400,
        code: 'not-valid',
      });
    expect((await teacher.post('/api/searches', { name: '  ', query: 'q=a' })).status).equal(400);
  });

  it('belong to one person: nobody else sees, changes or removes them, and a guest has none', async () => {
    const { id } = await save(teacher, 'q=rieng');
    const librarian = await app.as('librarian');
    expect(await list(librarian)).deep.equal([]);
    for (const answer of [
      await patch(librarian, `/api/searches/${id}`, { name: 'x' }),
      await remove(librarian, `/api/searches/${id}`),
    ])
      expect(answer.body).include({ status: 404, code: 'not-found' });
    const guest = app.visitor();
    expect((await guest.get('/api/searches')).body).include({ status: 401, code: 'not-signed-in' });
    expect((await guest.post('/api/searches', { name: 'x', query: 'q=a' })).status).oneOf([401, 403]);
    expect((await patch(teacher, `/api/searches/${id}`, { name: 'Tên mới' })).body.name).equal('Tên mới');
    expect((await remove(teacher, `/api/searches/${id}`)).status).equal(200);
    expect((await remove(teacher, `/api/searches/${id}`)).status).equal(404);
  });

  it('count what was published since they were last looked at, of what their owner may read; not what holds a part', async () => {
    await publish('Quuxoid cũ', { published_at: ago(30) });
    const { id } = await save(teacher, 'q=quuxoid+truong');
    const broad = await save(teacher, 'q=quuxoid');
    const stranger = await fromSchool(app, 'KHAC', 'teacher', 'co.khac');
    const theirs = await save(stranger, 'q=quuxoid');
    expect(await fresh(teacher, broad.id)).equal(0);
    await publish('Quuxoid mới');
    await publish('Quuxoid của trường', { scope: 'school' });
    await publish('Quuxoid nháp', { state: 'draft', published_at: null, created_by: idOf(stranger) });
    await settled(app);
    expect(await fresh(teacher, broad.id)).equal(2);
    expect(await fresh(teacher, id)).equal(1);
    expect(await fresh(stranger, theirs.id)).equal(1);
    const partly = await save(teacher, 'q=quuxoid+khongcodau');
    await publish('Quuxoid nữa');
    await settled(app);
    expect(await fresh(teacher, partly.id)).equal(0);

    expect((await patch(teacher, `/api/searches/${broad.id}`, { alerts: false })).body).include({
      alerts: false,
      fresh: null,
    });
    // A minute from now lies behind the records published "in a minute".
    await app.storage.metadata.queries
      .updateTable('records')
      .set({ published_at: ago(1) })
      .where('published_at', '>', ago(0))
      .execute();
    expect((await patch(teacher, `/api/searches/${broad.id}`, { alerts: true })).body).include({
      alerts: true,
      fresh: 0,
    });
    await app.storage.metadata.queries
      .updateTable('saved_searches')
      .set({ seen_at: ago(5) })
      .where('id', '=', broad.id)
      .execute();
    expect(await fresh(teacher, broad.id)).equal(3);
    expect((await patch(teacher, `/api/searches/${broad.id}`, { alerts: true, name: 'Vẫn vậy' })).body.fresh).equal(3);
    expect((await patch(teacher, `/api/searches/${broad.id}`, { seen: true })).body.fresh).equal(0);
    expect(await fresh(teacher, broad.id)).equal(0);
  });

  it('are thirty at most, and cost the home page as many queries whether two or thirty', async () => {
    const pupil = await app.as('pupil');
    const cost = () => statementsOf(app, () => pupil.get('/api/searches'));
    await save(pupil, 'q=quuxoid');
    await save(pupil, 'q=quuxoid+moi');
    // Nobody else may be asking the database meanwhile.
    await working.stop();
    const few = await cost();
    for (let n = 2; n < 30; n++) await save(pupil, `q=quuxoid+${n}`);
    expect(await list(pupil)).length(30);
    const refused = await pupil.post('/api/searches', { name: 'x', query: 'q=a' });
    expect(refused.body).deep.include({ status: 409, code: 'saved-searches-full', params: { most: 30 } });
    expect(await cost())
      .equal(few)
      .and.at.most(5);
    app.work();
  });

  describe('as a feed', () => {
    const feedOf = async (id: string): Promise<string> =>
      (await patch(teacher, `/api/searches/${id}`, { feed: true })).body.feed;
    const titles = (xml: string): string[] =>
      [...xml.matchAll(/<item>\s*<title>(.*?)<\/title>/g)].map((match) => match[1]!);

    it('lists the newest that is public, whatever the owner may read, as RSS 2.0', async () => {
      await publish('Zyzzy <công khai> & "mở"', {
        description: { subjects: ['TOAN'], abstract: '<script>alert(1)</script> \u0000 hết' },
      });
      await publish('Zyzzy trong trường', { scope: 'school' });
      await publish('Zyzzy cho giáo viên', { scope: 'sector' });
      await publish('Zyzzy giữ quyền', { licence: 'ARR' });
      await publish('Zyzzy nháp', { state: 'draft', published_at: null, created_by: idOf(teacher) });
      const withdrawn = await publish('Zyzzy đã rút');
      await settled(app);
      await app.storage.metadata.queries
        .updateTable('records')
        .set({ state: 'withdrawn' })
        .where('id', '=', withdrawn.id)
        .execute();
      const saved = await save(teacher, 'q=zyzzy', { name: 'Mới & <hay>' });
      expect((await teacher.get(`/api/search?${saved.query}`)).body.total).at.least(5);
      const path = await feedOf(saved.id);
      expect(path).match(/^\/feeds\/searches\/[\w-]{32}\.xml$/);
      for (const who of [app.visitor(), teacher]) {
        const { text, headers, status } = await who.get(path);
        expect([status, headers.get('content-type')]).deep.equal([200, 'application/rss+xml; charset=utf-8']);
        expect(titles(text)).deep.equal(['Zyzzy &lt;công khai&gt; &amp; &quot;mở&quot;']);
        expect(text).match(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<rss version="2.0"/);
        expect(text)
          .include('<title>Mới &amp; &lt;hay&gt; – Tủ Sách</title>')
          .and.include('&amp;lt;script>'.replace('>', '&gt;'));
        expect(text).not.match(/\u0000|<script|trong trường|giáo viên|giữ quyền|nháp|đã rút/);
        expect(text).match(/<pubDate>\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT<\/pubDate>/);
        expect(text).not.include(idOf(teacher)).and.not.include('Người teacher');
      }
    });

    it('is sent once as long as nothing changes', async () => {
      const path = await feedOf((await save(teacher, 'q=zyzzy')).id);
      const first = await app.visitor().get(path);
      const etag = first.headers.get('etag')!;
      const again = await app.visitor().get(path, { 'if-none-match': etag, 'cache-control': 'max-age=0' });
      expect([again.status, again.text]).deep.equal([304, '']);
      await publish('Zyzzy thêm');
      await settled(app);
      const changed = await app.visitor().get(path, { 'if-none-match': etag, 'cache-control': 'max-age=0' });
      expect(changed.status).equal(200);
      expect(titles(changed.text)).include('Zyzzy thêm');
    });

    it('its address ends when it is changed, taken away, or its owner goes', async () => {
      const { id } = await save(teacher, 'q=zyzzy');
      const first = await feedOf(id);
      const second = await feedOf(id);
      expect(second).not.equal(first);
      const status = async (path: string) => (await app.visitor().get(path)).status;
      expect([await status(first), await status(second)]).deep.equal([404, 200]);
      expect((await patch(teacher, `/api/searches/${id}`, { feed: false })).body.feed).equal(null);
      expect(await status(second)).equal(404);
      const third = await feedOf(id);
      const { queries } = app.storage.metadata;
      await queries.updateTable('people').set({ disabled: 1 }).where('id', '=', idOf(teacher)).execute();
      expect(await status(third)).equal(404);
      await queries.updateTable('people').set({ disabled: 0 }).where('id', '=', idOf(teacher)).execute();
      expect(await status(third)).equal(200);
      await remove(teacher, `/api/searches/${id}`);
      expect(await status(third)).equal(404);
      for (const path of ['x', 'a'.repeat(32), `${'a'.repeat(31)}%00`, '%ed%a0%80'])
        expect(await status(`/feeds/searches/${path}.xml`), path).oneOf([400, 404]);
    });
  });

  it('go with the person', async () => {
    const pupil = await app.as('pupil');
    const { queries } = app.storage.metadata;
    const left = async () =>
      (await queries.selectFrom('saved_searches').select('id').where('person_id', '=', idOf(pupil)).execute()).length;
    expect(await left()).equal(30);
    await queries.deleteFrom('people').where('id', '=', idOf(pupil)).execute();
    expect(await left()).equal(0);
  });
});
