import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { insertSource } from '../../../storage/metadata/harvest-sources.ts';
import { enqueue } from '../../../server/jobs/queue.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { ago, schoolOf, settled, shelve, stock } from '../catalogue/shelf.ts';
import { all, type Read, readXml, texts } from '../harvest/oai-reading.ts';

const count = 61;

describe('pages of a catalogue for reader apps', function () {
  this.timeout(20_000);
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    const school_id = schoolOf(librarian);
    // Several published in the same instant, as an import does.
    await stock(app, count, (n) => ({ row: { school_id, title: `Sách ${String(n).padStart(2, '0')}`, published_at: ago(100 + Math.floor(n / 4)), description: { subjects: [n % 2 ? 'TOAN' : 'TIN_HOC'] } }, pages: [] }));
    app.work();
    await settled(app);
  });
  after(() => app.close());

  const get = async (path: string): Promise<Read> => {
    const answer = await app.visitor().get(path);
    expect(answer.status, `${path} ${answer.text}`).equal(200);
    return readXml(answer.text);
  };
  const to = (feed: Read, rel: string): string | undefined => feed.children.find(({ name, attributes }) => name === 'link' && attributes['rel'] === rel)?.attributes['href'];
  const titles = (feed: Read): string[] => feed.children.filter(({ name }) => name === 'entry').map((entry) => texts(entry, 'title')[0]!);
  /** Along `rel` until there is none; `between` is done after each page. */
  const walk = async (start: string, rel: string, between?: (page: number) => Promise<void>): Promise<{ pages: string[][]; last: Read }> => {
    const pages: string[][] = [];
    for (let path: string | undefined = start, last; ; ) {
      last = await get(path);
      pages.push(titles(last));
      await between?.(pages.length);
      path = to(last, rel);
      if (path === undefined) return { pages, last };
      if (pages.length > 100) throw new Error('pages without an end');
    }
  };
  const everything = Array.from({ length: count }, (_, n) => `Sách ${String(n).padStart(2, '0')}`);

  it('by number: every record once, forward and back, with first and last', async () => {
    for (const path of ['/opds/records?size=10', '/opds/records?sort=title&size=10', '/opds/records?q=sach&size=10']) {
      const { pages, last } = await walk(path, 'next');
      expect(pages.map(({ length }) => length), path).deep.equal([10, 10, 10, 10, 10, 10, 1]);
      expect(pages.flat(), path).have.members(everything);
      const first = await get(path);
      expect(to(first, 'previous')).equal(undefined);
      expect(titles(await get(to(first, 'last')!))).deep.equal(pages.at(-1));
      expect(titles(await get(to(last, 'first')!))).deep.equal(pages[0]);
      const back = await walk(to(first, 'last')!, 'previous');
      expect(back.pages.reverse(), path).deep.equal(pages);
    }
    const half = await walk('/opds/records?subject=TOAN&size=7', 'next');
    expect(half.pages.flat()).have.members(everything.filter((_, n) => n % 2 === 1));
  });

  it('by row: every record once, the newest first, forward and back', async () => {
    const { pages, last } = await walk('/opds/new?size=9', 'next');
    expect(pages.flat()).have.members(everything).and.length(count);
    const when = (title: string): number => Math.floor(Number(title.slice(5)) / 4);
    for (const [at, title] of pages.flat().entries()) if (at > 0) expect(when(title)).least(when(pages.flat()[at - 1]!));
    const back = await walk(to(last, 'self')!, 'previous');
    // Backwards the pages end elsewhere; the order is the same.
    expect(back.pages.reverse().flat()).deep.equal(pages.flat());
    expect(to(await get('/opds/new?size=9'), 'previous')).equal(undefined);
    expect(titles(await get(to(last, 'first')!))).deep.equal(pages[0]);
    expect(all(await get('/opds/new'), 'link').filter(({ attributes }) => attributes['rel'] === 'next')).length(1);
  });

  it('by row: whoever follows while books come and go meets each of those that stayed once, in JSON too', async () => {
    const school_id = schoolOf(librarian);
    const { queries } = app.storage.metadata;
    const gone: string[] = [];
    const come = async (page: number): Promise<void> => {
      await shelve(app, { school_id, title: `Mới ${page}`, published_at: ago(0) });
      const title = everything[page * 9]!;
      await queries.updateTable('records').set({ state: 'withdrawn' }).where('title', '=', title).execute();
      gone.push(title);
    };
    const seen: string[] = [];
    for (let path: string | undefined = '/opds/v2/new?size=12', page = 1; path; page++) {
      const feed: { publications?: { metadata: { title: string } }[]; links: { rel: string; href: string }[] } = (await app.visitor().get(path)).body;
      seen.push(...(feed.publications ?? []).map(({ metadata }) => metadata.title));
      await come(page);
      path = feed.links.find(({ rel }) => rel === 'next')?.href;
    }
    expect(new Set(seen).size).equal(seen.length);
    expect(seen).include.members(everything.filter((title) => !gone.includes(title)));
    expect(gone.length).greaterThan(4);
    await queries.updateTable('records').set({ state: 'published' }).where('title', 'in', gone).execute();
    const came = await queries.updateTable('records').set({ state: 'withdrawn' }).where('title', 'like', 'Mới %').returning('id').execute();
    for (const { id } of came) await enqueue(queries, { kind: 'index-record', recordId: id });
    await settled(app);
  });

  it('what is no page, no size, no place or too long a query is refused with a code; a page beyond the end is empty and leads back', async () => {
    const wrong = ['records?page=0', 'records?page=-1', 'records?page=abc', 'records?page=1.5', 'records?page=1e99', 'records?page=1&page=2', 'records?size=0', 'records?size=101', 'records?sort=worst', 'records?sort=title&sort=title', `records?q=${'x'.repeat(10_001)}`, 'records?q=a&q=b', 'new?after=x', 'new?before=2026', 'new?after=2026_x&size=3', 'new?size=-5', `grades?level=${'9'.repeat(101)}`, 'subjects?grade=6&grade=7'];
    for (const base of ['/opds', '/opds/v2'])
      for (const one of wrong) {
        const answer = await app.visitor().get(`${base}/${one}`);
        expect([answer.status, answer.body?.code], `${base}/${one.slice(0, 60)}`).deep.equal([400, 'not-valid']);
      }
    const beyond = await get('/opds/records?page=500&size=10');
    expect(titles(beyond)).deep.equal([]);
    expect(to(beyond, 'previous')).equal(to(beyond, 'last'));
    expect(titles(await get(to(beyond, 'previous')!)).length).greaterThan(0);
    expect(titles(await get('/opds/records?page=&size=&q='))).length(30);
    expect(titles(await get('/opds/new?after=0000_00000000-0000-0000-0000-000000000000'))).deep.equal([]);
  });

  it('unknown codes, quotes, controls and what is no text are empty feeds, not faults', async () => {
    for (const value of ['%22%27%5D%20OR%201%3D1', '%00', '%01%0b', '%ed%a0%80', '%ff', 'x%22%2Cy', '__proto__', '%3C%2Ftitle%3E%5D%5D%3E', '%F0%9F%98%80', '%25', 'x'.repeat(100)])
      for (const path of [`records?subject=${value}`, `records?topic=${value}&grade=${value}`, `records?q=%22zzqq${value}`, `grades?level=${value}`, `subjects?level=${value}&grade=${value}`, `nothing${value}`]) {
        const atom = await app.visitor().get(`/opds/${path}`);
        const json = await app.visitor().get(`/opds/v2/${path}`);
        expect([atom.status, json.status], path).deep.equal(path.startsWith('nothing') ? [atom.status, atom.status] : [200, 200]);
        expect([200, 400, 404], path).include(atom.status);
        if (atom.status === 200) expect(titles(readXml(atom.text)).filter((title) => title.startsWith('Sách')), path).deep.equal([]);
      }
    expect(app.logged.filter((line) => line.includes('"level":50'))).deep.equal([]);
    for (const path of ['/opds/', '/opds/v2/', '/opds/v3', '/opds/files']) expect([200, 404], path).include((await app.visitor().get(path)).status);
  });

  it('who holds a document already is told so, until something changes', async () => {
    const fresh = { 'cache-control': 'max-age=0' };
    for (const path of ['/opds', '/opds/new?size=5', '/opds/v2/records?subject=TOAN&size=5', '/opds/v2/subjects', '/opds/search.xml']) {
      const first = await app.visitor().get(path);
      expect(first.headers.get('vary')).match(/Authorization/).and.match(/Cookie/).and.match(/Accept-Encoding/);
      const plain = await app.visitor().get(path, { 'accept-encoding': 'identity' });
      expect([plain.headers.get('content-encoding'), plain.text, plain.headers.get('etag')], path).deep.equal([null, first.text, first.headers.get('etag')]);
      if (first.text.length > 2000) expect(first.headers.get('content-encoding'), path).equal('gzip');
      const held = { ...fresh, 'if-none-match': first.headers.get('etag')! };
      const again = await app.visitor().get(path, held);
      expect([again.status, again.text], path).deep.equal([304, '']);
      // Whoever signed in comes back to another root.
      if (path !== '/opds/search.xml') expect((await librarian.get(path, held)).status, path).equal(200);
    }
    const before = (await app.visitor().get('/opds/new?size=5')).headers.get('etag')!;
    await shelve(app, { school_id: schoolOf(librarian), title: 'Vừa công bố', published_at: ago(0) });
    expect((await app.visitor().get('/opds/new?size=5', { ...fresh, 'if-none-match': before })).status).equal(200);
  });

  it('what another catalogue told us is found and leads there, but is no news; an address that is none leads to its page', async () => {
    const school_id = schoolOf(librarian);
    const [source_id, now] = [uuid(), ago(0)];
    await insertSource(app.storage.metadata.queries, {
      ...{ id: source_id, school_id, name: 'Thư viện tỉnh', address: 'https://example.org/oai', set_spec: null, format: 'oai_dc', scope: 'public', schedule: 'hand', kind: 'oai' },
      ...{ next_at: null, granularity: 'second', deletions: 'no', listed_until: null, created_by: null, created_at: now, updated_at: now, removed_at: null },
    });
    const told = (title: string, link: string) => shelve(app, { school_id, source_id, title, licence: 'LINK', published_at: now, description: { link, subjects: ['LICH_SU'] } });
    const theirs = await told('Thu hoạch một', 'https://example.org/1');
    const odd = await told('Thu hoạch hai', 'javascript:alert(1)');
    await settled(app);
    const news = await get('/opds/new?size=100');
    expect(titles(news)).not.include('Thu hoạch một');
    expect(texts(news, 'totalResults')).deep.equal([String(titles(news).length)]);
    expect((await app.visitor().get('/feeds/new.xml')).text).not.include('Thu hoạch');
    expect(titles(await get('/opds/records?subject=LICH_SU'))).have.members(['Thu hoạch một', 'Thu hoạch hai']);
    const ways = async (id: string) => all(await get(`/opds/records/${id}`), 'link').map(({ attributes }) => attributes).filter(({ rel }) => rel!.startsWith('http://opds-spec.org/acq'));
    const way = { rel: 'http://opds-spec.org/acquisition', type: 'text/html' };
    expect(await ways(theirs.id)).deep.equal([{ ...way, href: 'https://example.org/1' }]);
    expect(await ways(odd.id)).deep.equal([{ ...way, href: `/record/${odd.id}` }]);
  });

  it('without search the newest can still be had, only without facets; a search says that it is away', async () => {
    await settled(app);
    await app.search.close();
    const feed = await get('/opds/new');
    expect(titles(feed)).length(30);
    expect(all(feed, 'link').some(({ attributes }) => attributes['opds:facetGroup'])).equal(false);
    expect(texts(feed, 'totalResults')).deep.equal([String(count + 1)]);
    expect(titles(await get('/opds'))).include('Mới nhất');
    for (const path of ['/opds/records?q=x', '/opds/v2/levels']) {
      const answer = await app.visitor().get(path);
      expect([answer.status, answer.body.code], path).deep.equal([503, 'search-unavailable']);
    }
  });
});
