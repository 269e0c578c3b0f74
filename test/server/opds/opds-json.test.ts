import { expect } from 'chai';
import { basic, crawl, type Fetched, openShelvedLibrary, type ShelvedLibrary, unchosen } from './shelved-library.ts';

interface Link {
  href: string;
  type: string;
  rel?: string;
  title?: string;
  templated?: boolean;
  properties?: { numberOfItems: number };
  width?: number;
  height?: number;
}
interface Publication {
  metadata: Record<string, unknown>;
  links: Link[];
  images?: Link[];
}
interface Feed {
  metadata: { title: string; modified: string; numberOfItems?: number; itemsPerPage?: number; currentPage?: number; subtitle?: string };
  links: Link[];
  navigation?: Link[];
  publications?: Publication[];
  facets?: { metadata: { title: string }; links: Link[] }[];
}

const feedType = 'application/opds+json';
const publicationType = 'application/opds-publication+json';
const acquisition = 'http://opds-spec.org/acquisition';

/** Every link of ours to a feed or publication, wherever it stands. */
function hrefs(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(hrefs);
  const { href, type, templated } = value as Partial<Link>;
  return [...(href && !templated && /^application\/opds(-publication)?\+json$/.test(type ?? '') ? [href] : []), ...Object.values(value).flatMap(hrefs)];
}

