import { expect } from 'chai';
import { gzipSync } from 'node:zlib';
import { readHtml } from '../../../../server/harvest/sources/pages/html-reading.ts';
import { thingsIn } from '../../../../server/harvest/sources/pages/linked-things.ts';
import { readRobots } from '../../../../server/harvest/sources/pages/robots-rules.ts';
import { readSitemap } from '../../../../server/harvest/sources/pages/sitemap-list.ts';
import { openSiteLibrary, type SiteLibrary } from '../../../support/site-library.ts';
import { aboutPage, urlset } from '../../../support/told-site.ts';

const here = 'http://ban.example/sach/1';
const names = (...scripts: string[]): unknown[] => thingsIn(scripts, here).things.map(({ name, headline }) => name ?? headline);

describe('reading pages of a site', () => {
  it('HTML is looked through for linked data and links, and for nothing that only looks like them', () => {
    const page = readHtml(
      `<!doctype html><!-- <script type="application/ld+json">1</script> --><html><head><title>Sách &amp; báo\n mới</title><BASE HREF="/doc/"><link rel=alternate type='application/rss+xml' title="Tin &quot;mới&quot;" href=/rss?a=1&amp;b=2>` +
        `<script>var x = '<link rel="alternate" href="/gia">';</script><style><script type="application/ld+json">2</script></style><textarea><script type="application/ld+json">3</script></textarea>` +
        `<noscript><link rel="sitemap" href="/map.xml"></noscript><p a="1" a="2" <b>x</b> < 3><script data-x='>' type="application/ld+json; charset=utf-8">{"a":"</p>"}</SCRIPT ><script type="application/ld+json">bỏ dở`,
    );
    expect(page).to.deep.include({ title: 'Sách & báo mới', base: '/doc/', linkedData: ['{"a":"</p>"}'] });
    expect(page.links).to.eql([{ rel: 'alternate', type: 'application/rss+xml', href: '/rss?a=1&b=2', title: 'Tin "mới"' }, { rel: 'sitemap', type: '', href: '/map.xml', title: '' }]);
  });

  it('HTML that is built to take time takes none', () => {
    const begun = performance.now();
    for (const piece of ['<', '<a ', '<a b="', '<script>', '<!--', '<a b=\'"', '</script', '<title><style>', '<a'.padEnd(5_000, ' '), '< a=', '<script type="application/ld+json">']) readHtml(piece.repeat(Math.ceil(1_000_000 / piece.length)));
    expect(performance.now() - begun).to.be.below(4_000);
  });

  it('a page is about the thing that says most, wherever it stands and however it is wrapped', () => {
    const of = (thing: unknown): string => JSON.stringify(thing);
    expect(names(of({ '@context': 'https://schema.org', '@type': 'Book', name: 'Một' }))).to.eql(['Một']);
    expect(names(of([{ '@type': 'BreadcrumbList' }, { '@type': ['Product', 'Book'], name: 'Trong danh sách' }]))).to.eql(['Trong danh sách']);
    expect(names(of({ '@graph': [{ '@type': 'WebPage', name: 'Trang' }, { '@type': 'NewsArticle', headline: 'Bài' }, { '@type': 'ImageObject', name: 'Ảnh' }] }))).to.eql(['Bài']);
    expect(names(of({ '@type': 'WebPage', mainEntity: { '@type': 'http://schema.org/Course', name: 'Khoá học' } }))).to.eql(['Khoá học']);
    expect(names(of({ '@type': 'schema:Article', headline: 'Kém hơn' }), of({ '@type': 'LearningResource', name: 'Hơn' }))).to.eql(['Hơn']);
    expect(names(`//<![CDATA[\n${of({ '@type': 'Book', name: 'Gói' })}\n//]]>`)).to.eql(['Gói']);
    expect(names(`<!--\n${of({ '@type': 'Book', name: 'Chú thích' })}\n-->`)).to.eql(['Chú thích']);
    expect(names(of({ '@type': 'Book', name: 'Thay &chữ' }).replaceAll('"', '&quot;'))).to.eql(['Thay &chữ']);
    expect(names('{"@type":"Book","name":"Xuống\ndòng"};')).to.eql(['Xuống dòng']);
    expect(names(of([{ '@type': 'Book', name: 'Đây', url: here }, { '@type': 'Book', name: 'Trang khác', url: '/sach/2' }]))).to.eql(['Đây']);
    expect(thingsIn([of({ '@type': 'Organization' }), '{"@type":"Book",', '['.repeat(100_000)], here)).to.deep.include({ things: [] });
    expect(thingsIn(['{"@type":"Book",', '['.repeat(100_000)], here).faults).to.have.length(2);
    const [whole] = thingsIn([of({ '@graph': [{ '@type': 'Book', name: 'x', author: [{ '@id': '#a' }] }, { '@type': 'Person', '@id': '#a', name: 'Hà Huy Khoái' }] })], here).things;
    expect(whole!['author']).to.eql([{ '@type': 'Person', '@id': '#a', name: 'Hà Huy Khoái' }]);
  });

  it('what a site asks programs to leave alone is left alone', () => {
    const allowed = (robots: string, ...paths: string[]): boolean[] => paths.map((path) => readRobots(robots).allows(`http://ban.example${path}`));
    const rules = 'User-agent: Khac\nDisallow: /\n\nUser-agent: *\nUser-agent: nữa\nDisallow: /kin # riêng\nAllow: /kin/mo\nDisallow: /*.pdf$\nDisallow: /a*b*c\nDisallow:\nCrawl-delay: 2\n';
    expect(allowed(rules, '/', '/kin/1', '/kin/mo/1', '/x.pdf', '/x.pdf?a', '/axbxc', '/axbx', '/sach?a=1')).to.eql([true, false, true, false, true, false, true, true]);
    expect(readRobots(rules).delayMs).to.equal(2_000);
    expect(allowed(`${rules}User-agent: TuSach\nDisallow: /sach\n`, '/kin/1', '/sach/1')).to.eql([true, false]);
    expect(allowed('<html>Disallow: /', '/')).to.eql([true]);
    expect(readRobots('User-agent: *\nCrawl-delay: 86400').delayMs).to.equal(30_000);
    const begun = performance.now();
    allowed(`User-agent: *\nDisallow: /${'*a'.repeat(200_000)}$`, `/${'a'.repeat(1_900)}b`);
    expect(performance.now() - begun).to.be.below(500);
  });

  it('lists of pages are read as they come: of pages, of lists, plain, broken in the middle', () => {
    const read = (text: string) => readSitemap(Buffer.from(text), 'text/xml', 'http://ban.example/sitemap.xml');
    expect(read(urlset([['http://ban.example/1#a', '2024-01-02'], ['/2'], ['javascript:1'], ['/3', '2024-02-31'], ['/4', '2024-01-02T03:04:05+07:00']]))).to.eql({ of: 'pages', cut: false, entries: [{ address: 'http://ban.example/1', changed: '2024-01-02' }, { address: 'http://ban.example/2', changed: null }, { address: 'http://ban.example/3', changed: null }, { address: 'http://ban.example/4', changed: '2024-01-01T20:04:05Z' }] });
    expect(read('<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>')).to.deep.include({ of: 'lists', cut: false });
    expect(read('http://ban.example/1\nhttp://ban.example/2\n')!.entries).to.have.length(2);
    expect(read(urlset([['/1?a=1&b=2']]))!.entries[0]!.address).to.equal('http://ban.example/1?a=1&b=2');
    expect(read(urlset([['/1'], ['/2']]).slice(0, -20))).to.deep.include({ cut: true });
    for (const none of ['<html>', '<rss/>', '', 'chữ', '{"a":1}']) expect(read(none), none).to.equal(null);
  });
});

