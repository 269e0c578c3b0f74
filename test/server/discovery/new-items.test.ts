import { expect } from 'chai';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { ago, schoolOf, settled, shelve, stock } from '../catalogue/shelf.ts';
import { all, one, readXml, texts } from '../harvest/oai-reading.ts';

describe('feeds of new items', function () {
  this.timeout(20_000);
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    const school_id = schoolOf(librarian);
    const shelved = (title: string, minutes: number, description: Record<string, unknown>, row = {}) => shelve(app, { school_id, title, published_at: ago(minutes), description, ...row });
    await shelved('Cũ', 90, { subjects: ['TOAN'], grades: ['6'], resourceType: 'SGK', agents: [{ name: 'Lê & Lợi', role: 'aut' }], abstract: 'Có <b>đậm</b>' });
    await shelved('Mới nhất \u0001\ud800]]> <x>', 5, { subjects: ['TOAN'], grades: ['7'], resourceType: 'STK' });
    await shelved('Giữa', 30, { subjects: ['NGU_VAN'], grades: ['6'], keywords: ['thơ, ca'] });
    await shelved('Trong trường', 1, { subjects: ['TOAN'], grades: ['6'] }, { scope: 'school' });
    await shelved('Nháp', 1, { subjects: ['TOAN'] }, { state: 'draft', published_at: null });
    app.work();
    await settled(app);
  });
  after(() => app.close());

  const get = async (path: string, who = app.visitor()) => {
    const answer = await who.get(path);
    expect(answer.status, `${path} ${answer.text}`).equal(200);
    return answer;
  };
  const atomTitles = async (query = ''): Promise<string[]> => all(readXml((await get(`/feeds/new.xml${query}`)).text), 'entry').map((entry) => texts(entry, 'title')[0]!);
  const rssTitles = async (query = ''): Promise<string[]> => all(readXml((await get(`/feeds/new.rss${query}`)).text), 'item').map((item) => texts(item, 'title')[0]!);
  const clean = (titles: string[]): string[] => titles.map((title) => title.replace(/ .*/s, ''));

  it('hold what is public, the newest first, for everybody alike, in Atom and in RSS', async () => {
    expect(clean(await atomTitles())).deep.equal(['Mới', 'Giữa', 'Cũ']);
    expect(clean(await rssTitles())).deep.equal(['Mới', 'Giữa', 'Cũ']);
    for (const [path, type] of [['/feeds/new.xml', 'application/atom+xml; charset=utf-8'], ['/feeds/new.rss', 'application/rss+xml; charset=utf-8']] as const) {
      const [guest, own] = [await get(path), await get(path, librarian)];
      expect(own.text).equal(guest.text);
      expect(guest.headers.get('content-type')).equal(type);
      expect(guest.headers.get('cache-control')).equal('public, max-age=900');
      expect(guest.headers.get('access-control-allow-origin')).equal('*');
    }
  });

  it('are narrowed by subject, grade, type and topic; several of one are either, of two are both', async () => {
    expect(clean(await atomTitles('?subject=TOAN'))).deep.equal(['Mới', 'Cũ']);
    expect(clean(await rssTitles('?subject=TOAN&grade=6'))).deep.equal(['Cũ']);
    expect(clean(await atomTitles('?type=SGK,STK&grade=6&grade=7'))).deep.equal(['Mới', 'Cũ']);
    expect(clean(await rssTitles(`?topic=${encodeURIComponent('thơ, ca')}`))).deep.equal(['Giữa']);
    expect(await atomTitles('?subject=KHONG_CO')).deep.equal([]);
    expect(await rssTitles('?grade=%00%22%27%3E&level=__proto__')).deep.equal([]);
    const feed = readXml((await get('/feeds/new.xml?subject=TOAN&grade=6')).text);
    expect(texts(feed, 'title')[0]).equal('Tài liệu mới: Lớp 6 · Toán – Tủ Sách – Trường THCS Hoa Sen');
  });

  it('Atom has what RFC 4287 asks for, RSS what its specification asks for', async () => {
    const feed = readXml((await get('/feeds/new.xml?subject=TOAN')).text);
    const self = all(feed, 'link').find(({ attributes }) => attributes['rel'] === 'self')!.attributes['href'];
    expect(self).equal('http://localhost:8080/feeds/new.xml?subject=TOAN');
    expect(texts(feed, 'id')[0]).equal(self);
    const entries = all(feed, 'entry');
    for (const part of [feed, ...entries]) for (const name of ['id', 'title', 'updated']) expect(part.children.filter((child) => child.name === name)).length(1);
    for (const updated of texts(feed, 'updated')) expect(updated).match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(texts(entries[1]!, 'name')).deep.equal(['Lê & Lợi']);
    expect(texts(entries[1]!, 'summary')).deep.equal(['Lê & Lợi. Có <b>đậm</b>']);
    const channel = one(readXml((await get('/feeds/new.rss')).text), 'channel');
    for (const name of ['title', 'link', 'description']) expect(channel.children.filter((child) => child.name === name)).length(1);
    for (const item of all(channel, 'item')) {
      expect(texts(item, 'pubDate')[0]).match(/^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/);
      expect(texts(item, 'guid')[0]).equal(texts(item, 'link')[0]);
    }
    // What a reader takes for HTML is written as HTML has it.
    expect(texts(all(channel, 'item')[2]!, 'description')).deep.equal(['Lê &amp; Lợi. Có &lt;b>đậm&lt;/b>']);
  });

  it('are sent once as long as nothing changes, hold fifty at most, and forget what is withdrawn', async () => {
    const first = await get('/feeds/new.xml');
    const held = { 'if-none-match': first.headers.get('etag')!, 'cache-control': 'max-age=0' };
    expect((await app.visitor().get('/feeds/new.xml', held)).status).equal(304);
    await stock(app, 60, (n) => ({ row: { school_id: schoolOf(librarian), title: `Loạt ${n}`, published_at: ago(2) }, pages: [] }));
    await settled(app);
    expect((await app.visitor().get('/feeds/new.xml', held)).status).equal(200);
    expect(await rssTitles()).length(50);
    await app.storage.metadata.queries.updateTable('records').set({ state: 'withdrawn' }).where('title', 'like', 'Loạt %').execute();
    // At once, whatever the index knows by now.
    expect(clean(await atomTitles())).deep.equal(['Mới', 'Giữa', 'Cũ']);
  });

  it('another address under /feeds is none', async () => {
    for (const path of ['/feeds', '/feeds/old.xml', '/feeds/new']) expect((await app.visitor().get(path)).body).include({ status: 404, code: 'not-found' });
  });
});
