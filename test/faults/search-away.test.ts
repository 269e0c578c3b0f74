import { expect } from 'chai';
import { pino } from 'pino';
import { readConfig } from '../../server/config.ts';
import { noTools } from '../../server/ingest/tools.ts';
import { jobHandler, lanesFor } from '../../server/job-handling.ts';
import { type Loop, startLoop } from '../../server/jobs/loop.ts';
import { type SearchIndex, SearchUnavailable } from '../../search/search-index.ts';
import { openTestApp, type TestApp, type Visitor } from '../support/app.ts';
import { until } from '../support/temporary.ts';

const records = 60;

describe('search is away during publishing', function () {
  this.timeout(60_000);
  let app: TestApp;
  let librarian: Visitor;
  let loop: Loop;
  let away = false;
  let puts: number[] = [];
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    // The real index over a line that can be cut.
    const over: SearchIndex = {
      put: async (documents) => {
        if (away) throw new SearchUnavailable('down');
        puts.push(documents.length);
        await app.search.put(documents);
      },
      remove: (ids) => (away ? Promise.reject(new SearchUnavailable('down')) : app.search.remove(ids)),
      search: (query) => app.search.search(query),
      searchInside: (query) => app.search.searchInside(query),
      held: (words) => app.search.held(words),
      suggest: (query) => app.search.suggest(query),
      rebuild: () => (away ? Promise.reject(new SearchUnavailable('down')) : app.search.rebuild()),
      state: () => app.search.state(),
      close: async () => {},
    };
    const config = readConfig({ DATA_DIR: app.folder });
    loop = startLoop(app.storage.metadata, lanesFor(config), jobHandler({ config, storage: app.storage, search: over, tools: noTools }), pino({ level: 'silent' }));
  });
  after(async () => {
    await loop?.stop();
    await app?.close();
  });

  /** Of a record that is published while its creation is being indexed there are two, of which one is passed over. */
  const jobs = () => app.storage.metadata.queries.selectFrom('jobs').selectAll().where('kind', '=', 'index-record').where('state', 'in', ['queued', 'running']).execute();

  it('publishing succeeds, nothing fails however long it lasts, and the index catches up, many records at a time', async () => {
    away = true;
    const ids: string[] = [];
    for (let at = 0; at < records; at++) {
      const made = (await librarian.post('/api/records', { title: `Sách vắng ${at}`, licence: 'CC-BY-4.0', scope: 'public' })).body;
      expect((await librarian.post(`/api/records/${made.id}/publish`, { version: made.version })).body.state).to.equal('published');
      ids.push(made.id);
    }
    const hurry = () => app.storage.metadata.queries.updateTable('jobs').set({ run_after: new Date().toISOString() }).where('state', '=', 'queued').execute();
    for (let hour = 0; hour < 6; hour++) {
      await hurry();
      await until('all were tried and wait', async () => (await jobs()).every((job) => job.state === 'queued' && job.run_after > new Date().toISOString()));
    }
    expect((await jobs()).map((job) => job.attempts)).to.deep.equal(Array(records).fill(0));
    away = false;
    puts = [];
    await hurry();
    await until('all are found', async () => (await app.visitor().get('/api/search?q=sach%20vang&size=100')).body.total === records);
    expect((await app.visitor().get('/api/search?q=sach%20vang&size=100')).body.records.map((one: { id: string }) => one.id)).to.have.members(ids);
    expect(puts, 'written together').to.deep.equal([50, 10]);
    await until('every job has ended', async () => (await jobs()).length === 0);
    const ended = await app.storage.metadata.queries.selectFrom('jobs').select('state').distinct().where('kind', '=', 'index-record').execute();
    expect(ended.map(({ state }) => state)).to.include('done').and.not.include('failed');
  });
});
