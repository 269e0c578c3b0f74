import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { fillHarvestItems } from '../../../server/catalogue/harvest-filling.ts';
import { removeSetting } from '../../../storage/metadata/organisations.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { all, readXml, texts } from './oai-reading.ts';

const records = 2_300;

/** Lists of many answers: what came before the harvest items, and what happens while somebody reads. */
describe('OAI-PMH: long lists', function () {
  this.timeout(60_000);
  let app: TestApp;
  let librarian: Visitor;
  const ids: string[] = [];

  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    const { queries } = app.storage.metadata;
    const { id: school_id } = await queries.selectFrom('organisations').select('id').executeTakeFirstOrThrow();
    const now = new Date().toISOString();
    for (let at = 0; at < records; at++) ids.push(uuid());
    for (let from = 0; from < records; from += 100) {
      const rows = ids.slice(from, from + 100).map((id, at) => ({
        ...{ id, school_id, state: 'published' as const, title: `Sách ${from + at}`, title_key: `${from + at}`, guessed_json: '[]' },
        description_json: JSON.stringify({ title: `Sách ${from + at}`, subjects: ['TOAN'], grades: [], agents: [], languages: [], keywords: [], identifiers: [], aiGenerated: 'none' }),
        ...{ licence: 'CC-BY-4.0', scope: 'public' as const, created_by: null, created_at: now, updated_at: now, published_at: now },
      }));
      await queries.insertInto('records').values(rows).execute();
    }
  });
  after(() => app.close());

  const answer = async (query: string) => readXml((await app.visitor().get(`/oai?verb=${query}`)).text);
  const tokenOf = (root: ReturnType<typeof readXml>): string => texts(root, 'resumptionToken')[0] ?? '';

  async function* harvest(first: string): AsyncGenerator<string[]> {
    const verb = first.split('&')[0]!;
    let root = await answer(first);
    for (;;) {
      yield texts(root, 'identifier').filter((identifier) => identifier.startsWith('urn:'));
      const token = tokenOf(root);
      if (token === '') return;
      root = await answer(`${verb}&resumptionToken=${encodeURIComponent(token)}`);
    }
  }

  it('a library that is older than its harvest items gets them, by whichever processes start first', async () => {
    expect(all(await answer('ListRecords&metadataPrefix=oai_dc'), 'error')).to.have.length(1);
    const { metadata } = app.storage;
    await Promise.all([fillHarvestItems(metadata), fillHarvestItems(metadata)]);
    const told: string[] = [];
    for await (const some of harvest('ListIdentifiers&metadataPrefix=oai_dc')) told.push(...some);
    expect(told).to.eql(ids.map((id) => `urn:uuid:${id}`));
    const before = metadata.statements();
    await fillHarvestItems(metadata);
    expect(metadata.statements() - before).to.equal(1);
    await removeSetting(metadata.queries, 'harvest-items-filled');
  });

  it('every record is told once while records are changed, withdrawn and added', async () => {
    const told: string[] = [];
    let place = 0;
    for await (const some of harvest('ListRecords&metadataPrefix=oai_dc')) {
      told.push(...some);
      // Of those told already and of those still to come.
      for (const id of [ids[place]!, ids[records - 1 - place]!]) {
        const { body } = await librarian.get(`/api/records/${id}`);
        expect((await librarian.ask('PATCH', `/api/records/${id}`, { version: body.version, description: { abstract: `sửa ${place}` } })).status).to.equal(200);
      }
      const { body } = await librarian.get(`/api/records/${ids[records - 100 - place]!}`);
      await librarian.post(`/api/records/${body.id}/withdraw`, { version: body.version, reason: 'thử' });
      const made = (await librarian.post('/api/records', { title: `Mới ${place}`, licence: 'CC0-1.0', scope: 'public' })).body;
      await librarian.post(`/api/records/${made.id}/publish`, { version: made.version });
      place++;
    }
    expect(place).to.equal(5);
    expect(new Set(told).size).to.equal(told.length);
    expect(told).to.include.members(ids.map((id) => `urn:uuid:${id}`));
  });

  it('a token says how long the list is and where it stands, is empty at the end, and is the same whenever it is used', async () => {
    const first = await answer('ListRecords&metadataPrefix=marcxml');
    const token = tokenOf(first);
    const size = (root: typeof first) => all(root, 'resumptionToken')[0]!.attributes;
    expect(size(first)).to.include({ cursor: '0', completeListSize: String(records + 5) });
    const go = () => answer(`ListRecords&resumptionToken=${encodeURIComponent(token)}`);
    const [second, again] = [await go(), await go()];
    expect(size(second)['cursor']).to.equal('500');
    expect(texts(again, 'identifier')).to.eql(texts(second, 'identifier'));
    expect(all(second, 'leader')).to.have.length(500);
    let last = second;
    for (let next = tokenOf(last); next !== ''; next = tokenOf(last)) last = await answer(`ListRecords&resumptionToken=${encodeURIComponent(next)}`);
    expect(all(last, 'resumptionToken')).to.have.length(1);
    expect(size(last)['cursor']).to.equal('2000');
    expect(all(await answer(`ListIdentifiers&resumptionToken=${encodeURIComponent(token)}`), 'error')[0]!.attributes['code']).to.equal('badResumptionToken');
  });

  it('whoever goes away in the middle of an answer is no fault, and the next is answered', async () => {
    const url = `${app.url}/oai?verb=ListRecords&metadataPrefix=oai_dc`;
    for (let visit = 0; visit < 5; visit++) {
      const leaving = new AbortController();
      const gone = await fetch(url, { signal: leaving.signal });
      leaving.abort();
      expect(await gone.text().catch((error: Error) => error.name)).to.equal('AbortError');
    }
    expect((await fetch(url, { method: 'HEAD' })).status).to.equal(200);
    expect(all(await answer('ListRecords&metadataPrefix=oai_dc'), 'record')).to.have.length(500);
    expect(app.logged).to.eql([]);
  });

  it('what has changed since a moment is told with its deletions', async () => {
    const moment = new Date(Date.now() + 3_000).toISOString().replace(/\.\d+Z/, 'Z');
    const { body } = await librarian.get(`/api/records/${ids[20]!}`);
    const later = app.storage.metadata.queries.updateTable('harvest_items').set({ datestamp: '2999-01-01T00:00:00Z' }).where('record_id', 'in', [ids[20]!, ids[30]!]);
    await librarian.post(`/api/records/${body.id}/withdraw`, { version: body.version, reason: 'thử' });
    await later.execute();
    const root = await answer(`ListRecords&metadataPrefix=oai_dc&from=${moment}`);
    expect(all(root, 'header').map(({ attributes, children }) => [children[0]!.text, attributes['status']])).to.eql([
      [`urn:uuid:${ids[20]}`, 'deleted'],
      [`urn:uuid:${ids[30]}`, undefined],
    ]);
  });

  it('an answer costs the same number of statements however many records are in it', async () => {
    const cost = async (query: string): Promise<number> => {
      await answer(query);
      const before = app.storage.metadata.statements();
      await answer(query);
      return app.storage.metadata.statements() - before;
    };
    expect(await cost('ListRecords&metadataPrefix=oai_dc')).to.be.at.most(8);
    expect(await cost('ListRecords&metadataPrefix=oai_dc&from=2990-01-01')).to.be.at.most(8);
    expect(await cost(`GetRecord&metadataPrefix=oai_dc&identifier=urn:uuid:${ids[1]}`)).to.be.at.most(7);
  });
});
