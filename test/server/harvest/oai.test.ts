import { expect } from 'chai';
import { gunzipSync } from 'node:zlib';
import { get } from 'node:http';
import fc from 'fast-check';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { all, one, type Read, readXml, texts } from './oai-reading.ts';

/** By the rules of OAI-PMH 2.0, http://www.openarchives.org/OAI/openarchivesprotocol.html; sections in brackets. */
describe('OAI-PMH', () => {
  let app: TestApp;
  let librarian: Visitor;
  const made: Record<string, { id: string; version: number }> = {};

  async function publish(name: string, description: object, rest: { licence?: string; scope?: string } = {}): Promise<void> {
    const { body } = await librarian.post('/api/records', { title: name, licence: 'CC-BY-4.0', scope: 'public', ...rest, ...description });
    const published = await librarian.post(`/api/records/${body.id}/publish`, { version: body.version });
    expect(published.body.state, published.text).to.equal('published');
    made[name] = { id: body.id, version: published.body.version };
  }

  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    await publish('Toán 6', {
      subtitle: 'tập một & <hai>',
      agents: [
        { name: 'Hà Huy Khoái', role: 'edt' },
        { name: 'Cung Thế Anh', role: 'aut' },
      ],
      publisher: 'NXB Giáo dục Việt Nam',
      year: '2021',
      subjects: ['TOAN'],
      grades: ['6'],
      resourceType: 'SGK',
      textbookSet: 'KNTT',
      languages: ['vi'],
      keywords: ['số tự nhiên'],
      abstract: 'Sách\u0001 giáo khoa',
      identifiers: [{ scheme: 'isbn', value: '978-604-0-25078-5' }],
    });
    await publish('Ngữ văn 6', { subjects: ['NGU_VAN'], grades: ['6'] });
    await publish('Trong ngành', { subjects: ['TOAN'], grades: ['7'] }, { licence: 'NGANH', scope: 'sector' });
    await publish('Trong trường', { subjects: ['TOAN'] }, { licence: 'NOI_BO', scope: 'school' });
    await publish('Sẽ rút', { subjects: ['TOAN'] });
    await publish('Sẽ thu hẹp', { subjects: ['TOAN'] });
    await librarian.post('/api/records', { title: 'Bản nháp', licence: 'CC-BY-4.0', scope: 'public' });
  });
  after(() => app.close());

  interface Said {
    root: Read;
    code: string | null;
  }
  async function ask(query: string | [string, string][], who: { get(path: string): Promise<{ status: number; text: string; headers: Headers }> } = app.visitor()): Promise<Said> {
    const answer = await who.get(`/oai?${typeof query === 'string' ? query : new URLSearchParams(query)}`);
    expect(answer.status, answer.text).to.equal(200);
    expect(answer.headers.get('content-type')).to.equal('text/xml; charset=utf-8');
    const root = readXml(answer.text);
    // Every answer, errors included, is of one form (3.2).
    expect([root.name, root.namespace]).to.eql(['OAI-PMH', 'http://www.openarchives.org/OAI/2.0/']);
    expect(root.attributes['xsi:schemaLocation']).to.equal('http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd');
    expect(root.children.slice(0, 2).map(({ name }) => name)).to.eql(['responseDate', 'request']);
    expect(root.children).to.have.length(3);
    expect(root.children[0]!.text).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(root.children[1]!.text).to.match(/\/oai$/);
    return { root, code: root.children[2]!.name === 'error' ? root.children[2]!.attributes['code']! : null };
  }
  const id = (name: string): string => `urn:uuid:${made[name]!.id}`;
  const identifiers = async (query: string, who?: Visitor): Promise<string[]> => texts((await ask(`verb=ListIdentifiers&metadataPrefix=oai_dc${query}`, who)).root, 'identifier');
  /** A teacher's script signs in with an access token. */
  async function partner(): Promise<Visitor> {
    const teacher = await app.as('teacher');
    const { secret: token } = (await teacher.post('/api/session/tokens', { name: 'gặt' })).body;
    expect(token).to.match(/^tus_/);
    return { ...app.visitor(), get: (path: string) => app.visitor().get(path, { authorization: `Bearer ${token}` }) } as Visitor;
  }

  it('Identify says what the schema demands, in its order (4.2)', async () => {
    const { root } = await ask('verb=Identify');
    expect(root.children[1]!.attributes).to.eql({ verb: 'Identify' });
    const said = one(root, 'Identify');
    expect(said.children.map(({ name }) => name)).to.eql(['repositoryName', 'baseURL', 'protocolVersion', 'adminEmail', 'earliestDatestamp', 'deletedRecord', 'granularity', 'compression']);
    expect(texts(said, 'protocolVersion')).to.eql(['2.0']);
    expect(texts(said, 'deletedRecord')).to.eql(['persistent']);
    expect(texts(said, 'granularity')).to.eql(['YYYY-MM-DDThh:mm:ssZ']);
    expect(one(said, 'adminEmail').text).to.match(/^\S+@\S+$/);
    const stamps = texts((await ask('verb=ListIdentifiers&metadataPrefix=oai_dc')).root, 'datestamp').sort();
    expect(one(said, 'earliestDatestamp').text <= stamps[0]!).to.equal(true);
  });

  it('formats: oai_dc is among them, each with a schema and a namespace that its records bear (2.4, 4.4)', async () => {
    const { root } = await ask('verb=ListMetadataFormats');
    const formats = all(root, 'metadataFormat').map((format) => format.children.map(({ text }) => text));
    expect(formats.map(([prefix]) => prefix)).to.eql(['oai_dc', 'marcxml', 'lom', 'oai_openaire']);
    for (const [prefix, schema, namespace] of formats) {
      const { root: record } = await ask([['verb', 'GetRecord'], ['metadataPrefix', prefix!], ['identifier', id('Toán 6')]]);
      const [metadata] = one(record, 'metadata').children;
      expect(metadata!.namespace).to.equal(namespace);
      expect(metadata!.attributes['xsi:schemaLocation']).to.equal(`${namespace} ${schema}`);
    }
    expect((await ask(`verb=ListMetadataFormats&identifier=${id('Toán 6')}`)).code).to.equal(null);
    expect((await ask(`verb=ListMetadataFormats&identifier=${id('Trong ngành')}`)).code).to.equal('idDoesNotExist');
  });

  it('errors are those of section 3.6, and only badVerb and badArgument hide what was asked', async () => {
    const cases: [string, string][] = [
      ['', 'badVerb'],
      ['verb=Nothing', 'badVerb'],
      ['verb=identify', 'badVerb'],
      ['verb=Identify&verb=Identify', 'badVerb'],
      ['verb=Identify&metadataPrefix=oai_dc', 'badArgument'],
      ['verb=ListSets&set=a', 'badArgument'],
      ['verb=ListRecords', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc', 'badArgument'],
      ['verb=GetRecord&metadataPrefix=oai_dc', 'badArgument'],
      [`verb=GetRecord&identifier=${id('Toán 6')}`, 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2026', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00:00', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00:00.5Z', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-01T00:00:00Z', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01', 'badArgument'],
      ['verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x', 'badArgument'],
      ['verb=ListRecords&resumptionToken=x', 'badResumptionToken'],
      ['verb=ListRecords&resumptionToken=W10', 'badResumptionToken'],
      ['verb=ListSets&resumptionToken=x', 'badResumptionToken'],
      ['verb=ListRecords&metadataPrefix=none', 'cannotDisseminateFormat'],
      [`verb=GetRecord&metadataPrefix=none&identifier=${id('Toán 6')}`, 'cannotDisseminateFormat'],
      ['verb=GetRecord&metadataPrefix=oai_dc&identifier=x', 'idDoesNotExist'],
      ['verb=GetRecord&metadataPrefix=oai_dc&identifier=urn:uuid:01890000-0000-7000-8000-000000000000', 'idDoesNotExist'],
      ['verb=ListRecords&metadataPrefix=oai_dc&until=2000-01-01', 'noRecordsMatch'],
      ['verb=ListRecords&metadataPrefix=oai_dc&set=subject:NONE', 'noRecordsMatch'],
      ['verb=ListRecords&metadataPrefix=oai_dc&set=%25', 'noRecordsMatch'],
    ];
    for (const [query, code] of cases) {
      const said = await ask(query);
      expect(said.code, query).to.equal(code);
      expect(Object.keys(said.root.children[1]!.attributes).length > 0, query).to.equal(!/^bad(Verb|Argument)$/.test(code));
    }
  });

  it('whatever is asked is answered in the form of the protocol', async () => {
    const visitor = app.visitor();
    const names = fc.constantFrom('verb', 'metadataPrefix', 'from', 'until', 'set', 'identifier', 'resumptionToken', 'x');
    const values = fc.oneof(fc.constantFrom('ListRecords', 'Identify', 'oai_dc', 'subject', '2026-01-01', 'W251bGxd', 'WyJMaXN0UmVjb3JkcyIsIm9haV9kYyJd'), fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.toWellFormed()));
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(names, values), { maxLength: 5 }), async (query) => void (await ask(query, visitor))), { numRuns: 150 });
  });

  it('a record has its header, its datestamp, its sets; its metadata says what the catalogue does (2.5)', async () => {
    const { root } = await ask([['verb', 'GetRecord'], ['metadataPrefix', 'oai_dc'], ['identifier', id('Toán 6')]]);
    expect(texts(root, 'setSpec')).to.include.members(['subject:TOAN', 'grade:6', 'type:SGK']);
    const dc = one(root, 'dc');
    expect(texts(dc, 'title')).to.eql(['Toán 6: tập một & <hai>']);
    expect(texts(dc, 'creator')).to.eql(['Cung Thế Anh']);
    expect(texts(dc, 'contributor')).to.eql(['Hà Huy Khoái']);
    expect(texts(dc, 'subject')).to.include.members(['Toán', 'số tự nhiên']);
    expect(texts(dc, 'description')).to.include('Sách giáo khoa');
    expect(dc.children.every(({ namespace }) => namespace === 'http://purl.org/dc/elements/1.1/')).to.equal(true);
    const elements = 'contributor coverage creator date description format identifier language publisher relation rights source subject title type'.split(' ');
    for (const { name } of dc.children) expect(elements).to.include(name.replace('dc:', ''));
  });

  it('MARCXML: leader and fixed field of their lengths, fields in order', async () => {
    const { root } = await ask([['verb', 'GetRecord'], ['metadataPrefix', 'marcxml'], ['identifier', id('Toán 6')]]);
    const record = one(root, 'metadata').children[0]!;
    expect(one(record, 'leader').text).to.have.length(24);
    const controls = Object.fromEntries(all(record, 'controlfield').map(({ attributes, text }) => [attributes['tag'], text]));
    expect(controls['008']).to.have.length(40);
    const tags = all(record, 'datafield').map(({ attributes }) => attributes['tag']!);
    expect(tags).to.eql([...tags].sort());
    expect(tags).to.include.members(['020', '100', '245', '264', '700']);
  });

  it('LOM: groups in the order of the standard, each value with its source', async () => {
    const { root } = await ask([['verb', 'GetRecord'], ['metadataPrefix', 'lom'], ['identifier', id('Toán 6')]]);
    const lom = one(root, 'lom');
    const order = 'general lifeCycle metaMetadata technical educational rights relation annotation classification'.split(' ');
    const places = lom.children.map(({ name }) => order.indexOf(name));
    expect(places).to.not.include(-1);
    expect(places).to.eql([...places].sort((a, b) => a - b));
    for (const value of all(lom, 'value')) expect(value.text).to.not.equal('');
    expect(all(lom, 'source').length).to.be.at.least(all(lom, 'value').length);
    expect(texts(one(lom, 'general'), 'string')).to.include('Toán 6: tập một & <hai>');
    expect(texts(lom, 'entity').every((card) => /^BEGIN:VCARD\nVERSION:3\.0\nFN:.+\nN:.*\nEND:VCARD$/.test(card))).to.equal(true);
  });

  it('OpenAIRE: what its guidelines demand of every record is there', async () => {
    const { root } = await ask([['verb', 'GetRecord'], ['metadataPrefix', 'oai_openaire'], ['identifier', id('Toán 6')]]);
    const resource = one(root, 'resource');
    for (const name of ['datacite:titles', 'datacite:creators', 'datacite:dates', 'oaire:resourceType', 'datacite:identifier', 'datacite:rights'])
      expect(resource.children.filter((child) => child.name === name), name).to.have.length(1);
    expect(one(resource, 'identifier').text).to.equal(`${one(root, 'request').text.replace('/oai', '')}/record/${made['Toán 6']!.id}`);
    expect(one(resource, 'rights').attributes['rightsURI']).to.match(/^http:\/\/purl\.org\/coar\/access_right\//);
  });

  it('shows what its scope allows: the public to all, the sector to staff with a token, a school and drafts to nobody', async () => {
    const open = ['Toán 6', 'Ngữ văn 6', 'Sẽ rút', 'Sẽ thu hẹp'].map(id);
    expect(await identifiers('')).to.have.members(open);
    expect(await identifiers('', await partner())).to.have.members([...open, id('Trong ngành')]);
    expect((await ask([['verb', 'GetRecord'], ['metadataPrefix', 'oai_dc'], ['identifier', id('Trong ngành')]])).code).to.equal('idDoesNotExist');
    expect((await ask([['verb', 'GetRecord'], ['metadataPrefix', 'oai_dc'], ['identifier', id('Trong ngành')]], await partner())).code).to.equal(null);
    expect((await ask([['verb', 'GetRecord'], ['metadataPrefix', 'oai_dc'], ['identifier', id('Trong trường')]], await partner())).code).to.equal('idDoesNotExist');
    const sets = async (who?: Visitor) => texts((await ask('verb=ListSets', who)).root, 'setSpec');
    expect(await sets()).to.not.include('grade:7');
    expect(await sets(await partner())).to.include('grade:7');
  });

  it('sets: each listed has a name, none twice, a branch holds all below it, and lists are of the set alone (2.6, 4.6)', async () => {
    const { root } = await ask('verb=ListSets');
    const specs = texts(root, 'setSpec');
    expect(new Set(specs).size).to.equal(specs.length);
    for (const spec of specs) {
      expect(spec).to.match(/^[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*$/);
      if (spec.includes(':')) expect(specs).to.include(spec.split(':')[0]);
    }
    expect(texts(root, 'setName')).to.include.members(['Toán', 'Môn học', 'Trường THCS Hoa Sen']);
    expect(await identifiers('&set=subject:NGU_VAN')).to.eql([id('Ngữ văn 6')]);
    expect(await identifiers('&set=grade:6')).to.have.members([id('Toán 6'), id('Ngữ văn 6')]);
    expect(await identifiers('&set=subject')).to.have.length(4);
    expect(await identifiers('&set=school')).to.have.length(4);
  });

  it('from and until are both included, by day and by second (2.7.1)', async () => {
    const { root } = await ask([['verb', 'GetRecord'], ['metadataPrefix', 'oai_dc'], ['identifier', id('Ngữ văn 6')]]);
    const stamp = one(root, 'datestamp').text;
    const at = (seconds: number): string => new Date(Date.parse(stamp) + seconds * 1000).toISOString().replace('.000', '');
    expect(await identifiers(`&from=${stamp}&until=${stamp}`)).to.include(id('Ngữ văn 6'));
    expect(await identifiers(`&from=${stamp.slice(0, 10)}&until=${stamp.slice(0, 10)}`)).to.include(id('Ngữ văn 6'));
    expect((await ask(`verb=ListIdentifiers&metadataPrefix=oai_dc&from=${at(3600)}`)).code).to.equal('noRecordsMatch');
    expect((await ask(`verb=ListIdentifiers&metadataPrefix=oai_dc&until=${at(-3600)}`)).code).to.equal('noRecordsMatch');
  });

  it('what was shown and is gone stays known as deleted, with a new datestamp; it may come back (2.5.1)', async () => {
    const before = one((await ask([['verb', 'GetRecord'], ['metadataPrefix', 'oai_dc'], ['identifier', id('Sẽ rút')]])).root, 'datestamp').text;
    const taken = await librarian.post(`/api/records/${made['Sẽ rút']!.id}/withdraw`, { version: made['Sẽ rút']!.version, reason: 'nhầm' });
    expect(taken.body.state, taken.text).to.equal('withdrawn');
    const narrowed = await librarian.ask('PATCH', `/api/records/${made['Sẽ thu hẹp']!.id}`, { version: made['Sẽ thu hẹp']!.version, scope: 'sector' });
    expect(narrowed.status, narrowed.text).to.equal(200);
    for (const name of ['Sẽ rút', 'Sẽ thu hẹp']) {
      const { root } = await ask([['verb', 'GetRecord'], ['metadataPrefix', 'oai_dc'], ['identifier', id(name)]]);
      expect(one(root, 'header').attributes).to.eql({ status: 'deleted' });
      expect(all(root, 'metadata')).to.eql([]);
      expect(one(root, 'datestamp').text >= before).to.equal(true);
    }
    const toPartner = (await ask([['verb', 'GetRecord'], ['metadataPrefix', 'oai_dc'], ['identifier', id('Sẽ thu hẹp')]], await partner())).root;
    expect(one(toPartner, 'header').attributes).to.eql({});
    expect(await identifiers('')).to.include.members([id('Sẽ rút'), id('Sẽ thu hẹp')]);
    await librarian.ask('PATCH', `/api/records/${made['Sẽ thu hẹp']!.id}`, { version: narrowed.body.version, scope: 'public' });
    expect(one((await ask([['verb', 'GetRecord'], ['metadataPrefix', 'oai_dc'], ['identifier', id('Sẽ thu hẹp')]])).root, 'header').attributes).to.eql({});
  });

  it('takes its arguments as a form too (3.1.1.2), and packs its answers for who can read that (3.1.3)', async () => {
    const answer = await fetch(`${app.url}/oai`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'verb=ListIdentifiers&metadataPrefix=oai_dc' });
    expect(texts(readXml(await answer.text()), 'identifier')).to.include(id('Toán 6'));
    expect((await fetch(`${app.url}/oai`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).status).to.equal(415);
    expect((await fetch(`${app.url}/oai`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a'.repeat(20_000) })).status).to.equal(413);
    const raw = (encoding: string) =>
      new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
        get(`${app.url}/oai?verb=Identify`, { headers: { 'accept-encoding': encoding } }, async (response) => {
          const pieces: Buffer[] = [];
          for await (const piece of response) pieces.push(piece as Buffer);
          resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(pieces) });
        }).on('error', reject);
      });
    const gzipped = await raw('gzip, deflate');
    expect(gzipped.encoding).to.equal('gzip');
    expect(readXml(gunzipSync(gzipped.bytes).toString('utf8')).name).to.equal('OAI-PMH');
    expect((await raw('identity')).encoding).to.equal(undefined);
  });
});
