import { expect } from 'chai';
import { openSiteLibrary, type SiteLibrary } from '../../../support/site-library.ts';
import { identify, oai, oaiError } from '../../../support/told-by-others.ts';
import { aboutPage, book, nextLink, opds, rss, section, type Site, urlset } from '../../../support/told-site.ts';

describe('finding out what is at an address', function () {
  this.timeout(30_000);
  let library: SiteLibrary;
  let site: Site;

  before(async () => {
    library = await openSiteLibrary();
    site = await library.site();
  });
  after(() => library.close());

  const look = async (path: string) => (await library.librarian.post('/api/harvest/look', { address: site.at(path) })).body;
  const preview = async (path: string, kind: string) => (await library.librarian.post('/api/harvest/preview', { address: site.at(path), kind })).body;

  it('each kind is told by what it is, whatever its server calls it', async () => {
    site.pages.set('/o1', { type: 'text/html', body: opds([book('a', 'A')]) });
    site.pages.set('/o2', { type: 'text/plain', body: JSON.stringify({ metadata: { title: 'Kho sách mở' }, publications: [] }) });
    site.pages.set('/r', { type: 'text/html', body: rss([]) });
    site.pages.set('/m', { type: 'text/html', body: urlset([[site.at('/s')]]) });
    site.pages.set('/t', { type: 'text/plain', body: 'Nhan đề\tTác giả\tNăm\tGhi chú\nTruyện Kiều\tNguyễn Du\t1820\t\nHai\t\t\tx\n' });
    site.pages.set('/t.csv', { type: 'application/octet-stream', body: 'a,b\n1,2\n' });
    expect(await look('/o1')).to.include({ kind: 'opds', name: 'Thư viện huyện', deletions: 'no' });
    expect(await look('/o2')).to.include({ kind: 'opds', name: 'Kho sách mở' });
    expect(await look('/r')).to.include({ kind: 'rss', name: 'Tin thư viện' });
    expect(await look('/m')).to.include({ kind: 'sitemap', name: site.host });
    expect((await look('/t')).columns).to.eql([
      { name: 'Nhan đề', field: 'title', values: ['Truyện Kiều', 'Hai'] },
      { name: 'Tác giả', field: 'people', values: ['Nguyễn Du'] },
      { name: 'Năm', field: 'year', values: ['1820'] },
      { name: 'Ghi chú', field: null, values: ['x'] },
    ]);
    expect(await look('/t.csv')).to.include({ kind: 'csv', name: `${site.host} t` });
    for (const [path, name] of [['/s%C3%A1ch%20m%E1%BB%9Bi.csv', 'sách mới'], ['/%ff%.csv', '\ufffd%']] as const) {
      site.pages.set(path, { type: 'text/csv', body: 'a,b\n1,2\n' });
      expect(await look(path)).to.include({ kind: 'csv', name: `${site.host} ${name}` });
    }
  });

  it('a repository is found at an address that does not look like one, and where its address answers people with a page', async () => {
    const answers = (verb: string | null): string => (verb === 'Identify' ? identify() : verb === 'ListMetadataFormats' ? oai('<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix></metadataFormat></ListMetadataFormats>') : oaiError('noSetHierarchy'));
    for (const verb of ['Identify', 'ListMetadataFormats', 'ListSets']) site.pages.set(`/kho?verb=${verb}`, { type: 'text/xml', body: answers(verb) });
    site.pages.set('/kho', { body: '<!doctype html><title>Kho</title>' });
    expect(await look('/kho')).to.deep.include({ kind: 'oai', name: 'Thư viện bạn', formats: ['oai_dc'] });
    site.pages.set('/kho', { type: 'text/xml', body: oaiError('badVerb') });
    expect(await look('/kho')).to.include({ kind: 'oai' });
    // And the other way round.
    site.pages.set('/oai/feed', { type: 'application/atom+xml', body: opds([book('a', 'A')]) });
    expect(await look('/oai/feed')).to.include({ kind: 'opds' });
  });

  it('a page for people leads to its feeds and to the lists of pages that its site names, of its own host', async () => {
    site.pages.set('/', { body: '<!doctype html><html><head><title>Thư viện tỉnh</title><link rel="alternate" type="application/rss+xml" title="Sách mới" href="r"><link rel="alternate" hreflang="en" href="/en"><link rel="stylesheet" href="/a.css">' });
    site.pages.set('/robots.txt', { type: 'text/plain', body: `User-agent: *\nDisallow: /x\nSitemap: ${site.at('/m')}\nsitemap: http://khac.example/m\n` });
    expect(await look('/')).to.deep.include({ kind: 'page', name: 'Thư viện tỉnh', offers: [{ kind: 'feed', name: 'Sách mới', address: site.at('/r') }, { kind: 'sitemap', name: '/m', address: site.at('/m') }] });
  });

  it('what is none of these has a code that says so', async () => {
    site.pages.set('/trang', { body: '<!doctype html><title>Chỉ là trang</title>' });
    site.pages.delete('/robots.txt');
    site.pages.set('/chu', { type: 'text/plain', body: 'Chào, các bạn\nKhoẻ không, thật không\n' });
    site.pages.set('/json', { type: 'application/json', body: '[1,2]' });
    site.pages.set('/xml', { type: 'text/xml', body: '<a><b/></a>' });
    site.pages.set('/trong', { type: 'text/xml', body: '' });
    for (const path of ['/trang', '/chu', '/json', '/xml', '/trong']) expect((await look(path)).code, path).to.equal('source-not-known');
    expect((await look('/mat')).code).to.equal('source-answers-error');
    expect((await look('/mat/oai')).code).to.equal('source-answers-error');
    expect((await library.librarian.post('/api/harvest/look', { address: 'http://10.1.2.3/opds' })).body.code).to.equal('source-address-refused');
    expect((await library.librarian.post('/api/harvest/sources', { address: site.at('/r'), kind: 'opds' })).body.code).to.equal('source-not-known');
    expect((await library.librarian.post('/api/harvest/sources', { address: site.at('/kho'), kind: 'oai', format: '' })).body.code).to.equal('not-valid');
  });

  it('the first records are shown from behind lists of lists and pages about nothing; nothing is kept', async () => {
    site.pages.set('/cay', { type: 'application/atom+xml', body: opds([section('Một', '/cay/1')]) });
    site.pages.set('/cay/1', { type: 'application/atom+xml', body: opds(Array.from({ length: 8 }, (_, at) => book(`${at}`, `Sách ${at}`)), nextLink('/cay/2')) });
    site.pages.set('/cay/2', { type: 'application/atom+xml', body: opds(Array.from({ length: 8 }, (_, at) => book(`b${at}`, `Sách b${at}`))) });
    expect((await preview('/cay', 'opds')).records.map(({ title }: { title: string }) => title)).to.eql([...Array.from({ length: 8 }, (_, at) => `Sách ${at}`), 'Sách b0', 'Sách b1']);
    site.pages.set('/s', { body: aboutPage({ '@type': 'Book', name: 'Trong trang' }) });
    site.pages.set('/m', { type: 'text/xml', body: urlset([[site.at('/trang')], [site.at('/s')]]) });
    expect((await preview('/m', 'sitemap')).records.map(({ title }: { title: string }) => title)).to.eql(['Trong trang']);
    expect((await library.librarian.get('/api/harvest/sources')).body.sources).to.eql([]);
  });
});
