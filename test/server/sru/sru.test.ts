import { expect } from 'chai';
import { openCatalogue } from '../../../server/sru/open-catalogue.ts';
import { readScanClause } from '../../../server/sru/sru-scan.ts';
import { findRecords, readQuestion } from '../../../server/sru/sru-search.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { all, one, type Read, readXml, texts } from '../harvest/oai-reading.ts';

const srw = 'http://www.loc.gov/zing/srw/';
const sru2 = 'http://docs.oasis-open.org/ns/search-ws/sruResponse';
const hostile = `A&B <script>"1"</script> ]]> \u0001\ud800 'x' --> &#0;`;

/** By SRU 1.1 and 1.2 (http://www.loc.gov/standards/sru/) and SRU 2.0 (OASIS searchRetrieve 1.0, part 3). */
describe('SRU', () => {
  let app: TestApp;
  let librarian: Visitor;
  const made: Record<string, { id: string; version: number }> = {};

  async function publish(name: string, description: object, rest: { licence?: string; scope?: string } = {}): Promise<void> {
    const { body } = await librarian.post('/api/records', { title: name, licence: 'CC-BY-4.0', scope: 'public', languages: ['vi'], ...rest, ...description });
    const published = await librarian.post(`/api/records/${body.id}/publish`, { version: body.version });
    expect(published.body.state, published.text).to.equal('published');
    made[name] = { id: body.id, version: published.body.version };
  }
  before(async () => {
    app = await openTestApp({ environment: { PUBLIC_URL: 'https://thuvien.example:8443' } });
    librarian = await app.as('librarian');
    await publish('Truyện Kiều', { agents: [{ name: 'Nguyễn Du', role: 'aut' }, { name: 'Đào Duy Anh', role: 'edt' }], publisher: 'NXB Văn học', year: '1820', resourceType: 'TRUYEN', keywords: ['truyện thơ Nôm'], identifiers: [{ scheme: 'isbn', value: '978-604-0-25078-0' }] });
    await publish('Toán 6', { subtitle: 'tập một', year: '2021', subjects: ['TOAN'], grades: ['6'], resourceType: 'SGK', textbookSet: 'KNTT' });
    await publish('Toán 7', { year: '2022', subjects: ['TOAN'], grades: ['7'], resourceType: 'SGK' });
    await publish(hostile, { abstract: hostile, agents: [{ name: hostile, role: 'aut' }], year: '1999' });
    await publish('Toán trong ngành', {}, { licence: 'NGANH', scope: 'sector' });
    await publish('Toán trong trường', {}, { licence: 'NOI_BO', scope: 'school' });
    await librarian.post('/api/records', { title: 'Toán bản nháp', licence: 'CC-BY-4.0', scope: 'public' });
  });
  after(() => app.close());

  type Asking = Pick<Visitor, 'get'>;
  const query = (given: Record<string, string> | [string, string][]): string => `/sru?${new URLSearchParams(given)}`;
  async function ask(given: Record<string, string> | [string, string][], who: Asking = app.visitor()): Promise<Read> {
    const { status, text, headers } = await who.get(query(given));
    expect(status, text).to.equal(200);
    expect(headers.get('content-type')).to.equal('text/xml; charset=utf-8');
    return readXml(text);
  }
  const search = (cql: string, rest: Record<string, string> = {}, who?: Asking): Promise<Read> => ask({ version: '1.2', operation: 'searchRetrieve', query: cql, ...rest }, who);
  const numbers = (root: Read): number[] => all(root, 'uri').map(({ text }) => Number(/^info:srw\/diagnostic\/1\/(\d+)$/.exec(text)![1]));
  const total = (root: Read): number => Number(one(root, 'numberOfRecords').text);
  const titles = (root: Read): string[] => all(root, 'datafield').filter(({ attributes }) => attributes['tag'] === '245').map((field) => field.children[0]!.text);
  const found = async (cql: string, who?: Asking): Promise<string[]> => {
    const root = await search(cql, {}, who);
    expect(numbers(root), cql).to.eql([]);
    expect(total(root)).to.equal(titles(root).length);
    return titles(root);
  };
  /** A teacher's script signs in with an access token. */
  async function partner(): Promise<Asking> {
    const teacher = await app.as('teacher');
    const { secret } = (await teacher.post('/api/session/tokens', { name: 'sru' })).body;
    return { get: (path) => app.visitor().get(path, { authorization: `Bearer ${secret}` }) };
  }

  describe('explain', () => {
    it('is what the bare address answers, in each version that is asked for', async () => {
      for (const [path, version, namespace] of [['/sru', '1.2', srw], ['/sru?version=1.1&operation=explain', '1.1', srw], ['/sru?operation=explain', '1.2', srw], ['/sru?version=2.0', '2.0', sru2]] as const) {
        const root = readXml((await app.visitor().get(path)).text);
        expect([root.name, root.namespace, root.children[0]!.name, root.children[0]!.text], path).to.eql(['explainResponse', namespace, 'version', version]);
        expect(texts(root, 'recordSchema')).to.eql(['http://explain.z3950.org/dtd/2.0/']);
        expect(one(root, 'explain').namespace).to.equal('http://explain.z3950.org/dtd/2.0/');
      }
    });

    it('says where it is, and no index, relation or schema that is not answered', async () => {
      const root = readXml((await app.visitor().get('/sru')).text);
      expect([one(root, 'host').text, one(root, 'port').text, one(root, 'database').text]).to.eql(['thuvien.example', '8443', 'sru']);
      const indexes = all(root, 'index');
      expect(indexes.length).to.be.greaterThan(25);
      for (const index of indexes) {
        const name = one(index, 'name');
        const relations = texts(index, 'supports');
        const dates = /date/i.test(name.text);
        const own = `${name.attributes['set']}.${name.text}`;
        for (const relation of relations) readQuestion(`${own} ${relation} "${!dates ? 'a' : relation === 'within' ? '2020 2021' : '2020'}"`, '');
        const sorted = (): unknown => readQuestion(`cql.allRecords = 1 sortby ${own}`, '');
        const scanned = (): unknown => readScanClause(`${own} = "${dates ? '2020' : 'a'}"`);
        if (index.attributes['scan'] === 'true') scanned();
        else expect(scanned, own).to.throw(/^16 /);
        if (index.attributes['sort'] === 'true') sorted();
        else expect(sorted, own).to.throw(/^80 /);
      }
      const schemas = all(root, 'schema').map(({ attributes }) => attributes['identifier']!);
      expect(schemas).to.eql(['info:srw/schema/1/marcxml-v1.1', 'info:srw/schema/1/dc-v1.1']);
    });
  });

  describe('searchRetrieve', () => {
    it('1.1 and 1.2 answer in the order of their schema, with what was asked', async () => {
      for (const version of ['1.1', '1.2']) {
        const root = await ask({ version, operation: 'searchRetrieve', query: 'dc.title all toan', maximumRecords: '1' });
        expect([root.name, root.namespace]).to.eql(['searchRetrieveResponse', srw]);
        expect(root.children.map(({ name }) => name)).to.eql(['version', 'numberOfRecords', 'records', 'nextRecordPosition', 'echoedSearchRetrieveRequest']);
        expect(one(root, 'records').children[0]!.children.map(({ name }) => name)).to.eql(['recordSchema', 'recordPacking', 'recordData', ...(version === '1.2' ? ['recordIdentifier'] : []), 'recordPosition']);
        expect(root.children[4]!.children.map(({ name, text }) => [name, text])).to.eql([['version', version], ['query', 'dc.title all toan'], ['maximumRecords', '1']]);
        expect(all(root, 'record').at(-1)!.namespace).to.equal('http://www.loc.gov/MARC21/slim');
      }
    });

    it('2.0 needs neither version nor operation, and has names and namespaces of its own', async () => {
      const root = await ask({ query: 'dc.title all toan', maximumRecords: '1', recordPacking: 'packed' });
      expect([root.name, root.namespace]).to.eql(['searchRetrieveResponse', sru2]);
      expect(root.children.map(({ name }) => name)).to.eql(['numberOfRecords', 'records', 'nextRecordPosition', 'echoedSearchRetrieveRequest', 'resultCountPrecision']);
      expect(one(root, 'records').children[0]!.children.map(({ name }) => name)).to.eql(['recordSchema', 'recordXMLEscaping', 'recordData', 'recordIdentifier', 'recordPosition']);
      const wrong = await ask({ query: '(' });
      expect(one(wrong, 'diagnostic').namespace).to.equal('http://docs.oasis-open.org/ns/search-ws/diagnostic');
      const { headers } = await app.visitor().get(query({ query: 'a' }), { accept: 'application/sru+xml' });
      expect(headers.get('content-type')).to.equal('application/sru+xml; charset=utf-8');
    });

    it('a form that is posted is answered as an address is', async () => {
      const form = (body: string, type = 'application/x-www-form-urlencoded') => app.visitor().ask('POST', '/sru', body, { 'content-type': type });
      const given = new URLSearchParams({ version: '1.2', operation: 'searchRetrieve', query: 'dc.title = "toán 6"' });
      expect(titles(readXml((await form(given.toString())).text))).to.eql(['Toán 6']);
      expect((await form('{}', 'application/json')).status).to.equal(415);
      expect((await form(`query=${'a'.repeat(70_000)}`)).status).to.equal(413);
    });

    it('indexes find what they are called after', async () => {
      const cases: [string, string[]][] = [
        ['kieu', ['Truyện Kiều']],
        ['"nguyễn du truyen kieu"', ['Truyện Kiều']],
        ['dc.creator = "nguyen du"', ['Truyện Kiều']],
        ['dc.creator = "duy anh"', []],
        ['dc.contributor = "duy anh"', ['Truyện Kiều']],
        ['bath.name all "anh đào"', ['Truyện Kiều']],
        ['dc.publisher = "van hoc"', ['Truyện Kiều']],
        ['dc.subject = "thơ nôm"', ['Truyện Kiều']],
        ['dc.subject == "toan"', ['Toán 6', 'Toán 7']],
        ['dc.title == "toán 6"', ['Toán 6']],
        ['dc.title == "toán 6 tập một"', ['Toán 6']],
        ['dc.title == "toán"', []],
        ['dc.title exact "toan 7"', ['Toán 7']],
        ['dc.date = 2021', ['Toán 6']],
        ['dc.date >= 2021 and dc.type = sgk', ['Toán 6', 'Toán 7']],
        ['dc.date within "1800 1999" not dc.type = "sách giáo khoa"', ['Truyện Kiều']],
        ['bib.audience = "lớp 7"', ['Toán 7']],
        ['bath.isbn = 9786040250780', ['Truyện Kiều']],
        ['bath.isbn = "978-604-0-25078-0"', ['Truyện Kiều']],
        ['dc.identifier = "urn:isbn:9786040250780"', ['Truyện Kiều']],
        ['bath.isbn = 604025078X', ['Truyện Kiều']],
        ['bath.isbn = 978604*', ['Truyện Kiều']],
        ['9786040250780', ['Truyện Kiều']],
        ['bath.issn = 9786040250780', []],
        [`rec.identifier = "urn:uuid:${made['Toán 7']!.id}"`, ['Toán 7']],
        [`rec.id any "${made['Toán 7']!.id} ${made['Toán 6']!.id}"`, ['Toán 6', 'Toán 7']],
        ['dc.language = vie and toan', ['Toán 6', 'Toán 7']],
        ['dc.language <> vi', []],
        ['> t = "http://purl.org/dc/elements/1.1/" t.title = kieu', ['Truyện Kiều']],
      ];
      for (const [cql, expected] of cases) {
        const got = (await found(cql)).filter((title) => !title.startsWith('A&B'));
        expect(got, cql).to.eql(expected);
      }
    });

    it('numbers are true and pages follow one another without a gap', async () => {
      const ids: string[] = [];
      let next: string | undefined = '1';
      for (let asked = 0; next !== undefined && asked < 10; asked++) {
        const root: Read = await search('cql.allRecords = 1', { startRecord: next, maximumRecords: '1' });
        expect(total(root)).to.equal(4);
        expect(texts(root, 'recordPosition')).to.eql([next]);
        ids.push(...texts(root, 'recordIdentifier'));
        next = texts(root, 'nextRecordPosition')[0];
      }
      expect(ids).to.have.length(4);
      expect(new Set(ids).size).to.equal(4);
      expect(total(await search('cql.allRecords = 1', { maximumRecords: '0' }))).to.equal(4);
    });

    it('records come as elements or as text, in the schema that is asked for', async () => {
      for (const [schema, identifier, root] of [['dc', 'info:srw/schema/1/dc-v1.1', 'srw_dc:dc'], ['info:srw/schema/1/marcxml-v1.1', 'info:srw/schema/1/marcxml-v1.1', 'record'], ['', 'info:srw/schema/1/marcxml-v1.1', 'record']] as const) {
        const asked = { recordSchema: schema };
        const plain = await search('dc.date = 1999', asked);
        expect(texts(plain, 'recordSchema')).to.eql([identifier, ...(schema ? [schema] : [''])]);
        expect(one(plain, 'recordData').children[0]!.name).to.equal(root);
        const packed = one(await search('dc.date = 1999', { ...asked, recordPacking: 'string' }), 'recordData');
        expect(packed.children).to.eql([]);
        const said = (element: Read): unknown => [element.name, element.namespace, element.attributes, element.text.trim(), element.children.map(said)];
        expect(said(readXml(packed.text))).to.eql(said(one(plain, 'recordData').children[0]!));
        const escaped = await ask({ query: 'dc.date = 1999', ...asked, recordXMLEscaping: 'string' });
        expect(readXml(one(escaped, 'recordData').text).name).to.equal(root);
      }
    });

    it('any title and any query leave the answer well-formed', async () => {
      const root = await search('dc.date = 1999', { recordSchema: 'dc' });
      expect(one(root, 'title').text.replace(/ +/g, ' ')).to.equal(`A&B <script>"1"</script> ]]> 'x' --> &#0;`);
      for (const cql of [hostile, `"${hostile.replaceAll('"', '')}"`, '\u0000\u0001<', 'a'.repeat(3) + '\u{1F600}', ']]>', '%'.repeat(50)]) {
        const answer = await search(cql);
        expect(answer.name, cql).to.equal('searchRetrieveResponse');
      }
    });
  });

  it('each fault is answered with its diagnostic', async () => {
    const asked = { version: '1.2', operation: 'searchRetrieve', query: 'a' };
    const cases: [Record<string, string>, number, string][] = [
      [{ ...asked, version: '1.7' }, 5, '2.0'],
      [{ ...asked, version: '3.0' }, 5, '2.0'],
      [{ ...asked, operation: 'update' }, 4, 'update'],
      [{ version: '1.1', operation: 'scan' }, 7, 'scanClause'],
      [{ operation: 'scan', scanClause: 'title = a' }, 7, 'version'],
      [{ version: '1.2', operation: 'scan', scanClause: 'title = a', responsePosition: '12' }, 120, '12'],
      [{ version: '1.2', operation: 'scan', scanClause: 'title = a', maximumTerms: '0' }, 6, 'maximumTerms: 0'],
      [{ version: '1.2', operation: 'scan', scanClause: 'title = a', query: 'a' }, 8, 'query'],
      [{ scanClause: 'title = a or title = b' }, 10, 'one clause'],
      [{ scanClause: 'title any a' }, 22, 'any and scan'],
      [{ scanClause: 'title = a*' }, 28, 'a*'],
      [{ scanClause: 'rec.id = a' }, 16, 'rec.id'],
      [{ operation: 'searchRetrieve', query: 'a' }, 7, 'version'],
      [{ version: '1.2', operation: 'searchRetrieve' }, 7, 'query'],
      [{ ...asked, query: ' ' }, 7, 'query'],
      [{ startRecord: '1' }, 7, 'query'],
      [{ ...asked, startRecord: '0' }, 6, 'startRecord: 0'],
      [{ ...asked, startRecord: '1.5' }, 6, 'startRecord: 1.5'],
      [{ ...asked, maximumRecords: '-1' }, 6, 'maximumRecords: -1'],
      [{ query: 'a', queryType: 'searchTerms' }, 6, 'queryType: searchTerms'],
      [{ query: 'a', recordPacking: 'xml' }, 6, 'recordPacking: xml'],
      [{ ...asked, surprise: '1' }, 8, 'surprise'],
      [{ ...asked, recordSchema: 'mods' }, 66, 'mods'],
      [{ ...asked, recordPacking: 'json' }, 71, 'json'],
      [{ query: 'a', recordXMLEscaping: 'json' }, 71, 'json'],
      [{ version: '1.1', operation: 'searchRetrieve', query: 'a', recordXPath: '/x' }, 72, '/x'],
      [{ ...asked, stylesheet: 'http://x/y.xsl' }, 110, 'http://x/y.xsl'],
      [{ ...asked, query: '(a' }, 13, 'a parenthesis is not closed'],
      [{ ...asked, query: 'nothing = a' }, 16, 'nothing'],
      [{ ...asked, query: 'a prox b' }, 39, ''],
      [{ ...asked, query: 'a sortby creator' }, 80, 'creator'],
      [{ version: '1.1', operation: 'searchRetrieve', query: 'a', sortKeys: '//title' }, 80, '//title'],
      [{ ...asked, query: '('.repeat(4_000) }, 13, 'nested deeper than 32'],
      [{ ...asked, query: 'ă'.repeat(5_000) }, 12, '4096'],
    ];
    for (const [given, number, details] of cases) {
      const root = await ask(given);
      expect(numbers(root), JSON.stringify(given).slice(0, 200)).to.eql([number]);
      expect(texts(root, 'details').join()).to.equal(details);
      expect(texts(root, 'message')[0]).to.match(/^[A-Z]/);
      expect(all(root, 'record')).to.eql([]);
    }
    expect(numbers(await ask([...Object.entries(asked), ['query', 'b']]))).to.eql([6]);
    expect(numbers(await ask({ ...asked, 'x-extension': 'y' }))).to.eql([]);
    // Past the end: the number is still true.
    const past = await search('dc.title all toan', { startRecord: '3' });
    expect([numbers(past), total(past), all(past, 'record').length]).to.eql([[61], 2, 0]);
    const nothing = await search('khôngcógì');
    expect([numbers(nothing), total(nothing)]).to.eql([[], 0]);
    expect((await ask({ version: '1.1', operation: 'scan' })).name).to.equal('scanResponse');
    expect((await ask({ scanClause: '(' })).name).to.equal('scanResponse');
  });

  it('scan lists words, codes and years of what the asker may see, with numbers that a search gives', async () => {
    const listed = async (scanClause: string, rest: Record<string, string> = {}, who?: Asking): Promise<[string, number, string | undefined][]> => {
      const root = await ask({ version: '1.2', operation: 'scan', scanClause, ...rest }, who);
      expect(numbers(root), scanClause).to.eql([]);
      expect([root.name, root.namespace]).to.eql(['scanResponse', srw]);
      return all(root, 'term').map((term) => [one(term, 'value').text, Number(one(term, 'numberOfRecords').text), texts(term, 'displayTerm')[0]]);
    };
    expect(await listed('dc.date = 0')).to.eql([['1820', 1, undefined], ['1999', 1, undefined], ['2021', 1, undefined], ['2022', 1, undefined]]);
    expect(await listed('title = toan')).to.eql([['toan', 2, 'toán'], ['truyen', 1, 'truyện'], ['x', 1, undefined]]);
    expect(await listed('title = toa', { maximumTerms: '1' }, await partner())).to.eql([['toan', 3, 'toán']]);
    expect(await listed('title = trong')).to.eql([['truyen', 1, 'truyện'], ['x', 1, undefined]]);
    expect((await listed('title = trong', { maximumTerms: '1' }, await partner()))[0]).to.eql(['trong', 1, undefined]);
    expect(await listed('bath.isbn = 978')).to.eql([['9786040250780', 1, undefined]]);
    const everything = await listed('cql.anywhere = 0', { maximumTerms: '100' });
    expect(everything.map(([value]) => value)).to.eql(everything.map(([value]) => value).sort());
    for (const [value, records] of everything) {
      const { total: number } = await findRecords(await openCatalogue(app.storage.metadata).current(), 'public', readQuestion(`cql.anywhere adj ${value}`, ''), 1, 0);
      expect(number, value).to.equal(records);
    }
    const at = everything.findIndex(([value]) => value === 'toan');
    const part = (position: number, most: number) => listed('cql.anywhere = toan', { responsePosition: String(position), maximumTerms: String(most) });
    expect(await part(1, 3)).to.eql(everything.slice(at, at + 3));
    expect(await part(0, 3)).to.eql(everything.slice(at + 1, at + 4));
    expect(await part(3, 3)).to.eql(everything.slice(at - 2, at + 1));
    expect(await part(4, 3)).to.eql(everything.slice(at - 3, at));
    const second = await ask({ scanClause: 'dc.date = 2021', maximumTerms: '1' });
    expect([second.namespace, texts(second, 'value')]).to.eql(['http://docs.oasis-open.org/ns/search-ws/scan', ['2021']]);
  });

  it('a guest finds and counts what is public; a partner with a token what the sector shares; nobody drafts', async () => {
    expect(await found('dc.title = toan')).to.eql(['Toán 6', 'Toán 7']);
    expect(await found('dc.rights = nganh')).to.eql([]);
    const token = await partner();
    expect(await found('dc.title = toan', token)).to.eql(['Toán 6', 'Toán 7', 'Toán trong ngành']);
    // Cataloguers see more in the library, and no more than other partners here.
    expect(await found('dc.title = toan', librarian)).to.eql(['Toán 6', 'Toán 7', 'Toán trong ngành']);
    expect(await found('dc.title = toan', await app.as('pupil'))).to.eql(['Toán 6', 'Toán 7']);
    const elsewhere = await app.visitor().get(query({ query: 'a' }), { authorization: 'Bearer tus_none' });
    expect(elsewhere.status).to.equal(401);
  });

  it('what changes is found at once as it is now, and what is withdrawn is not found', async () => {
    const count = async (cql: string): Promise<number> => total(await search(cql, { maximumRecords: '0' }));
    await publish('Sẽ đổi', { keywords: ['thoángqua'] });
    expect(await count('thoángqua')).to.equal(1);
    const edit = async (changes: object): Promise<void> => {
      const { id, version } = made['Sẽ đổi']!;
      const answer = await librarian.ask('PATCH', `/api/records/${id}`, { version, ...changes });
      expect(answer.status, answer.text).to.equal(200);
      made['Sẽ đổi']!.version = answer.body.version;
    };
    await edit({ description: { keywords: ['lâudài'] } });
    expect([await count('thoángqua'), await count('lâudài')]).to.eql([0, 1]);
    await edit({ scope: 'sector' });
    expect([await count('lâudài'), total(await search('lâudài', {}, await partner()))]).to.eql([0, 1]);
    await edit({ scope: 'public' });
    expect(await count('lâudài')).to.equal(1);
    const { id, version } = made['Sẽ đổi']!;
    expect((await librarian.post(`/api/records/${id}/withdraw`, { version, reason: 'sai' })).status).to.equal(200);
    expect([await count('lâudài'), total(await search('lâudài', {}, await partner()))]).to.eql([0, 0]);
    expect(await count(`rec.identifier = ${id}`)).to.equal(0);
  });

  it('one question costs a fixed number of statements, and its words are in no log', async () => {
    await search('toan');
    const before = app.storage.metadata.statements();
    await search('toan and kieu or (nguyen not du)', { maximumRecords: '100' });
    expect(app.storage.metadata.statements() - before).to.be.at.most(9);
    expect(app.logged.join()).not.to.include('toan');
  });

  describe('while the catalogue changes', () => {
    it('whoever asks while others ask and publish hears of all that stood before', async () => {
      const asked: Promise<[number, number]>[] = [];
      for (let at = 1; at <= 4; at++) {
        await publish(`Song song ${at}`, { keywords: ['cùnglúc'] });
        for (let more = 0; more < 3; more++) asked.push(search('cùnglúc', { maximumRecords: '0' }).then((root) => [at, total(root)]));
      }
      for (const [least, number] of await Promise.all(asked)) expect(number).to.be.within(least, 4);
    });

    it('pages follow one another without a gap or a repeat while more is published', async () => {
      const standing = texts(await search('cql.allRecords = 1', { maximumRecords: '100' }), 'recordIdentifier');
      const told: string[] = [];
      for (let next: string | undefined = '1'; next !== undefined; ) {
        const root: Read = await search('cql.allRecords = 1', { startRecord: next, maximumRecords: '3' });
        told.push(...texts(root, 'recordIdentifier'));
        next = texts(root, 'nextRecordPosition')[0];
        if (told.length < 9) await publish(`Thêm ${told.length}`, {});
      }
      expect(told.slice(0, standing.length)).to.eql(standing);
      expect(new Set(told).size).to.equal(told.length);
      expect(told.length).to.be.above(standing.length);
    });

    it('a term that is renamed is found by its new name', async () => {
      const before = total(await search('dc.subject = "toán"', { maximumRecords: '0' }));
      const renamed = await (await app.as('administrator')).ask('PUT', '/api/vocabularies/subject/TOAN', { vi: 'Đại số và hình học' });
      expect(renamed.status, renamed.text).to.equal(200);
      expect(total(await search('dc.subject = "hình học"', { maximumRecords: '0' }))).to.equal(before).and.to.be.above(1);
      expect(total(await search('dc.subject = "toán"', { maximumRecords: '0' }))).to.equal(0);
    });
  });
});
