import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { all, one, readXml } from '../harvest/oai-reading.ts';
import { upload } from '../files/tus-client.ts';

const url = 'https://thuvien.example';
const hostile = `</script><script>alert("1")</script> & 'x' \\ {}} % $ ~ ^ #`;

interface Link {
  href: string;
  rel: string;
  type?: string;
  profile?: string;
}
/** Reads a header Link (RFC 8288); throws for what is no list of links. */
function readLinks(header: string): Link[] {
  const links: Link[] = [];
  const pattern = /\s*<([^<>\s"]+)>((?:;\s*[a-z-]+="[^"]*")+)\s*(?:,|$)/y;
  while (pattern.lastIndex < header.length) {
    const match = pattern.exec(header);
    if (!match) throw new Error(`no link: ${header}`);
    links.push({ href: match[1]!, ...(Object.fromEntries([...match[2]!.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])) as unknown as { rel: string }) });
  }
  return links;
}

describe('a record taken by other programs', () => {
  let app: TestApp;
  let librarian: Visitor;
  let removeDist: () => Promise<void>;
  const made: Record<string, { id: string; version: number }> = {};

  async function draft(name: string, description: object, rest: object = {}): Promise<string> {
    const { body, text } = await librarian.post('/api/records', { title: name, licence: 'CC-BY-4.0', scope: 'public', languages: ['vi'], ...rest, ...description });
    expect(body.id, text).to.be.a('string');
    made[name] = { id: body.id, version: body.version };
    return body.id as string;
  }
  async function publish(name: string): Promise<void> {
    const { id } = made[name]!;
    const { version } = (await librarian.get(`/api/records/${id}`)).body;
    const published = await librarian.post(`/api/records/${id}/publish`, { version });
    expect(published.body.state, published.text).to.equal('published');
    made[name]!.version = published.body.version;
  }
  before(async () => {
    const dist = await temporaryFolder();
    removeDist = dist.remove;
    await mkdir(join(dist.path, 'assets'));
    await writeFile(join(dist.path, 'index.html'), '<!doctype html><html lang="vi"><head><!--head--></head><body></body></html>');
    app = await openTestApp({ dist: dist.path, environment: { PUBLIC_URL: url } });
    librarian = await app.as('librarian');
    const book = await draft('Toán 6', {
      subtitle: 'tập một',
      agents: [
        { name: 'Hà Huy Khoái', role: 'edt' },
        { name: 'Cung Thế Anh', role: 'aut' },
        { name: 'Bộ Giáo dục và Đào tạo', role: 'isb' },
      ],
      publisher: 'NXB Giáo dục Việt Nam',
      placeOfPublication: 'Hà Nội',
      year: '2021',
      edition: 'Tái bản lần 1',
      subjects: ['TOAN'],
      grades: ['6'],
      resourceType: 'SGK',
      textbookSet: 'KNTT',
      keywords: ['số tự nhiên'],
      abstract: 'Sách giáo khoa',
      identifiers: [
        { scheme: 'isbn', value: '978-604-0-25078-0' },
        { scheme: 'doi', value: '10.1234/toan6' },
      ],
    });
    await upload(librarian, Buffer.from('Số tự nhiên'), { filename: 'toan6.txt', recordId: book });
    await publish('Toán 6');
    await draft('Sáng kiến', { resourceType: 'SKKN', agents: [{ name: hostile, role: 'aut' }], abstract: hostile, publisher: hostile, keywords: [hostile.slice(0, 40)], year: hostile.slice(0, 20) });
    await publish('Sáng kiến');
    await draft('Nội bộ', {}, { licence: 'NOI_BO', scope: 'school' });
    await publish('Nội bộ');
    await draft('Trong ngành', {}, { licence: 'NGANH', scope: 'sector' });
    await publish('Trong ngành');
    await draft('Bản nháp', {});
    await draft('Sẽ rút', {});
    await publish('Sẽ rút');
    const { id, version } = made['Sẽ rút']!;
    expect((await librarian.post(`/api/records/${id}/withdraw`, { version, reason: 'sai' })).status).to.equal(200);
  });
  after(async () => {
    await app.close();
    await removeDist();
  });

  const urn = (name: string): string => `urn:uuid:${made[name]!.id}`;
  const unapi = (name: string, format?: string, who: Pick<Visitor, 'get'> = app.visitor()) => who.get(`/unapi?${new URLSearchParams({ id: urn(name), ...(format ? { format } : {}) })}`);
  const names = ['marcxml', 'oai_dc', 'ris', 'bibtex', 'schema_org'];

  describe('unAPI 1.0', () => {
    it('lists its formats, for everything and for one record, and every page says where', async () => {
      const whole = await app.visitor().get('/unapi');
      expect([whole.status, whole.headers.get('content-type')]).to.eql([200, 'application/xml; charset=utf-8']);
      expect(all(readXml(whole.text), 'format').map(({ attributes }) => attributes['name'])).to.eql(names);
      const own = await unapi('Toán 6');
      expect(own.status).to.equal(300);
      const root = readXml(own.text);
      expect([root.name, root.attributes['id']]).to.eql(['formats', urn('Toán 6')]);
      expect(all(root, 'format').every(({ attributes }) => attributes['type'] && attributes['docs'])).to.equal(true);
      for (const path of ['/', '/search?q=x', `/record/${made['Toán 6']!.id}`])
        expect((await app.visitor().get(path)).text).to.include(`<link rel="unapi-server" type="application/xml" title="unAPI" href="${url}/unapi">`);
    });

    it('gives a record in each of them, with its media type', async () => {
      for (const name of names) {
        const { status, text, headers } = await unapi('Toán 6', name);
        const listed = all(readXml((await unapi('Toán 6')).text), 'format').find(({ attributes }) => attributes['name'] === name)!;
        expect([status, headers.get('content-type')]).to.eql([200, `${listed.attributes['type']}; charset=utf-8`]);
        expect(readLinks(headers.get('link')!)).to.eql([{ href: `${url}/record/${made['Toán 6']!.id}`, rel: 'describes', type: 'text/html' }]);
        expect(text).to.include('Toán 6');
      }
      expect(readXml((await unapi('Toán 6', 'marcxml')).text).namespace).to.equal('http://www.loc.gov/MARC21/slim');
      expect(one(readXml((await unapi('Toán 6', 'oai_dc')).text), 'publisher').text).to.equal('NXB Giáo dục Việt Nam');
      expect((await unapi('Toán 6', 'ris')).text).to.equal(
        [
          'TY  - BOOK', 'TI  - Toán 6: tập một', 'AU  - Cung Thế Anh', 'AU  - Bộ Giáo dục và Đào tạo', 'ED  - Hà Huy Khoái', 'PB  - NXB Giáo dục Việt Nam', 'CY  - Hà Nội', 'PY  - 2021',
          'ET  - Tái bản lần 1', 'T3  - Kết nối tri thức với cuộc sống', 'SN  - 9786040250780', 'LA  - vi', 'KW  - Toán', 'KW  - số tự nhiên', 'AB  - Sách giáo khoa', 'DO  - 10.1234/toan6',
          `UR  - ${url}/record/${made['Toán 6']!.id}`, `ID  - ${made['Toán 6']!.id}`, 'ER  - ', '',
        ].join('\r\n'),
      );
      const { text } = await unapi('Toán 6', 'bibtex');
      expect(text).to.match(/^@book\{anh2021toan,\n/);
      for (const line of ['author = {{Cung Thế Anh} and {Bộ Giáo dục và Đào tạo}}', 'editor = {{Hà Huy Khoái}}', 'title = {{Toán 6: tập một}}', 'isbn = {9786040250780}', 'year = {2021}']) expect(text).to.include(`  ${line},\n`);
    });

    it('what a person typed cannot end an entry, a line or an element', async () => {
      const { text } = await unapi('Sáng kiến', 'bibtex');
      expect(text).to.match(/^@techreport\{/);
      // BibTeX counts every brace, escaped or not.
      for (const line of text.split('\n').slice(1, -2)) expect([...line.matchAll(/[{}]/g)].reduce((depth, [sign]) => depth + (sign === '{' ? 1 : -1), 0), line).to.equal(0);
      expect((await unapi('Sáng kiến', 'ris')).text.split('\r\n').every((line) => line === '' || /^[A-Z][A-Z0-9] {2}- /.test(line))).to.equal(true);
      for (const name of ['marcxml', 'oai_dc']) expect(readXml((await unapi('Sáng kiến', name)).text).name).to.match(/record|dc/);
      expect(JSON.parse((await unapi('Sáng kiến', 'schema_org')).text).abstract).to.equal(hostile);
    });

    it('404 for what the asker may not see, 406 for another format, 400 for nonsense', async () => {
      for (const name of ['Nội bộ', 'Trong ngành', 'Bản nháp', 'Sẽ rút']) {
        for (const format of [undefined, 'marcxml']) {
          const answer = await unapi(name, format);
          expect(answer.status, name).to.equal(404);
          expect(answer.text).not.to.include(name);
        }
      }
      expect((await unapi('Nội bộ', 'ris', librarian)).text).to.include('TI  - Nội bộ');
      expect((await unapi('Nội bộ', 'ris', await app.as('pupil'))).text).to.include('TI  - Nội bộ');
      expect((await unapi('Trong ngành', 'ris', await app.as('pupil'))).status).to.equal(200); // of their own school
      expect((await unapi('Bản nháp', 'ris', librarian)).status).to.equal(404);
      expect((await unapi('Toán 6', 'docx')).status).to.equal(406);
      for (const id of ['x', 'urn:uuid:', '../../etc/passwd', `urn:uuid:${made['Toán 6']!.id}0`, '\u0000']) expect((await app.visitor().get(`/unapi?${new URLSearchParams({ id, format: 'ris' })}`)).status, id).to.equal(404);
      expect((await app.visitor().get('/unapi?id=a&id=b')).status).to.equal(400);
      for (const id of [made['Toán 6']!.id, `${url}/record/${made['Toán 6']!.id}`]) expect((await app.visitor().get(`/unapi?${new URLSearchParams({ id, format: 'ris' })}`)).status, id).to.equal(200);
    });
  });

  describe('FAIR Signposting', () => {
    const links = async (name: string, who: Visitor = app.visitor(), method = 'GET') => readLinks((await who.ask(method, `/record/${made[name]!.id}`)).headers.get('link') ?? '');
    const of = (found: Link[], rel: string): Link[] => found.filter((link) => link.rel === rel);

    it('the page of a record says what to cite, what it is, and where its descriptions, files and licence are, on GET and HEAD', async () => {
      const found = await links('Toán 6');
      expect(await links('Toán 6', app.visitor(), 'HEAD')).to.eql(found);
      expect(of(found, 'cite-as')).to.eql([{ href: 'https://doi.org/10.1234/toan6', rel: 'cite-as' }]);
      expect(of(found, 'type').map(({ href }) => href)).to.eql(['https://schema.org/AboutPage', 'https://schema.org/Book', 'https://schema.org/LearningResource']);
      expect(of(found, 'license').map(({ href }) => href)).to.eql(['https://creativecommons.org/licenses/by/4.0/']);
      expect(of(found, 'describedby').map(({ type }) => type)).to.eql(['application/marcxml+xml', 'application/xml', 'application/x-research-info-systems', 'application/x-bibtex', 'application/ld+json']);
      expect(of(found, 'item')).to.have.length(1);
      // Every address of ours answers, with the type that was said.
      for (const { href, type } of [...of(found, 'describedby'), ...of(found, 'item'), ...of(found, 'linkset')]) {
        const answer = await app.visitor().get(href.slice(url.length));
        expect(answer.status, href).to.equal(200);
        expect(answer.headers.get('content-type')!.split(';')[0], href).to.equal(type);
      }
      expect((await links('Sáng kiến')).filter(({ rel }) => rel === 'cite-as').map(({ href }) => href)).to.eql([`${url}/record/${made['Sáng kiến']!.id}`]);
    });

    it('a record of many files has headers that every proxy takes, and all of its files in the set', async () => {
      const id = await draft('Nhiều tệp', { identifiers: [`10.1234/${'ă'.repeat(280)}`, '10.1234/\ud800', `10.1234/${'ă'.repeat(20)}"<>`].map((value) => ({ scheme: 'doi', value })) });
      for (let at = 0; at < 12; at++) await upload(librarian, Buffer.from(`tệp ${at}`), { filename: `${at}.txt`, recordId: id });
      await publish('Nhiều tệp');
      const { headers } = await app.visitor().get(`/record/${id}`);
      expect([...headers].reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0)).to.be.below(4_000);
      const found = readLinks(headers.get('link')!);
      expect(of(found, 'item')).to.have.length(5);
      // The first that can be one, whatever was typed.
      const doi = `https://doi.org/10.1234/${'%C4%83'.repeat(20)}%22%3C%3E`;
      expect(of(found, 'cite-as')[0]!.href).to.equal(doi);
      expect(JSON.parse((await unapi('Nhiều tệp', 'schema_org')).text).sameAs).to.eql([doi]);
      const { body } = await app.visitor().get(of(found, 'linkset')[0]!.href.slice(url.length));
      expect(body.linkset[0].item).to.have.length(12);
    });

    it('the set of links has the same, and points back', async () => {
      const found = await links('Toán 6');
      const { body, status } = await app.visitor().get(of(found, 'linkset')[0]!.href.slice(url.length));
      expect(status).to.equal(200);
      const [page, ...others] = body.linkset;
      expect(page.anchor).to.equal(`${url}/record/${made['Toán 6']!.id}`);
      for (const rel of ['cite-as', 'type', 'license', 'describedby', 'item']) expect(page[rel].map(({ href }: Link) => href), rel).to.eql(of(found, rel).map(({ href }) => href));
      expect(others).to.have.length(6);
      for (const other of others) expect((other.describes ?? other.collection)[0].href).to.equal(page.anchor);
    });

    it('says nothing of what a guest may not see, whoever asks, and nothing on other pages', async () => {
      for (const name of ['Nội bộ', 'Trong ngành', 'Bản nháp', 'Sẽ rút'])
        for (const who of [app.visitor(), librarian]) {
          expect(await links(name, who), name).to.eql([]);
          if (who !== librarian) expect((await who.get(`/api/records/${made[name]!.id}/linkset`)).status).to.equal(404);
        }
      for (const path of ['/', `/record/${made['Toán 6']!.id}/edit`]) expect((await app.visitor().get(path)).headers.get('link')).to.equal(null);
    });
  });

  describe('the head of its page', () => {
    const linked = async (name: string) => JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec((await app.visitor().get(`/record/${made[name]!.id}`)).text)![1]!);

    it('is a book and a learning resource to schema.org, with what is known of it', async () => {
      const said = await linked('Toán 6');
      expect(said).to.deep.include({
        '@context': 'https://schema.org',
        '@type': ['Book', 'LearningResource'],
        '@id': `${url}/record/${made['Toán 6']!.id}`,
        name: 'Toán 6',
        isbn: '9786040250780',
        author: [{ '@type': 'Person', name: 'Cung Thế Anh' }, { '@type': 'Organization', name: 'Bộ Giáo dục và Đào tạo' }],
        editor: [{ '@type': 'Person', name: 'Hà Huy Khoái' }],
        publisher: { '@type': 'Organization', name: 'NXB Giáo dục Việt Nam' },
        datePublished: '2021',
        inLanguage: ['vi'],
        educationalLevel: ['Lớp 6'],
        learningResourceType: 'Sách giáo khoa',
        license: 'https://creativecommons.org/licenses/by/4.0/',
        isAccessibleForFree: true,
        sameAs: ['https://doi.org/10.1234/toan6'],
      });
      expect(said.encoding).to.have.length(1);
      expect(said.encoding[0]).to.include({ '@type': 'MediaObject', encodingFormat: 'application/octet-stream' });
      const article = await linked('Sáng kiến');
      expect(article['@type']).to.eql(['ScholarlyArticle', 'LearningResource']);
      expect(article).not.to.have.any.keys('isbn', 'datePublished', 'educationalLevel', 'encoding', 'isAccessibleForFree');
    });

    it('tells reference managers what to cite, once, and escaped', async () => {
      const metas = async (name: string) => [...(await app.visitor().get(`/record/${made[name]!.id}`)).text.matchAll(/<meta name="(citation_[a-z_]+)" content="([^"]*)">/g)].map((match) => [match[1]!, match[2]!]);
      expect(await metas('Toán 6')).to.eql([
        ['citation_title', 'Toán 6: tập một'],
        ['citation_author', 'Cung Thế Anh'],
        ['citation_author', 'Bộ Giáo dục và Đào tạo'],
        ['citation_editor', 'Hà Huy Khoái'],
        ['citation_publication_date', '2021'],
        ['citation_publisher', 'NXB Giáo dục Việt Nam'],
        ['citation_isbn', '9786040250780'],
        ['citation_language', 'vi'],
        ['citation_keywords', 'số tự nhiên'],
        ['citation_public_url', `${url}/record/${made['Toán 6']!.id}`],
      ]);
      for (const [, content] of await metas('Sáng kiến')) expect(content).not.to.match(/[<>"]/);
      for (const name of ['Nội bộ', 'Bản nháp']) {
        const { text } = await librarian.get(`/record/${made[name]!.id}`);
        expect(text).to.include(name).and.not.include('citation_').and.not.include('ld+json');
      }
    });
  });
});
