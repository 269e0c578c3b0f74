import { expect } from 'chai';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { fillPublished } from '../../support/published-records.ts';
import { all, one, type Read, readXml, texts } from './oai-reading.ts';

const namespace = 'http://www.openarchives.org/OAI/2.0/';

/** What the repository validator of openarchives.org asks of a data provider before it registers it, each check a test. */
describe('OAI-PMH: the checks of the repository validator', () => {
  let app: TestApp;
  let records: string[];
  before(async () => {
    app = await openTestApp();
    records = await fillPublished(app.storage, { records: 1_050, seed: 5 });
  });
  after(() => app.close());

  const read = async (answer: Response): Promise<Read> => {
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('content-type')).to.match(/^text\/xml(;|$)/);
    const root = readXml(await answer.text());
    expect([root.name, root.namespace]).to.eql(['OAI-PMH', namespace]);
    return root;
  };
  const ask = async (query: string): Promise<Read> => read(await fetch(`${app.url}/oai?${query}`));
  const codeOf = (root: Read): string => one(root, 'error').attributes['code']!;
  const identify = async (): Promise<Record<string, string>> => Object.fromEntries(one(await ask('verb=Identify'), 'Identify').children.map(({ name, text }) => [name, text]));
  const sample = async () => {
    const [header] = all(await ask('verb=ListIdentifiers&metadataPrefix=oai_dc'), 'header');
    return { identifier: texts(header!, 'identifier')[0]!, datestamp: texts(header!, 'datestamp')[0]! };
  };

  it('Identify: the base address that was asked, an address of mail, an earliest datestamp of the granularity that is named', async () => {
    const said = await identify();
    expect(said['baseURL']).to.match(/\/oai$/);
    expect(said['adminEmail']).to.match(/^[^\s@]+@[^\s@]+$/);
    expect(said['protocolVersion']).to.equal('2.0');
    expect(said['granularity']).to.equal('YYYY-MM-DDThh:mm:ssZ');
    expect(said['earliestDatestamp']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(said['deletedRecord']).to.be.oneOf(['no', 'persistent', 'transient']);
  });

  it('the earliest datestamp is that of no record too late, and nothing is older', async () => {
    const { earliestDatestamp } = await identify();
    const before = new Date(Date.parse(earliestDatestamp!) - 1_000).toISOString().replace('.000', '');
    expect(codeOf(await ask(`verb=ListRecords&metadataPrefix=oai_dc&until=${before}`))).to.equal('noRecordsMatch');
    expect(all(await ask(`verb=ListIdentifiers&metadataPrefix=oai_dc&until=${earliestDatestamp}`), 'header')).to.have.length.above(0);
  });

  it('ListMetadataFormats has oai_dc with its namespace and its schema', async () => {
    const formats = all(await ask('verb=ListMetadataFormats'), 'metadataFormat').map((format) => Object.fromEntries(format.children.map(({ name, text }) => [name, text])));
    expect(formats.find(({ metadataPrefix }) => metadataPrefix === 'oai_dc')).to.eql({
      metadataPrefix: 'oai_dc',
      schema: 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
      metadataNamespace: 'http://www.openarchives.org/OAI/2.0/oai_dc/',
    });
  });

  it('GetRecord gives the record that was asked for, as its header stood in the list', async () => {
    const { identifier, datestamp } = await sample();
    const header = one(await ask(`verb=GetRecord&metadataPrefix=oai_dc&identifier=${identifier}`), 'header');
    expect([texts(header, 'identifier'), texts(header, 'datestamp')]).to.eql([[identifier], [datestamp]]);
  });

  it('a list from and until a record’s datestamp has it, and every datestamp in it lies within', async () => {
    const { identifier, datestamp } = await sample();
    for (const day of [false, true]) {
      const at = day ? datestamp.slice(0, 10) : datestamp;
      const root = await ask(`verb=ListRecords&metadataPrefix=oai_dc&from=${at}&until=${at}`);
      expect(all(root, 'header').map((header) => texts(header, 'identifier')[0])).to.include(identifier);
      for (const stamp of texts(root, 'datestamp')) expect(stamp.slice(0, at.length)).to.equal(at);
    }
  });

  it('resumption tokens lead through the whole list, and one that is used again gives the same', async () => {
    const told: string[] = [];
    for (let query = 'metadataPrefix=oai_dc'; query !== ''; ) {
      const root = await ask(`verb=ListRecords&${query}`);
      expect(texts(await ask(`verb=ListRecords&${query}`), 'identifier')).to.eql(texts(root, 'identifier'));
      told.push(...all(root, 'header').map((header) => texts(header, 'identifier')[0]!));
      const token = one(root, 'resumptionToken');
      expect(token.attributes['completeListSize']).to.equal('1050');
      query = token.text && `resumptionToken=${encodeURIComponent(token.text)}`;
    }
    expect(told).to.eql(records.map((id) => `urn:uuid:${id}`));
  });

  it('refuses what is wrong with the error that fits', async () => {
    const { identifier } = await sample();
    const cases: [string, string[]][] = [
      ['', ['badVerb']],
      ['verb=IllegalVerb', ['badVerb']],
      ['verb=Identify&verb=Identify', ['badVerb', 'badArgument']],
      ['verb=Identify&test=test', ['badArgument']],
      ['verb=ListMetadataFormats&identifier=really_wrong_verb', ['idDoesNotExist']],
      ['verb=GetRecord', ['badArgument']],
      ['verb=GetRecord&metadataPrefix=oai_dc', ['badArgument']],
      [`verb=GetRecord&identifier=${identifier}`, ['badArgument']],
      [`verb=GetRecord&identifier=${identifier}&metadataPrefix=really_wrong_verb`, ['cannotDisseminateFormat']],
      ['verb=GetRecord&metadataPrefix=oai_dc&identifier=invalid%22id', ['idDoesNotExist', 'badArgument']],
      ['verb=ListIdentifiers&until=junk', ['badArgument']],
      ['verb=ListIdentifiers&from=junk', ['badArgument']],
      ['verb=ListIdentifiers&resumptionToken=junk&until=2000-02-05', ['badArgument', 'badResumptionToken']],
      ['verb=ListRecords', ['badArgument']],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=junk', ['badArgument']],
      ['verb=ListRecords&metadataPrefix=oai_dc&until=junk', ['badArgument']],
      ['verb=ListRecords&resumptionToken=junk', ['badResumptionToken']],
      ['verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=junk&until=1990-01-10', ['badArgument', 'badResumptionToken']],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2002-02-05&until=2002-02-06T05:35:00Z', ['badArgument']],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2002-02-05T00:00Z', ['badArgument']],
      ['verb=ListRecords&metadataPrefix=oai_dc&from=2001-02-01&until=2000-02-01', ['badArgument']],
      [`verb=ListRecords&metadataPrefix=oai_dc&from=${new Date().getUTCFullYear() + 2}-01-01`, ['noRecordsMatch']],
      ['verb=ListRecords&metadataPrefix=oai_dc&set=really_wrong_set', ['noRecordsMatch', 'badArgument']],
      ['verb=ListSets&resumptionToken=junk', ['badResumptionToken']],
    ];
    for (const [query, codes] of cases) expect(codeOf(await ask(query)), query).to.be.oneOf(codes);
  });

  it('takes Identify and GetRecord as forms', async () => {
    const { identifier } = await sample();
    const post = async (body: string) => read(await fetch(`${app.url}/oai`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body }));
    expect(all(await post('verb=Identify'), 'Identify')).to.have.length(1);
    expect(texts(one(await post(`verb=GetRecord&metadataPrefix=oai_dc&identifier=${encodeURIComponent(identifier)}`), 'header'), 'identifier')).to.eql([identifier]);
  });
});