describe('OPDS 2.0', function () {
  this.timeout(20_000);
  let library: ShelvedLibrary;
  let documents: Fetched[];
  before(async () => {
    library = await openShelvedLibrary();
    const followed = ({ text, path }: Fetched): string[] => {
      const { facets, ...rest } = JSON.parse(text) as Record<string, unknown>;
      return hrefs(unchosen(path) ? { facets, rest } : rest).filter((href) => !href.endsWith('/account'));
    };
    documents = [...(await crawl(library.visitor(), '/opds/v2', {}, followed)), ...(await crawl(library.visitor(), '/opds/v2/account', basic('librarian'), followed))];
  });
  after(() => library.close());

  const feeds = () => documents.filter(({ type }) => type === feedType).map(({ path, text }) => ({ path, feed: JSON.parse(text) as Feed }));
  const get = async (path: string, headers: Record<string, string> = {}): Promise<Feed> => {
    const answer = await library.visitor().get(path, headers);
    expect(answer.status, `${path} ${answer.text}`).equal(200);
    return answer.body as Feed;
  };

  it('every feed has a title, a link to itself and one collection (section 1.1), the root, a search and how to sign in', () => {
    expect(feeds().length).greaterThan(40);
    for (const { path, feed } of feeds()) {
      expect(feed.metadata.title, path).a('string').and.not.equal('');
      const of = (rel: string) => feed.links.filter((link) => link.rel === rel);
      expect(of('self').map(({ type }) => type), path).deep.equal([feedType]);
      expect(decodeURIComponent(of('self')[0]!.href)).equal(decodeURIComponent(path));
      expect(['navigation', 'publications', 'groups'].filter((role) => role in feed), path).length(1);
      expect(of('start')[0]!.href, path).match(/^\/opds\/v2(\/account)?$/);
      expect(of('search'), path).deep.equal([{ rel: 'search', href: '/opds/v2/records{?query}', type: feedType, templated: true, title: 'Tìm trong thư viện' }]);
      expect(of('http://opds-spec.org/auth/document')[0], path).include({ href: '/opds/authentication', type: 'application/opds-authentication+json' });
    }
  });

  it('navigation is a list of links with titles (2.1); no list is empty and no value blank (5.2)', () => {
    for (const { path, feed } of feeds()) {
      for (const link of feed.navigation ?? []) expect(link, path).include.keys('href', 'title', 'type', 'rel');
      const blank = (value: unknown): boolean =>
        value === null || value === '' || (typeof value === 'object' && (Object.keys(value).length === 0 || Object.values(value).some(blank)));
      expect(blank(feed), path).equal(false);
    }
  });

  it('facet groups have a title and at least two links, the active one marked by itself, with counts that hold (2.4)', async () => {
    let active = 0;
    for (const { path, feed } of feeds())
      for (const group of feed.facets ?? []) {
        expect(group.metadata.title, path).a('string');
        expect(group.links.length, path).greaterThan(1);
        const marked = group.links.filter(({ rel }) => rel !== undefined);
        expect(marked.length, path).most(1);
        for (const link of marked) expect(link.rel).equal('self');
        active += marked.length;
      }
    expect(active).greaterThan(5);
    const all = await get('/opds/v2/new');
    for (const group of all.facets!)
      for (const { href, properties } of group.links) if (properties) expect((await get(href)).metadata.numberOfItems, href).equal(properties.numberOfItems);
  });

  it('a publication has its own type, an acquisition link and images that apps show (2.3, 5.1)', () => {
    const alone = documents.filter(({ type }) => type === publicationType);
    expect(alone.length).greaterThan(15);
    const listed = feeds().flatMap(({ feed }) => feed.publications ?? []);
    for (const publication of [...listed, ...alone.map(({ text }) => JSON.parse(text) as Publication)]) {
      const { metadata, links, images } = publication;
      expect(links.filter(({ rel, type }) => rel!.startsWith(acquisition) && type)).length.greaterThan(0);
      expect(links.filter(({ rel }) => rel === 'self').map(({ type }) => type)).deep.equal([publicationType]);
      expect(metadata['@type']).match(/^http:\/\/schema.org\/\w+$/);
      expect(URL.canParse(metadata['identifier'] as string)).equal(true);
      for (const image of images ?? []) expect(image).include({ type: 'image/jpeg' }).and.include.keys('width', 'height');
      expect(alone.some(({ path }) => path === links.find(({ rel }) => rel === 'self')!.href)).equal(true);
    }
  });

  it('metadata follow the Readium manifest: people by what they did, identifiers as URIs, subjects with their scheme', () => {
    const { metadata, links, images } = JSON.parse(documents.find(({ path }) => path === `/opds/v2/records/${library.books.full.id}`)!.text) as Publication;
    expect(metadata).deep.include({
      '@type': 'http://schema.org/Book',
      identifier: 'urn:isbn:9786040000001',
      altIdentifier: [`urn:uuid:${library.books.full.id}`, 'urn:issn:0866-7098', 'https://doi.org/10.1000/ab', { value: 'SGK 12/3' }],
      subtitle: 'Tập một',
      author: [{ name: 'Nguyễn Du' }],
      illustrator: [{ name: 'Trần Vẽ' }],
      translator: [{ name: 'Lê Dịch' }],
      contributor: [{ name: 'Phạm Khác', role: 'fmo' }],
      publisher: { name: 'NXB Giáo dục' },
      language: ['vi'],
      published: '1998-01-01',
      numberOfPages: 3,
    });
    expect(metadata['subject']).deep.include({
      ...{ name: 'Toán', code: 'TOAN', scheme: 'http://localhost:8080/api/vocabularies#subject' },
      links: [{ href: '/opds/v2/records?subject=TOAN', type: feedType }],
    });
    expect(metadata['belongsTo']).nested.property('collection.name', 'Kết nối tri thức với cuộc sống');
    expect(links.find(({ rel }) => rel === `${acquisition}/open-access`)).deep.include({ type: 'application/pdf', size: 10 });
    expect(images!.map(({ width, height }) => [width, height])).deep.equal([[480, 720], [200, 300]]);
  });

  it('holds no characters that apps stumble over, whatever a record holds', () => {
    const held = documents.filter(({ text }) => text.includes('Phân số'));
    expect(held.length).greaterThan(2);
    for (const { path, text } of held) {
      expect(text, path).not.match(/\\u00[01]|\\ud[89a-f]/i);
      expect(text.isWellFormed(), path).equal(true);
    }
  });

  it('is searched by its template, and what finds nothing leads back', async () => {
    const search = '/opds/v2/records{?query}';
    const found = await get(search.replace('{?query}', `?query=${encodeURIComponent('tam giac')}`));
    expect(found.publications!.map(({ metadata }) => metadata['title'])).deep.equal(['Tam giác']);
    expect(found.metadata).include({ numberOfItems: 1, currentPage: 1, itemsPerPage: 30 });
    const nothing = await get('/opds/v2/records?query=zzzqqq');
    expect(nothing.metadata.numberOfItems).equal(0);
    expect(nothing).not.property('publications');
    expect(nothing.navigation!.map(({ href }) => href)).deep.equal(['/opds/v2']);
  });

  it('speaks the language that the person chose', async () => {
    const teacher = await library.as('teacher');
    expect((await teacher.ask('PUT', '/api/session/language', { language: 'en' })).status).equal(200);
    const root = await get('/opds/v2', basic('teacher'));
    expect(root.navigation!.map(({ title }) => title)).include.members(['Newest', 'By subject']).and.not.include('Mới nhất');
    expect((await get('/opds/v2/subjects', basic('teacher'))).navigation!.map(({ title }) => title)).include('Everything');
  });
});
