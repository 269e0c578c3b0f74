import { expect } from 'chai';
import { siteMap, siteMapIndex } from '../../../server/sharing/site-map.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { fillPublished } from '../../support/published-records.ts';
import { all, readXml, texts } from '../harvest/oai-reading.ts';

const publicUrl = 'https://thuvien.example';

/** By the protocol of sitemaps.org 0.9. */
describe('sitemaps', () => {
  let app: TestApp;
  let librarian: Visitor;
  let ids: string[];
  before(async () => {
    app = await openTestApp({ environment: { PUBLIC_URL: publicUrl } });
    librarian = await app.as('librarian');
    ids = await fillPublished(app.storage, { records: 25, seed: 3 });
  });
  after(() => app.close());

  const get = async (path: string) => {
    const answer = await app.visitor().get(path);
    expect(answer.status, answer.text).to.equal(200);
    return answer;
  };
  const address = (id: string): string => `${publicUrl}/record/${id}`;

  it('robots.txt leads to the index, the index to a map, the map to every public record with its date', async () => {
    const robots = (await get('/robots.txt')).text;
    expect(robots).to.match(/^User-agent: \*\n/);
    expect(/^Sitemap: (.*)$/m.exec(robots)![1]).to.equal(`${publicUrl}/sitemap.xml`);
    const index = readXml((await get('/sitemap.xml')).text);
    expect([index.name, index.namespace]).to.eql(['sitemapindex', 'http://www.sitemaps.org/schemas/sitemap/0.9']);
    expect(texts(index, 'loc')).to.eql([`${publicUrl}/sitemaps/start.xml`]);
    const answer = await get('/sitemaps/start.xml');
    expect(answer.headers.get('content-type')).to.match(/xml/);
    const map = readXml(answer.text);
    expect([map.name, map.namespace]).to.eql(['urlset', 'http://www.sitemaps.org/schemas/sitemap/0.9']);
    expect(texts(map, 'loc')).to.eql([`${publicUrl}/`, `${publicUrl}/browse`, ...ids.map(address)]);
    for (const date of [...texts(map, 'lastmod'), ...texts(index, 'lastmod')]) expect(date).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(texts(index, 'lastmod')[0]).to.equal(texts(map, 'lastmod').sort().at(-1));
  });

  it('maps follow one another without a gap or a repeat, and go on when a record at their ends has gone', async () => {
    const parts = { metadata: app.storage.metadata, publicUrl };
    const maps = async (): Promise<string[][]> => {
      const names = texts(readXml(await siteMapIndex(parts, 10)), 'loc').map((loc) => /sitemaps\/(.*)\.xml/.exec(loc)![1]!);
      return Promise.all(
        names.map(async (name) => {
          let text = '';
          for await (const piece of siteMap(parts, name === 'start' ? '' : name, 10)) text += piece;
          return texts(readXml(text), 'loc').filter((loc) => loc.includes('/record/'));
        }),
      );
    };
    const before = await maps();
    expect(before.map(({ length }) => length)).to.eql([10, 10, 5]);
    expect(before.flat()).to.eql(ids.map(address));
    // The one that names the second map.
    const { body } = await librarian.get(`/api/records/${ids[9]}`);
    expect((await librarian.post(`/api/records/${ids[9]}/withdraw`, { version: body.version, reason: 'thử' })).status).to.equal(200);
    expect(readXml((await get(`/sitemaps/${ids[9]}.xml`)).text).children).to.have.length(15);
    expect((await maps()).flat()).to.eql(ids.filter((id) => id !== ids[9]).map(address));
  });

  it('tells of nothing that is not public, also where an item is behind its record', async () => {
    const { queries } = app.storage.metadata;
    await queries.updateTable('records').set({ scope: 'sector' }).where('id', '=', ids[1]!).execute();
    await queries.updateTable('records').set({ deleted_at: '2026-11-25T00:00:00.000Z' }).where('id', '=', ids[2]!).execute();
    await queries.updateTable('records').set({ licence: 'NGANH' }).where('id', '=', ids[3]!).execute();
    const told = texts(readXml((await librarian.get('/sitemaps/start.xml')).text), 'loc');
    for (const place of [1, 2, 3]) expect(told).to.not.include(address(ids[place]!));
    expect(told).to.include(address(ids[4]!));
  });

  it('what is no map is not found; an empty map is one; packed where that can be read', async () => {
    for (const name of ['x.xml', 'start', 'start.xml.gz', '%00.xml', `${ids[0]}`]) expect((await app.visitor().get(`/sitemaps/${name}`)).status, name).to.be.oneOf([400, 404]);
    expect(all(readXml((await get(`/sitemaps/${ids.at(-1)}.xml`)).text), 'url')).to.eql([]);
    const packed = await fetch(`${app.url}/sitemaps/start.xml`);
    expect(packed.headers.get('content-encoding')).to.equal('gzip');
    expect(readXml(await packed.text()).name).to.equal('urlset');
  });
});
