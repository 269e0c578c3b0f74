import { expect } from 'chai';
import { openDraining } from '../../../server/operation/draining.ts';
import { partChecks } from '../../../server/operation/part-checks.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { until } from '../../support/temporary.ts';

const never = (): Promise<never> => new Promise(() => {});

describe('health', function () {
  this.timeout(30_000);
  let app: TestApp;
  beforeEach(async () => {
    app = await openTestApp();
  });
  afterEach(() => app.close());
  const status = async (path: string): Promise<number> => (await app.visitor().get(path)).status;

  it('a library that is well is live and ready, and says so in counts alone', async () => {
    const guest = app.visitor();
    expect((await guest.get('/api/health/live')).body).to.deep.equal({ status: 'live' });
    const ready = await guest.get('/api/health/ready');
    expect([ready.status, ready.body.status, Object.keys(ready.body.parts)]).to.deep.equal([200, 'ready', ['database', 'objects', 'search']]);
    const { body } = await guest.get('/api/health');
    expect(body.parts.database).to.deep.equal({ state: 'ok', fault: null, figures: { queued: 0, running: 0 } });
    expect(body.parts.worker).to.deep.equal({ state: 'degraded', fault: 'no-worker', figures: { alive: 0 } });
    expect(body.parts.disk.figures.freeBytes).to.be.above(0);
    app.work();
    await until('the worker is seen', async () => (await guest.get('/api/health')).body.parts.worker.figures.alive === 1);
  });

  it('a part that fails is named, and the process lives on', async () => {
    app.storage.objects.check = () => Promise.reject(new Error('secret/path is gone'));
    const answer = await app.visitor().get('/api/health');
    expect([answer.status, answer.body.status]).to.deep.equal([503, 'down']);
    expect(answer.body.parts.objects).to.deep.equal({ state: 'down', fault: 'unreachable', figures: {} });
    expect(answer.text).to.not.contain('secret');
    expect([await status('/api/health/ready'), await status('/api/health/live')]).to.deep.equal([503, 200]);
  });

  it('a part that hangs is told within its limit, is asked no second time, and comes back', async () => {
    let asked = 0;
    let answer: (result: { freeBytes: null }) => void = () => {};
    const { metadata, objects } = app.storage;
    objects.check = () => {
      asked++;
      return new Promise((resolve) => (answer = resolve));
    };
    const checks = partChecks({ metadata, objects, search: app.search, folder: app.folder }, 40);
    expect(await checks.objects()).to.deep.equal({ state: 'down', fault: 'no-answer', figures: {} });
    for (let n = 0; n < 20; n++) expect((await checks.objects()).fault).to.equal('no-answer');
    expect(asked).to.equal(1);
    expect((await checks.database()).state).to.equal('ok');
    answer({ freeBytes: null });
    objects.check = () => Promise.resolve({ freeBytes: null });
    await until('the part is asked again', async () => (await checks.objects()).state === 'ok');
  });

  it('answers while the database hangs, whatever cookie comes with the question', async () => {
    const librarian = await app.as('librarian');
    const { queries } = app.storage.metadata;
    const away = Object.assign(Object.create(queries) as typeof queries, { selectFrom: () => ({ select: () => ({ where: () => ({ groupBy: () => ({ execute: never }) }) }) }) });
    Object.defineProperty(app.storage.metadata, 'queries', { value: away, configurable: true });
    try {
      const started = performance.now();
      expect((await librarian.get('/api/health/live')).status).to.equal(200);
      expect(performance.now() - started).to.be.below(1000);
      const answer = await librarian.get('/api/health/ready');
      expect([answer.status, answer.body.parts.database.fault]).to.deep.equal([503, 'no-answer']);
      expect(performance.now() - started).to.be.below(5000);
    } finally {
      Object.defineProperty(app.storage.metadata, 'queries', { value: queries, configurable: true });
    }
  });

  it('is not ready before the search engine has answered once, and stays ready when it goes away later', async () => {
    const { state } = app.search;
    const down = (): ReturnType<typeof state> => Promise.resolve({ state: 'down', records: 0, pages: 0, detail: null });
    app.search.state = down;
    expect(await status('/api/health/ready')).to.equal(503);
    app.search.state = state;
    expect(await status('/api/health/ready')).to.equal(200);
    app.search.state = down;
    const answer = await app.visitor().get('/api/health/ready');
    expect([answer.status, answer.body.parts.search.state]).to.deep.equal([200, 'down']);
  });

  it('a process that stops says so first, and goes on serving what still comes until the proxy knows', async () => {
    const guest = app.visitor();
    // A proxy that asks regularly.
    for (let n = 0; n < 3; n++) {
      expect(await status('/api/health/ready')).to.equal(200);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    let ended = false;
    const drained = app.app.drain().then(() => (ended = true));
    const ready = await guest.get('/api/health/ready');
    expect([ready.status, ready.body]).to.deep.equal([503, { status: 'draining', parts: {} }]);
    const records = await guest.get('/api/records');
    expect([records.status, records.headers.get('connection')]).to.deep.equal([200, 'close']);
    expect(await status('/api/health/live')).to.equal(200);
    expect(ended, 'before the requests that were on their way').to.equal(false);
    await drained;
  });

  it('waits for nobody where no proxy asks, and not for long where one asks no more', async () => {
    const timeToEnd = async (draining: ReturnType<typeof openDraining>): Promise<number> => {
      const started = performance.now();
      await draining.begin();
      return performance.now() - started;
    };
    expect(await timeToEnd(openDraining())).to.be.below(100);
    const once = openDraining();
    once.asked();
    expect(await timeToEnd(once), 'a person who looked once').to.be.below(100);
    const regular = openDraining({ patienceMs: 150, onTheWayMs: 10 });
    regular.asked();
    await new Promise((resolve) => setTimeout(resolve, 100));
    regular.asked();
    expect(await timeToEnd(regular)).to.be.within(140, 2000);
    const seldom = openDraining({ patienceMs: 50, onTheWayMs: 10_000 });
    seldom.asked();
    await new Promise((resolve) => setTimeout(resolve, 100));
    seldom.asked();
    expect(await timeToEnd(seldom), 'who would not come in time').to.be.below(100);
  });
});
