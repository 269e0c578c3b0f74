import { expect } from 'chai';
import { firstPlace, queueUp } from '../../../../server/harvest/sources/feeds/feed-place.ts';
import { openSiteLibrary, type SiteLibrary } from '../../../support/site-library.ts';
import { book, nextLink, opds, rss, section } from '../../../support/told-site.ts';

const atomType = 'application/atom+xml;profile=opds-catalog';

describe('places in a catalogue', () => {
  it('an address is queued once, and a catalogue without end has an end', () => {
    const place = firstPlace('http://a.example/');
    expect([queueUp(place, 'http://a.example/'), queueUp(place, 'http://a.example/1'), queueUp(place, 'http://a.example/1')]).to.eql(['known', 'queued', 'known']);
    const outcomes = Array.from({ length: 4_000 }, (_, at) => queueUp(place, `http://a.example/s${at}`));
    expect(outcomes.lastIndexOf('queued')).to.equal(2_998);
    expect(outcomes.at(-1)).to.equal('full');
    expect(JSON.stringify(place).length).to.be.below(300_000);
  });
});

describe('harvesting catalogues for reading programs, and news', function () {
  this.timeout(30_000);
  let library: SiteLibrary;

  before(async () => {
    library = await openSiteLibrary();
  });
  after(() => library.close());

  it('an entry of OPDS 1 becomes a record: people, words of ours, numbers, licence, and the page that leads there', async () => {
    const site = await library.site();
    const more =
      '<author><name>Hà Huy Khoái</name></author><contributor><name>Cung Thế Anh</name></contributor><dcterms:language>vi</dcterms:language><dcterms:publisher>NXB Giáo dục Việt Nam</dcterms:publisher><dcterms:issued>2021-05-01</dcterms:issued>' +
      '<category term="x" label="Toán"/><category term="Lớp 6"/><category term="số nguyên tố" label="số nguyên tố"/><category scheme="http://schema.org/audience" term="Adult" label="Adult"/><summary type="html">&lt;p&gt;Một &amp;amp; hai&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;p&gt;3 &amp;lt; 4&lt;/p&gt;</summary>' +
      '<link rel="alternate" type="text/html" href="sach/1"/><link rel="http://opds-spec.org/image" href="bia.jpg"/><link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>';
    const xhtml = '<summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Chữ <b>đậm</b> ở giữa</div></summary><rights>https://creativecommons.org/licenses/by-sa/4.0/</rights>';
    site.pages.set('/opds/all.xml', { type: atomType, body: opds([book('urn:isbn:9786040250785', 'Toán 6', more), book('urn:uuid:2', 'Sách hai', xhtml)]).replace('<feed ', `<feed xml:base="${site.at('/doc/')}" `) });
    const id = await library.add(site.at('/opds/all.xml'), 'opds');
    expect((await library.run(id)).run).to.include({ state: 'done', taken: 2, pages: 1, whole: true });
    const [first, second] = await library.rows(id);
    expect(first).to.include({ title: 'Toán 6', licence: 'CC-BY-4.0', state: 'published' });
    expect(first!.said).to.deep.include({
      agents: [{ name: 'Hà Huy Khoái', role: 'aut' }, { name: 'Cung Thế Anh', role: 'ctb' }],
      ...{ publisher: 'NXB Giáo dục Việt Nam', year: '2021', languages: ['vi'], subjects: ['TOAN'], grades: ['6'], keywords: ['số nguyên tố'] },
      ...{ identifiers: [{ scheme: 'isbn', value: '9786040250785' }], link: site.at('/doc/sach/1'), abstract: 'Một & hai\n3 < 4' },
    });
    expect(second!.said).to.include({ abstract: 'Chữ đậm ở giữa', link: site.at('/tep/urn%3Auuid%3A2.epub') });
    expect(second!.licence).to.equal('CC-BY-SA-4.0');
  });

  it('OPDS 2: titles in several languages, people in every way they are written, groups and their navigation', async () => {
    const site = await library.site();
    const publication = (metadata: object, links: object[] = [{ rel: 'http://opds-spec.org/acquisition/open-access', href: '/a.epub', type: 'application/epub+zip' }]) => ({ metadata, links });
    const first = publication(
      {
        ...{ '@type': 'http://schema.org/Audiobook', identifier: 'urn:isbn:9786040250785', title: { en: 'Numbers', vi: 'Những con số' }, language: ['vie', 'this is no language'], published: '2019-01-02', modified: '2024-02-03T04:05:06+07:00' },
        ...{ author: ['Một Người', { name: { vi: 'Hai Người' } }], translator: { name: 'Ba Người' }, publisher: { name: 'NXB Trẻ' }, subject: ['Toán', { name: 'chia hết', code: 'x' }], belongsTo: { series: { name: 'Cánh Diều', position: 1 } }, description: '<p>Đoạn</p>' },
      },
      [{ rel: 'self', href: 'sach/1.json' }, { rel: 'http://opds-spec.org/acquisition', href: 'tai?token={token}', templated: true }, { rel: ['alternate'], href: 'sach/1', type: 'text/html' }],
    );
    const root = {
      metadata: { title: 'Kho sách mở', numberOfItems: 4 },
      links: [{ rel: 'self', href: '/opds2' }, { rel: 'next', href: '/opds2?page=2' }],
      publications: [first, publication({ title: 'Không mã' }, [{ rel: 'self', href: 'khong-ma' }]), { links: [] }, publication({ identifier: 'x', title: 7 }), 'chữ', publication({ identifier: 'nothing' })],
      groups: [{ metadata: { title: 'Mới' }, links: [{ rel: 'self', href: '/nhom', type: 'application/opds+json' }], publications: [publication({ identifier: 'g1', title: 'Trong nhóm' })] }],
      navigation: [{ title: 'Kệ', href: '/ke', type: 'application/opds+json' }, { title: 'Ngoài', href: 'http://khac.example/opds', type: 'application/opds+json' }],
    };
    site.pages.set('/opds2', { type: 'application/opds+json', body: JSON.stringify(root) });
    site.pages.set('/opds2?page=2', { type: 'text/plain', body: `\ufeff${JSON.stringify({ publications: [publication({ identifier: 'p2', title: 'Trang hai' })] })}` });
    site.pages.set('/ke', { type: 'application/opds+json', body: JSON.stringify({ publications: [publication({ identifier: 'k', title: 'Trên kệ' })] }) });
    site.pages.set('/nhom', { type: 'application/opds+json', body: JSON.stringify({ publications: [publication({ identifier: 'g2', title: 'Hết nhóm' })] }) });
    const id = await library.add(site.at('/opds2'), 'opds');
    const source = await library.run(id);
    expect(source.run).to.include({ state: 'done', taken: 7, aside: 3, pages: 4 });
    const rows = await library.rows(id);
    expect(rows.map(({ title }) => title)).to.eql(['Những con số', 'Không mã', '7', 'Trong nhóm', 'Trang hai', 'Trên kệ', 'Hết nhóm']);
    expect(rows[0]!.said).to.deep.include({
      agents: [{ name: 'Một Người', role: 'aut' }, { name: 'Hai Người', role: 'aut' }, { name: 'Ba Người', role: 'trl' }],
      ...{ publisher: 'NXB Trẻ', year: '2019', languages: ['vi'], subjects: ['TOAN'], keywords: ['chia hết'], textbookSet: 'CD', resourceType: 'AM_THANH', abstract: 'Đoạn', link: site.at('/sach/1') },
    });
    expect((await library.asides(id)).map(({ identifier, reason }) => [identifier, reason]).sort()).to.eql([['nothing', 'title-missing'], [null, 'metadata-missing'], [null, 'metadata-missing']].sort());
    expect(site.mostAtOnce()).to.equal(1);
  });

  it('a tree of sections is read in breadth, each once and on its own host alone; one list of all goes before it', async () => {
    const site = await library.site();
    site.pages.set('/', { type: atomType, body: opds([section('Toán', '/toan'), section('Văn', '/van'), section('Lên', '/'), section('Nơi khác', 'http://khac.example/opds')]) });
    site.pages.set('/toan', { type: atomType, body: opds([book('a', 'Sách A'), section('Sâu hơn', '/toan/6'), section('Về', '/')], nextLink('/toan?2')) });
    site.pages.set('/toan?2', { type: atomType, body: opds([book('b', 'Sách B')]) });
    site.pages.set('/toan/6', { type: atomType, body: opds([book('a', 'Sách A')], nextLink('http://khac.example/2')) });
    site.pages.set('/van', { type: atomType, body: opds([book('a', 'Sách A'), section('Hỏng', '/hong')]) });
    const id = await library.add(site.at('/'), 'opds');
    const source = await library.run(id);
    expect(site.asked).to.eql(['/', '/', '/toan', '/toan?2', '/van', '/toan/6', '/hong']);
    expect(source.run).to.include({ state: 'done', taken: 2, unchanged: 2, aside: 2 });
    expect((await library.asides(id)).map(({ reason, text, detail }) => [reason, text, detail])).to.have.deep.members([['page-not-read', 'http://khac.example/2', 'another host'], ['page-not-read', site.at('/hong'), 'HTTP 404']]);
    // What could not be read may hold what is not told any more.
    site.pages.set('/toan?2', { type: atomType, body: opds([]) });
    expect((await library.run(id, { whole: true })).run).to.include({ state: 'done', deleted: 0 });
    site.pages.set('/hong', { type: atomType, body: opds([]) });
    site.pages.set('/toan/6', { type: atomType, body: opds([]) });
    expect((await library.run(id, { whole: true })).run).to.include({ state: 'done', deleted: 1 });
    expect((await library.rows(id)).map(({ title, state }) => [title, state])).to.eql([['Sách A', 'published'], ['Sách B', 'withdrawn']]);

    site.pages.set('/', { type: atomType, body: opds([section('Toán', '/toan')], '<link rel="http://opds-spec.org/crawlable" type="application/atom+xml" href="/tat-ca"/>') });
    site.pages.set('/tat-ca', { type: atomType, body: opds([book('a', 'Sách A'), book('c', 'Sách C'), '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="b" when="2024-05-01T00:00:00Z"/>']) });
    site.asked.length = 0;
    await library.run(id, { whole: true });
    expect(site.asked).to.eql(['/', '/tat-ca']);
    expect((await library.rows(id)).map(({ title }) => title)).to.eql(['Sách A', 'Sách B', 'Sách C']);
  });

  it('next links that lead in a circle, or on for ever, end; what was told is kept and nothing is taken for gone', async () => {
    const site = await library.site();
    site.pages.set('/a', { type: atomType, body: opds([book('a', 'Sách A')], nextLink('/b')) });
    site.pages.set('/b', { type: atomType, body: opds([book('b', 'Sách B')], nextLink('/a')) });
    const circle = await library.add(site.at('/a'), 'opds');
    expect(await library.run(circle)).to.deep.include({ held: 2 });
    expect((await library.run(circle)).run).to.include({ state: 'failed', code: 'source-token-loops', deleted: 0 });
    for (const body of [opds([book('z', 'Luôn thế')], nextLink('NEXT')), opds([], nextLink('NEXT'))]) {
      const endless = await library.site();
      for (let at = 0; at < 200; at++) endless.pages.set(`/p${at}`, { type: atomType, body: body.replace('NEXT', `/p${at + 1}`) });
      const id = await library.add(endless.at('/p0'), 'opds');
      expect((await library.run(id)).run).to.include({ state: 'failed', code: 'source-token-loops' });
      expect(endless.asked.length).to.be.below(60);
    }
  });

  it('a circle in one section keeps nobody from the others; a host that leads to another is still its own', async () => {
    const [site, other] = [await library.site(), await library.site()];
    site.pages.set('/', (response) => void response.writeHead(302, { location: other.at('/') }).end());
    other.pages.set('/', { type: atomType, headers: { etag: '"1"' }, body: opds([section('Vòng', '/vong'), section('Kệ của bạn', '/ke'), section('Thẳng', site.at('/thang'))]) });
    other.pages.set('/ke', { status: 401, type: 'application/opds-authentication+json', body: '{}' });
    other.pages.set('/vong', { type: atomType, body: opds([book('v', 'Trong vòng')], nextLink('/vong')) });
    site.pages.set('/thang', { type: atomType, body: opds([book('t', 'Ngoài vòng')]) });
    const id = await library.add(site.at('/'), 'opds');
    expect((await library.run(id)).run).to.include({ state: 'done', taken: 2, aside: 1 });
    // A door that is closed to everybody hides nothing that could be missed.
    other.pages.set('/vong', { type: atomType, body: opds([]) });
    expect((await library.run(id, { whole: true })).run).to.include({ state: 'done', deleted: 1, aside: 0 });
    // The first document is as it was, and what it leads to is not.
    site.pages.set('/thang', { type: atomType, body: opds([book('t', 'Đã sửa')]) });
    expect((await library.run(id)).run).to.include({ state: 'done', taken: 1, aside: 0 });
  });

  it('a reading that is cut off in the middle goes on where it stood, within a large document too', async () => {
    const site = await library.site();
    const many = (from: number, count: number): string[] => Array.from({ length: count }, (_, at) => book(`n${from + at}`, `Sách số ${from + at}`));
    site.pages.set('/', { type: atomType, body: opds([section('Một', '/1'), section('Hai', '/2')]) });
    site.pages.set('/1', { type: atomType, body: opds(many(0, 700)) });
    site.pages.set('/2', { type: atomType, body: opds(many(700, 20)) });
    const id = await library.add(site.at('/'), 'opds');
    site.asked.length = 0;
    await library.librarian.post(`/api/harvest/sources/${id}/run`, { whole: false });
    for (let at = 0; at < 3; at++) await library.onePage(id);
    expect((await library.rows(id)).length).to.equal(700);
    // What changes meanwhile is told from the beginning of its document, and nothing twice.
    site.pages.set('/2', { type: atomType, body: opds([...many(700, 20), book('new', 'Sách mới')]) });
    expect(await library.run(id)).to.deep.include({ held: 721 });
    expect(site.asked.filter((path) => path === '/')).to.have.length(1);
    const titles = (await library.rows(id)).map(({ title }) => title);
    expect(new Set(titles).size).to.equal(721);
  });

  it('an unchanged catalogue costs one answer without a body; everything is read when everything is asked for', async () => {
    const site = await library.site();
    let full = 0;
    const conditional = (body: string) => (response: import('node:http').ServerResponse, request: import('node:http').IncomingMessage) => {
      const etag = `"${body.length}"`;
      if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
      full++;
      response.writeHead(200, { 'content-type': atomType, etag }).end(body);
    };
    site.pages.set('/', conditional(opds([book('a', 'Sách A'), book('b', 'Sách B')])));
    const id = await library.add(site.at('/'), 'opds');
    full = 0;
    await library.run(id);
    const before = await library.rows(id);
    expect((await library.run(id)).run).to.include({ state: 'done', unchanged: 2, taken: 0, deleted: 0 });
    expect(full).to.equal(1);
    expect(await library.rows(id)).to.eql(before);
    await library.run(id, { whole: true });
    expect(full).to.equal(2);
    site.pages.set('/', conditional(opds([book('a', 'Sách A, sửa')])));
    // A source of one document tells what is gone each time it tells at all.
    expect((await library.run(id, { whole: true })).run).to.include({ taken: 1, deleted: 1 });
  });

  it('news is taken from RSS 2.0, RSS 1.0 and Atom; what falls out of it stays', async () => {
    const site = await library.site();
    const item = (at: number, more = ''): string => `<item><title>Tin số ${at}</title><link>/tin/${at}</link><guid isPermaLink="false">tin-${at}</guid><pubDate>Mon, 0${at} Jan 2024 08:00:00 +0700</pubDate>${more}</item>`;
    const said = '<description>&lt;p&gt;Cô &amp;amp; trò&lt;/p&gt;</description><author>ban.doc@example.vn (Lê Thị Thư)</author><category>Ngữ văn</category><dc:creator>Ban thư viện</dc:creator><enclosure url="/am-thanh.mp3" type="audio/mpeg" length="1"/>';
    site.pages.set('/rss', { type: 'text/xml', body: rss([item(1, said), item(2), '<item><description>Không tên, không mã</description></item>', '<item><guid>chi-mo-ta</guid><description>x</description></item>']) });
    const id = await library.add(site.at('/rss'), 'rss');
    const source = await library.run(id);
    expect(source.run).to.include({ state: 'done', taken: 2, aside: 2 });
    const [first] = await library.rows(id);
    expect(first!.said).to.deep.include({ title: 'Tin số 1', abstract: 'Cô & trò', year: '2024', subjects: ['NGU_VAN'], link: site.at('/tin/1'), agents: [{ name: 'Ban thư viện', role: 'aut' }, { name: 'Lê Thị Thư', role: 'aut' }] });
    site.pages.set('/rss', { type: 'text/xml', body: rss([item(3)]) });
    expect(await library.run(id, { whole: true })).to.deep.include({ held: 3, asides: 0 });

    site.pages.set('/atom', { type: 'application/atom+xml', body: opds(['<entry><id>e1</id><title type="html">Một &amp;lt; hai</title><updated>2024-01-01T00:00:00Z</updated><link href="/e1"/><published>2023-04-05T00:00:00Z</published><content type="html">&lt;b&gt;Nội dung&lt;/b&gt;</content></entry>']).replace(/<link rel="self"[^>]*>| xmlns:opds="[^"]*"/g, '') });
    const atom = await library.add(site.at('/atom'), 'rss');
    await library.run(atom);
    expect((await library.rows(atom)).map(({ title, said: one }) => [title, one['link'], one['abstract'], one['year']])).to.eql([['Một < hai', site.at('/e1'), 'Nội dung', '2023']]);

    site.pages.set('/rdf', { type: 'application/rdf+xml', body: `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Cũ</title></channel><item rdf:about="${site.at('/r1')}"><title>Tin RDF</title><link>${site.at('/r1')}</link><dc:date>2009-05-04</dc:date></item></rdf:RDF>` });
    const rdf = await library.add(site.at('/rdf'), 'rss');
    await library.run(rdf);
    expect((await library.rows(rdf)).map(({ title, said: one }) => [title, one['year']])).to.eql([['Tin RDF', '2009']]);
  });

  it('what is broken is set aside with its text, and the rest is taken: markup, references, entities of a DTD, an end that is missing', async () => {
    const site = await library.site();
    const bomb = '<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>';
    const entries = [book('1', 'Toán &nbsp;&amp; Lý & Hoá &#1;'), book('2', 'Hỏng <b>thẻ'), book('3', 'Nổ &b;'), '<entry><title>Không mã, không liên kết</title></entry>', book('5', 'Lành')];
    site.pages.set('/', { type: 'text/html', body: opds(entries).replace('<feed', `${bomb}<feed`) });
    const id = await library.add(site.at('/'), 'opds');
    expect((await library.run(id)).run).to.include({ state: 'done', taken: 3, aside: 2 });
    expect((await library.rows(id)).map(({ title }) => title)).to.eql(['Toán & Lý & Hoá', 'Nổ &b;', 'Lành']);
    const asides = await library.asides(id);
    expect(asides.map(({ identifier, reason }) => [identifier, reason])).to.have.deep.members([['2', 'xml-broken'], [null, 'identifier-missing']]);
    expect(asides.find(({ identifier }) => identifier === '2')!.text).to.contain('Hỏng <b>thẻ');
    site.pages.set('/', { type: atomType, body: opds([book('1', 'Toán'), book('2', 'Nay đọc được')]).slice(0, -30) });
    expect((await library.run(id)).run).to.include({ state: 'waiting', code: 'source-cut' });
    site.pages.set('/', { type: atomType, body: '<!doctype html><title>Đăng nhập</title>' });
    expect((await library.run(id)).run).to.include({ state: 'waiting', code: 'source-not-known' });
    const latin = opds([book('1', 'Caf\u00e9')]).replace('UTF-8', 'ISO-8859-1');
    site.pages.set('/', { type: atomType, body: Buffer.from(latin, 'latin1') });
    await library.run(id);
    expect((await library.rows(id))[0]!.title).to.equal('Café');
  });

  it('JSON that is built to hurt is refused and hurts nobody', async () => {
    const site = await library.site();
    site.pages.set('/', { type: 'application/opds+json', body: JSON.stringify({ publications: [{ metadata: { identifier: '1', title: 'Một' }, links: [] }] }) });
    const id = await library.add(site.at('/'), 'opds');
    await library.run(id);
    const deep = `{"publications":[{"metadata":{"identifier":"1","title":${'['.repeat(200_000)}${']'.repeat(200_000)}}}]}`;
    for (const [body, code] of [[deep, 'source-not-known'], ['{"publications":[', 'source-not-known'], [`{"publications":[{"metadata":{"title":"${'x'.repeat(300_000)}"}}]}`, 'source-too-large']] as const) {
      site.pages.set('/', { type: 'application/opds+json', body });
      expect((await library.run(id, code === 'source-too-large' ? { bytes: 200_000 } : {})).run).to.include({ code });
    }
    const bulk = Array.from({ length: 40 }, (_, at) => ({ metadata: { identifier: `b${at}`, title: `Lớn ${at}`, description: 'y'.repeat(750_000) }, links: [] }));
    site.pages.set('/', { type: 'application/opds+json', body: JSON.stringify({ publications: bulk }) });
    expect((await library.run(id)).run).to.include({ state: 'done', taken: 40 });
  });
});