describe('harvesting the pages of a site', function () {
  this.timeout(30_000);
  let library: SiteLibrary;

  before(async () => {
    library = await openSiteLibrary();
  });
  after(() => library.close());

  it('pages become records by what they say of themselves; pages about nothing are passed over, and none is asked for on another host', async () => {
    const site = await library.site();
    const thing = {
      ...{ '@context': 'https://schema.org', '@type': 'Book', name: 'Toán 6', author: [{ '@type': 'Person', name: 'Hà Huy Khoái' }], translator: 'Lê Hà', publisher: { name: 'NXB Giáo dục' }, datePublished: '2021-05-01' },
      ...{ inLanguage: 'vi-VN', isbn: '978-604-0-25078-5', keywords: 'Toán, số nguyên tố', educationalLevel: 'Lớp 6', learningResourceType: 'Sách giáo khoa', description: '<p>Mô tả</p>', license: 'https://creativecommons.org/licenses/by/4.0/' },
    };
    site.pages.set('/sach/1', { body: aboutPage(thing) });
    site.pages.set('/lien-he', { body: '<!doctype html><title>Liên hệ</title>' });
    site.pages.set('/hong', { body: '<script type="application/ld+json">{"@type":"Book","name":</script>' });
    site.pages.set('/khong-ten', { body: aboutPage({ '@type': 'Book' }) });
    site.pages.set('/tep.pdf', { type: 'application/pdf', body: '%PDF' });
    site.pages.set('/loi', { status: 500, body: 'x' });
    site.pages.set('/rieng', { body: aboutPage({ '@type': 'Book', name: 'Riêng' }) });
    site.pages.set('/robots.txt', { type: 'text/plain', body: 'User-agent: *\nDisallow: /rieng\n' });
    site.pages.set('/hai', { body: aboutPage([{ '@type': 'VideoObject', name: 'Phim một' }, { '@type': 'VideoObject', name: 'Phim hai', '@id': 'urn:p2' }]) });
    const [first, second] = [urlset([[site.at('/sach/1'), '2024-01-01'], [site.at('/lien-he')], ['http://khac.example/sach'], [site.at('/rieng')], [site.at('/hong')], [site.at('/khong-ten')]]), urlset([[site.at('/tep.pdf')], [site.at('/loi')], [site.at('/mat')], [site.at('/hai')]])];
    site.pages.set('/sitemap.xml', { type: 'text/xml', body: `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>${site.at('/a.xml')}</loc></sitemap><sitemap><loc>${site.at('/b.xml.gz')}</loc></sitemap><sitemap><loc>http://khac.example/c.xml</loc></sitemap></sitemapindex>` });
    site.pages.set('/a.xml', { type: 'text/xml', body: first });
    site.pages.set('/b.xml.gz', { type: 'application/octet-stream', body: gzipSync(second) });
    const id = await library.add(site.at('/sitemap.xml'), 'sitemap');
    const source = await library.run(id);
    expect(source.run).to.include({ state: 'done', taken: 3, unchanged: 0, deleted: 0, aside: 4 });
    expect(site.asked.slice(1)).to.eql(['/sitemap.xml', '/robots.txt', '/a.xml', '/sach/1', '/lien-he', '/hong', '/khong-ten', '/b.xml.gz', '/tep.pdf', '/loi', '/mat', '/hai']);
    expect(site.mostAtOnce()).to.equal(1);
    const rows = await library.rows(id);
    expect(rows.map(({ title }) => title)).to.eql(['Toán 6', 'Phim một', 'Phim hai']);
    expect(rows[0]).to.include({ licence: 'CC-BY-4.0' });
    expect(rows[0]!.said).to.deep.include({
      agents: [{ name: 'Hà Huy Khoái', role: 'aut' }, { name: 'Lê Hà', role: 'trl' }],
      ...{ publisher: 'NXB Giáo dục', year: '2021', languages: ['vi'], subjects: ['TOAN'], grades: ['6'], resourceType: 'SGK', keywords: ['số nguyên tố'], abstract: 'Mô tả', link: site.at('/sach/1') },
      identifiers: [{ scheme: 'isbn', value: '9786040250785' }],
    });
    expect((await library.asides(id)).map(({ identifier, reason, detail }) => [identifier, reason, detail.slice(0, 8)])).to.have.deep.members([[site.at('/hong'), 'json-broken', 'Unexpect'], [site.at('/khong-ten'), 'title-missing', ''], [site.at('/rieng'), 'page-not-read', 'robots.t'], [site.at('/loi'), 'page-not-read', 'HTTP 500']]);
  });

  it('of changes alone, only pages that have changed are asked for; a page that is gone is gone, one that fails is still there', async () => {
    const site = await library.site();
    const put = (path: string, name: string): void => void site.pages.set(path, { body: aboutPage({ '@type': 'Book', name }) });
    const list = (dates: Record<string, string | undefined>): void => void site.pages.set('/m.xml', { type: 'text/xml', body: urlset(Object.entries(dates).map(([path, date]) => [site.at(path), date])) });
    for (const path of ['/1', '/2', '/3', '/4']) put(path, `Sách ${path}`);
    list({ '/1': '2020-01-01', '/2': '2020-01-01', '/3': '2020-01-01', '/4': undefined });
    const id = await library.add(site.at('/m.xml'), 'sitemap');
    await library.run(id);
    const ahead = new Date(Date.now() + 86_400_000).toISOString();
    put('/2', 'Sách hai, sửa');
    site.pages.delete('/3');
    list({ '/1': '2020-01-01', '/2': ahead, '/3': ahead, '/4': undefined });
    site.asked.length = 0;
    expect((await library.run(id)).run).to.include({ state: 'done', whole: false, taken: 1, deleted: 1 });
    expect(site.asked).to.eql(['/m.xml', '/robots.txt', '/2', '/3']);
    // A day lasts until its end, wherever it is.
    put('/1', 'Sách một, sửa hôm nay');
    list({ '/1': new Date().toISOString().slice(0, 10), '/2': '2020-01-01', '/3': '2020-01-01', '/4': undefined });
    site.asked.length = 0;
    expect((await library.run(id)).run).to.include({ taken: 1 });
    expect(site.asked).to.eql(['/m.xml', '/robots.txt', '/1']);
    // A page that holds no record any more is none; one that is not listed any more is gone too.
    site.pages.set('/2', { body: '<title>Đã dời</title>' });
    site.pages.set('/1', { status: 500, body: '' });
    list({ '/1': '2020-01-01', '/2': ahead });
    expect((await library.run(id, { whole: true })).run).to.include({ state: 'done', whole: true, deleted: 2, aside: 1 });
    expect((await library.rows(id)).map(({ title, state }) => [title, state])).to.eql([['Sách một, sửa hôm nay', 'published'], ['Sách hai, sửa', 'withdrawn'], ['Sách /3', 'withdrawn'], ['Sách /4', 'withdrawn']]);
  });

  it('a site is read on from where a reading was cut off, also when its list has changed meanwhile', async () => {
    const site = await library.site();
    const paths = Array.from({ length: 25 }, (_, at) => `/sach/${at}`);
    for (const path of [...paths, '/moi']) site.pages.set(path, { body: aboutPage({ '@type': 'Book', name: `Sách ${path}` }) });
    const list = (of: string[]): void => void site.pages.set('/m.xml', { type: 'text/xml', body: urlset(of.map((path) => [site.at(path)])) });
    list(paths);
    const id = await library.add(site.at('/m.xml'), 'sitemap');
    await library.librarian.post(`/api/harvest/sources/${id}/run`, {});
    await library.onePage(id);
    expect((await library.rows(id)).length).to.equal(10);
    list(['/moi', ...paths]);
    site.asked.length = 0;
    expect(await library.run(id)).to.deep.include({ held: 25 });
    expect(site.asked).to.eql(['/m.xml', '/robots.txt', ...paths.slice(10)]);
  });

  it('a page that is too large, leads round in circles or to this machine is set aside by itself', async () => {
    const site = await library.site();
    site.pages.set('/lon', { body: 'x'.repeat(300_000) });
    site.pages.set('/vong', (response) => void response.writeHead(302, { location: '/vong' }).end());
    site.pages.set('/vao', (response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end());
    site.pages.set('/hong', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(Buffer.from([0x1f, 0x8b, 1, 2, 3])));
    site.pages.set('/lanh', { body: aboutPage({ '@type': 'Book', name: 'Lành' }) });
    site.pages.set('/m.xml', { type: 'text/xml', body: urlset(['/lon', '/vong', '/vao', '/hong', '/lanh'].map((path) => [site.at(path)])) });
    const id = await library.add(site.at('/m.xml'), 'sitemap');
    expect((await library.run(id, { bytes: 200_000 })).run).to.include({ state: 'done', taken: 1, aside: 4 });
    expect((await library.asides(id)).map(({ reason, detail }) => `${reason} ${detail}`)).to.have.members(['source-too-large', 'source-redirects', 'source-address-refused', 'source-cut'].map((code) => `page-not-read ${code}`));
  });

  it('a site that is busy is asked again later, from the page where it said so; a page that never comes does not keep the others', async () => {
    const site = await library.site();
    for (const path of ['/1', '/3']) site.pages.set(path, { body: aboutPage({ '@type': 'Book', name: `Sách ${path}` }) });
    site.pages.set('/2', (response) => void response.writeHead(503, { 'retry-after': '5' }).end());
    site.pages.set('/m.xml', { type: 'text/xml', body: urlset(['/1', '/2', '/3'].map((path) => [site.at(path)])) });
    const id = await library.add(site.at('/m.xml'), 'sitemap');
    expect(await library.run(id)).to.deep.include({ held: 1 });
    for (let at = 0; at < 2; at++) expect((await library.run(id)).run).to.include({ state: 'waiting', code: 'source-busy' });
    const source = await library.run(id);
    expect(source.run).to.include({ state: 'done', taken: 2, aside: 1 });
    expect((await library.asides(id)).map(({ identifier, detail }) => [identifier, detail])).to.eql([[site.at('/2'), 'source-busy']]);
    // When nothing comes at all, it is the site: it is left alone, and nothing is taken for gone.
    for (const path of ['/1', '/2', '/3']) site.pages.set(path, (response) => void response.destroy());
    for (let at = 0; at < 7; at++) expect((await library.run(id, { whole: true })).run).to.include({ state: 'waiting', code: 'source-unreachable' });
    const given = await library.run(id);
    expect(given).to.include({ held: 2 });
    expect(given.run).to.include({ state: 'failed', code: 'source-unreachable', deleted: 0 });
  });
});
