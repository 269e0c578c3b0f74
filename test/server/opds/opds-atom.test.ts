import { createRequire } from 'node:module';
import { expect } from 'chai';
import { all, one, type Read, readXml, texts } from '../harvest/oai-reading.ts';
import { basic, crawl, type Fetched, openShelvedLibrary, type ShelvedLibrary, unchosen } from './shelved-library.ts';

// CommonJS whose default export is inside: what an import gives depends on who loads it.
const parsers = createRequire(import.meta.url)('opds-feed-parser') as typeof import('opds-feed-parser');

const atom = 'http://www.w3.org/2005/Atom';
const acquisition = 'http://opds-spec.org/acquisition';
const types = {
  navigation: 'application/atom+xml;profile=opds-catalog;kind=navigation',
  acquisition: 'application/atom+xml;profile=opds-catalog;kind=acquisition',
  entry: 'application/atom+xml;type=entry;profile=opds-catalog',
};
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const children = (element: Read, name: string): Read[] => element.children.filter((child) => child.name === name && child.namespace === atom);
const links = (element: Read, rel?: string): Read['attributes'][] =>
  children(element, 'link')
    .map(({ attributes }) => attributes)
    .filter((link) => rel === undefined || link['rel'] === rel);
const isAcquisition = (link: Read['attributes']): boolean => link['rel']!.startsWith(acquisition);

