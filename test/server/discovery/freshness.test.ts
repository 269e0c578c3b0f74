import { expect } from 'chai';
import { enqueue } from '../../../server/jobs/queue.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { until } from '../../support/temporary.ts';

describe('how soon a search knows', () => {
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    app.work();
  });
  after(() => app.close());

  const find = async (q: string) => (await app.visitor().get(`/api/search?q=${encodeURIComponent(q)}`)).body;
  const act = async (record: { id: string; version: number }, name: string, more = {}) => (await librarian.post(`/api/records/${record.id}/${name}`, { version: record.version, ...more })).body;

  it('what is published, edited, withdrawn or published again is found, or not found, within a second', async () => {
    const timed: Record<string, number> = {};
    const within = async (what: string, look: () => Promise<boolean>): Promise<void> => {
      const started = performance.now();
      await until(what, look, 5);
      timed[what] = Math.round(performance.now() - started);
    };
    let record = (await librarian.post('/api/records', { title: 'Lá cờ thêu sáu chữ vàng', licence: 'CC-BY-4.0', scope: 'public' })).body;
    record = await act(record, 'publish');
    await within('published', async () => (await find('la co theu')).total === 1);
    record = (await librarian.ask('PATCH', `/api/records/${record.id}`, { version: record.version, description: { title: 'Hoài Văn hầu' } })).body;
    await within('edited', async () => (await find('hoai van hau')).total === 1 && (await find('la co theu')).total === 0);
    record = await act(record, 'withdraw', { reason: 'x' });
    await within('withdrawn', async () => (await find('hoai van hau')).total === 0);
    record = await act(record, 'publish');
    await within('published again', async () => (await find('hoai van hau')).total === 1);
    await act(record, 'unpublish');
    await within('a draft again', async () => (await find('hoai van hau')).total === 0);
    expect((await librarian.get('/api/search?q=hoai van hau')).body.total, 'its keeper finds the draft').to.equal(1);
    for (const [what, ms] of Object.entries(timed)) expect(ms, `${what}: ms`).to.be.at.most(1000);
  });

  it('while the index is built anew every question is answered from a whole one', async () => {
    for (let at = 0; at < 25; at++) {
      const record = (await librarian.post('/api/records', { title: `Tuyển tập tục ngữ ${at}`, licence: 'CC-BY-4.0', scope: 'public' })).body;
      await act(record, 'publish');
    }
    await until('all are found', async () => (await find('tuc ngu')).total === 25, 20);
    const { queries } = app.storage.metadata;
    const reindexing = async () => (await queries.selectFrom('jobs').select('state').where('kind', '=', 'reindex').execute()).some((job) => job.state !== 'done');
    let asked = 0;
    for (let round = 0; round < 3; round++) {
      await enqueue(queries, { kind: 'reindex' });
      await until('it is done', async () => {
        const answer = await app.visitor().get('/api/search?q=tuc%20ngu&size=50');
        expect([answer.status, answer.body.total, answer.body.records.length]).to.deep.equal([200, 25, 25]);
        asked++;
        return !(await reindexing());
      });
    }
    expect(asked).to.be.greaterThan(5);
  });
});