describe('OPDS 1.2', function () {
  this.timeout(20_000);
  let library: ShelvedLibrary;
  let guest: Fetched[];
  let signedIn: Fetched[];
  before(async () => {
    library = await openShelvedLibrary();
    const followed = ({ text, path }: Fetched): string[] =>
      all(readXml(text), 'link')
        .map(({ attributes }) => attributes)
        .filter(({ rel, type }) => /opds-catalog/.test(type ?? '') && (unchosen(path) || rel !== 'http://opds-spec.org/facet'))
        .map(({ href }) => href!)
        .filter((href) => !href.endsWith('/account'));
    guest = await crawl(library.visitor(), '/opds', {}, followed);
    signedIn = await crawl(library.visitor(), '/opds/account', basic('librarian'), (document) => followed(document));
  });
  after(() => library.close());

  const feedsOf = (documents: Fetched[]) => documents.map((document) => ({ ...document, root: readXml(document.text) })).filter(({ root }) => root.name === 'feed');
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await library.visitor().get(path, headers);
    expect(answer.status, `${path} ${answer.text}`).equal(200);
    return readXml(answer.text);
  };
  const entryOf = async (title: string, headers = {}) => {
    const found = children(await get('/opds/new?size=100', headers), 'entry').find((entry) => children(entry, 'title')[0]!.text === title);
    return found!;
  };

  it('every document that can be reached is an Atom document with all that RFC 4287 asks for', () => {
    expect(guest.length).greaterThan(30);
    expect(signedIn.length).greaterThan(guest.length);
    for (const { path, text } of [...guest, ...signedIn]) {
      const root = readXml(text);
      expect(root.namespace, path).equal(atom);
      for (const part of [root, ...children(root, 'entry')]) {
        for (const name of ['id', 'title', 'updated']) expect(children(part, name), `${path} ${name}`).length(1);
        expect(children(part, 'updated')[0]!.text, path).match(rfc3339);
        expect(URL.canParse(children(part, 'id')[0]!.text), path).equal(true);
        for (const published of children(part, 'published')) expect(published.text).match(rfc3339);
      }
      // An author of its own, or of the source.
      if (root.name === 'entry') expect(children(root, 'author').length + all(root, 'source').flatMap((source) => children(source, 'author')).length, path).greaterThan(0);
      else expect(children(root, 'author'), path).length(1);
      const ids = children(root, 'entry').map((entry) => children(entry, 'id')[0]!.text);
      expect(new Set(ids).size, path).equal(ids.length);
    }
  });

  it('a feed is either of feeds or of publications, and says so in its type and in links to it (sections 2, 2.2, 2.3)', () => {
    const said = new Map<string, string>();
    for (const { root } of feedsOf([...guest, ...signedIn])) for (const link of all(root, 'link')) said.set(link.attributes['href']!, link.attributes['type'] ?? '');
    for (const { path, type, root } of feedsOf([...guest, ...signedIn])) {
      const kind = type.startsWith(types.navigation) ? 'navigation' : 'acquisition';
      expect(type, path).equal(`${types[kind]};charset=utf-8`);
      if (said.has(path)) expect(said.get(path), path).equal(types[kind]);
      for (const entry of children(root, 'entry')) {
        const acquired = links(entry).filter(isAcquisition);
        if (kind === 'navigation') {
          expect(acquired, path).length(0);
          expect(links(entry), path).length(1);
          expect([types.navigation, types.acquisition], path).include(links(entry)[0]!['type']);
        } else expect(acquired.length, path).greaterThan(0);
      }
      if (kind === 'navigation') expect(links(root, 'http://opds-spec.org/facet'), path).length(0);
    }
  });

  it('every feed has its own address, the root, the search and how to sign in (sections 2.1, 2.6, 3)', () => {
    for (const [documents, start] of [[guest, '/opds'], [signedIn, '/opds/account']] as const)
      for (const { path, type, root } of feedsOf(documents)) {
        expect(links(root, 'self'), path).length(1);
        expect(`${links(root, 'self')[0]!['type']};charset=utf-8`, path).equal(type);
        expect(decodeURIComponent(links(root, 'self')[0]!['href']!), path).equal(decodeURIComponent(path));
        expect(links(root, 'start').map(({ href }) => href), path).deep.equal([start]);
        expect(links(root, 'search')[0], path).include({ type: 'application/opensearchdescription+xml', href: '/opds/search.xml' });
        expect(links(root, 'http://opds-spec.org/auth/document')[0], path).include({ type: 'application/opds-authentication+json', href: '/opds/authentication' });
      }
    const [root] = feedsOf(guest);
    expect(all(root!.root, 'link').filter(({ attributes }) => attributes['rel'] === 'http://opds-spec.org/sort/new')).length(1);
  });

  it('acquisition links have a media type, artwork is JPEG, partial entries lead to the complete one (sections 5.1.2, 5.2)', () => {
    for (const { path, root } of feedsOf(signedIn).filter(({ type }) => type.startsWith(types.acquisition)))
      for (const entry of children(root, 'entry')) {
        for (const link of links(entry).filter(isAcquisition)) expect(link['type'], path).match(/^[\w.+-]+\/[\w.+-]+$/);
        for (const link of links(entry).filter(({ rel }) => rel!.startsWith('http://opds-spec.org/image'))) expect(link['type'], path).equal('image/jpeg');
        const [complete, ...more] = links(entry, 'alternate').filter(({ type }) => type === types.entry);
        expect(more).length(0);
        const document = signedIn.find((one) => one.path === complete!['href'])!;
        expect(document.type).equal(`${types.entry};charset=utf-8`);
        const whole = readXml(document.text);
        expect(children(whole, 'id')[0]!.text).equal(children(entry, 'id')[0]!.text);
        expect(links(whole, 'self')).deep.equal([{ rel: 'self', href: document.path, type: types.entry }]);
        for (const summary of children(whole, 'summary')) expect(summary.attributes['type']).equal('text');
      }
  });

  it('facets stand in acquisition feeds, each in one group, with at most one active in a group (section 4)', async () => {
    for (const { path, root } of feedsOf(guest)) {
      const groups = new Map<string, Read['attributes'][]>();
      for (const link of links(root, 'http://opds-spec.org/facet')) {
        expect(link, path).include.keys('title', 'opds:facetGroup', 'type');
        const group = link['opds:facetGroup']!;
        groups.set(group, [...(groups.get(group) ?? []), link]);
      }
      for (const group of groups.values()) expect(group.filter((link) => link['opds:activeFacet'] === 'true').length, path).most(1);
    }
    const chosen = await get('/opds/records?subject=TOAN');
    const facets = links(chosen, 'http://opds-spec.org/facet').filter((link) => link['opds:facetGroup'] === 'Môn');
    expect(facets.find((link) => link['opds:activeFacet'] === 'true')).include({ title: 'Toán', 'thr:count': '2' });
    // Its way out, and another value in its place; the counts say what is there.
    expect(facets[0]).include({ title: 'Tất cả', href: '/opds/records' });
    for (const { title, href, 'thr:count': count } of links(chosen, 'http://opds-spec.org/facet'))
      if (count !== undefined) expect(texts(await get(href!), 'totalResults'), title).deep.equal([count]);
    const two = links(await get('/opds/records?subject=TOAN&subject=NGU_VAN'), 'http://opds-spec.org/facet');
    expect(two.filter((link) => link['opds:facetGroup'] === 'Môn' && link['opds:activeFacet'])).length(0);
  });

  it('an entry says all that the record says, in the elements that section 5.1.1 names', async () => {
    const entry = await get(`/opds/records/${library.books.full.id}`);
    const { id, fileId } = library.books.full;
    expect(children(entry, 'id')[0]!.text).equal(`urn:uuid:${id}`);
    expect(children(entry, 'title')[0]!.text).match(/^Phân số .*<b>&amp;"'\r\n]]> 😀$/s);
    expect(children(entry, 'author').map((author) => texts(author, 'name')[0])).deep.equal(['Nguyễn Du']);
    expect(children(entry, 'contributor').map((author) => texts(author, 'name')[0])).deep.equal(['Trần Vẽ', 'Lê Dịch', 'Phạm Khác']);
    expect(texts(entry, 'publisher')).deep.equal(['NXB Giáo dục']);
    expect(texts(entry, 'issued')).deep.equal(['1998']);
    expect(texts(entry, 'language')).deep.equal(['vi']);
    expect(texts(entry, 'identifier')).deep.equal(['urn:isbn:9786040000001', 'urn:issn:0866-7098', 'https://doi.org/10.1000/ab', 'SGK 12/3']);
    expect(all(entry, 'identifier').every(({ namespace }) => namespace === 'http://purl.org/dc/terms/')).equal(true);
    const categories = all(entry, 'category').map(({ attributes }) => attributes);
    expect(categories.slice(0, 5).map(({ scheme, term, label }) => [scheme!.split('#')[1], term, label])).deep.equal([
      ['subject', 'TOAN', 'Toán'],
      ['grade', '6', 'Lớp 6'],
      ['grade', '7', 'Lớp 7'],
      ['resource-type', 'SGK', 'Sách giáo khoa'],
      ['textbook-set', 'KNTT', 'Kết nối tri thức với cuộc sống'],
    ]);
    expect(categories.map(({ term }) => term)).include.members(['Phân số', 'ước chung, bội chung', '513']);
    expect(children(entry, 'rights')[0]!.text).equal('Ghi công');
    expect(children(entry, 'content')[0]!.text.length).greaterThan(800);
    expect(children(entry, 'summary')[0]!.text.length).equal(401);
    for (const forbidden of ['dc:title', 'dc:creator', 'dc:subject', 'dc:rights', 'dc:description', 'dc:abstract']) expect(entry.children.map(({ name }) => name)).not.include(forbidden);
    expect(links(entry, 'alternate')).deep.equal([{ rel: 'alternate', href: `/record/${id}`, type: 'text/html' }]);
    expect(links(entry, `${acquisition}/open-access`)).deep.equal([
      { rel: `${acquisition}/open-access`, href: `/opds/files/${fileId}/original`, type: 'application/pdf', title: 'sach.pdf', length: '10' },
    ]);
    const [stream] = links(entry, 'http://vaemendis.net/opds-pse/stream');
    expect(stream).include({ type: 'image/jpeg', 'pse:count': '3' });
    expect(stream!['href']).match(/&v=1$/);
    expect(stream!['href']).contain('{pageNumber}').and.contain('{maxWidth}');
  });

  it('what is not open to all is plain acquisition, what may only be read is read here, what is on paper is lent, what is elsewhere is there', async () => {
    const ways = async (title: string, headers = {}) => links(await entryOf(title, headers)).filter(isAcquisition).map(({ rel, type, href }) => [rel!.slice(acquisition.length), type, href]);
    const { books } = library;
    expect(await ways('Tam giác')).deep.equal([['/open-access', 'application/pdf', `/opds/files/${books.plain.fileId}/original`]]);
    expect(await ways('Của trường', basic('librarian'))).deep.equal([['', 'application/pdf', `/opds/files/${books.school.fileId}/original`]]);
    await library.as('pupil');
    expect(await ways('Chỉ đọc', basic('pupil'))).deep.equal([['', 'text/html', `/read/${books.reading.fileId}`]]);
    expect(await ways('Chỉ đọc', basic('librarian'))).deep.equal([['', 'application/pdf', `/opds/files/${books.reading.fileId}/original`]]);
    expect(await ways('Sách giấy')).deep.equal([['/borrow', 'text/html', `/record/${books.paper.id}`]]);
    expect(await ways('Ở nơi khác')).deep.equal([['', 'text/html', 'https://example.org/a?b=1&c=2']]);
  });

  it('is searched as an OpenSearch description says, without accents, by the words and by what was meant', async () => {
    const answer = await library.visitor().get('/opds/search.xml');
    expect(answer.headers.get('content-type')).equal('application/opensearchdescription+xml;charset=utf-8');
    const described = readXml(answer.text);
    expect(described.namespace).equal('http://a9.com/-/spec/opensearch/1.1/');
    expect(one(described, 'ShortName').text.length).most(16);
    expect(one(described, 'Description').text.length).within(1, 1024);
    const [{ attributes: url }] = all(described, 'Url').filter(({ attributes }) => attributes['type'] === types.acquisition) as [Read];
    expect(url['template']).match(/^http:\/\/localhost:8080\//);
    const found = async (words: string): Promise<string[]> => {
      const address = url['template']!.replace('http://localhost:8080', '').replace('{searchTerms}', encodeURIComponent(words));
      return children(await get(address), 'entry').map((entry) => children(entry, 'title')[0]!.text);
    };
    expect(await found('tam giac')).deep.equal(['Tam giác']);
    expect(await found('Tam giacs')).deep.equal(['Tam giác']);
    expect(await found('ba trang')).length(1);
    expect(await found('không có gì như vậy zzz')).deep.equal([]);
    expect(await found('kin dao')).deep.equal([]);
    const instead = await get(`/opds/records?q=${encodeURIComponent('tam giavc')}`);
    expect(texts(instead, 'subtitle')).deep.equal(['Đang hiện kết quả của “tam giac”']);
    expect(children(instead, 'entry')).length(1);
  });

  it('opds-feed-parser takes every document for what it is', async () => {
    const parser = new parsers.default();
    const titles: string[] = [];
    for (const { path, text, type } of [...guest, ...signedIn]) {
      const parsed = await parser.parse(text);
      if (type.startsWith(types.entry)) {
        expect(parsed, path).instanceOf(parsers.OPDSEntry).and.not.instanceOf(parsers.PartialOPDSEntry);
        expect(parsed.links.some((link) => link instanceof parsers.OPDSAcquisitionLink), path).equal(true);
        continue;
      }
      const feed = parsed as InstanceType<typeof parsers.OPDSFeed>;
      const entries = children(readXml(text), 'entry');
      expect(feed.entries, path).length(entries.length);
      if (entries.length > 0) expect(feed, path).instanceOf(type.startsWith(types.navigation) ? parsers.NavigationFeed : parsers.AcquisitionFeed);
      expect(feed.links.some((link) => link instanceof parsers.OPDSCatalogRootLink), path).equal(true);
      expect(feed.links.some((link) => link instanceof parsers.SearchLink), path).equal(true);
      for (const entry of feed.entries) if (type.startsWith(types.acquisition)) expect(entry, path).instanceOf(parsers.PartialOPDSEntry);
      titles.push(...feed.entries.map(({ title }) => title));
      if (path === '/opds/new' && text === guest.find((one) => one.path === path)!.text) {
        expect(feed.search).include({ totalResults: 16, itemsPerPage: 30 });
        const full = feed.entries.find(({ title }) => title.startsWith('Phân số'))!;
        expect(full.identifiers).include('urn:isbn:9786040000001');
        expect(full).include({ issued: '1998', language: 'vi', publisher: 'NXB Giáo dục', subtitle: 'Tập một' });
        expect(full.categories[0]).include({ term: 'TOAN', label: 'Toán' });
        const facet = feed.links.find((link) => link instanceof parsers.OPDSFacetLink && link.title === 'Toán');
        expect(facet).include({ facetGroup: 'Môn', count: 2 });
      }
    }
    expect(titles).include.members(['Tam giác', 'Lớp 6', 'Toán', 'Sách giáo khoa', 'Của trường']);
  });
});
