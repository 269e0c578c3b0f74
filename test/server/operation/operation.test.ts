import { expect } from 'chai';
import { v7 as uuid } from 'uuid';
import { personRoles } from '../../../server/contract/person.ts';
import type { OperationView } from '../../../server/contract/operation.ts';
import { type Job, jobKey, job as jobSchema } from '../../../server/jobs/job-kinds.ts';
import { enqueue } from '../../../server/jobs/queue.ts';
import { jobFromKey } from '../../../server/operation/job-retrying.ts';
import { keepPresence } from '../../../server/operation/process-presence.ts';
import { putSetting } from '../../../storage/metadata/organisations.ts';
import { processesAlive } from '../../../storage/metadata/processes.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { givenServers } from '../../support/servers.ts';
import { until } from '../../support/temporary.ts';
import { fromSchool, schoolOf, settled, shelve, statementsOf } from '../catalogue/shelf.ts';

describe('the operation of the library', function () {
  this.timeout(40_000);
  let app: TestApp;
  let administrator: Visitor;
  beforeEach(async () => {
    app = await openTestApp();
    administrator = await app.as('administrator');
    await app.storage.metadata.queries.deleteFrom('jobs').execute();
  });
  afterEach(() => app.close());

  const view = async (): Promise<OperationView> => {
    const answer = await administrator.get('/api/operation');
    expect(answer.status, answer.text).to.equal(200);
    return answer.body as OperationView;
  };
  const lineOf = (seen: OperationView, kind: string) => seen.queue.find((line) => line.kind === kind)!;

  /** A job that has failed for good, as the loop leaves it; answers its id. */
  async function failed(job: Job, code = 'internal-error'): Promise<string> {
    const { queries } = app.storage.metadata;
    await enqueue(queries, job);
    const { id } = await queries.selectFrom('jobs').select('id').where('key', '=', jobKey(job)).orderBy('id', 'desc').executeTakeFirstOrThrow();
    await queries
      .updateTable('jobs')
      .set({ state: 'failed', outcome_json: JSON.stringify({ state: 'failed', code }), payload_json: '{}', ended_at: new Date().toISOString() })
      .where('id', '=', id)
      .execute();
    return id;
  }
  const queuedKeys = async (): Promise<string[]> =>
    (await app.storage.metadata.queries.selectFrom('jobs').select('key').where('state', '=', 'queued').execute()).map(({ key }) => key);

  it('is for administrators alone, every door of it', async () => {
    const id = await failed({ kind: 'sweep' });
    const doors: [string, string][] = [
      ['GET', '/api/operation'],
      ['POST', `/api/operation/failed/${id}/retry`],
      ['POST', '/api/operation/failed/retry'],
      ['POST', '/api/operation/reindex'],
    ];
    for (const [method, path] of doors) {
      const guest = await app.visitor().ask(method, path, method === 'POST' ? {} : undefined);
      expect([guest.status, guest.body.code], path).to.deep.equal([401, 'not-signed-in']);
      for (const role of personRoles.filter((one) => one !== 'administrator')) {
        const answer = await (await app.as(role)).ask(method, path, method === 'POST' ? {} : undefined);
        expect([answer.status, answer.body.code], `${role} ${path}`).to.deep.equal([403, 'not-allowed']);
      }
    }
    expect(await queuedKeys()).to.deep.equal([]);
    for (const [method, path] of doors) expect((await administrator.ask(method, path, method === 'POST' ? {} : undefined)).status, path).to.equal(200);
    for (const role of personRoles) expect((await (await app.as(role)).get('/api/session')).body.abilities.operate).to.equal(role === 'administrator');
  });

  it('counts what waits, runs and has failed, and says since when', async () => {
    const { queries } = app.storage.metadata;
    const { fileId } = await shelve(app, { school_id: schoolOf(administrator), title: 'Dế Mèn' }, ['một']);
    await queries.deleteFrom('jobs').execute();
    const before = new Date().toISOString();
    await enqueue(queries, { kind: 'ingest-file', fileId });
    await enqueue(queries, { kind: 'ingest-file', fileId: uuid() });
    await queries.updateTable('jobs').set({ state: 'running', attempts: 2 }).where('key', '=', `ingest-file:${fileId}`).execute();
    await queries
      .insertInto('file_steps')
      .values({ file_id: fileId, step: 'text', state: 'running', done: 12, total: 64, code: null, params_json: '{}', started_at: before, ended_at: null })
      .execute();
    await failed({ kind: 'index-record', recordId: uuid() }, 'search-unavailable');
    const seen = await view();
    const line = lineOf(seen, 'ingest-file');
    expect(line).to.include({ queued: 1, running: 1, failed: 0 });
    expect(line.oldestQueuedAt! >= before).to.equal(true);
    expect(lineOf(seen, 'index-record')).to.deep.equal({ kind: 'index-record', queued: 0, running: 0, failed: 1, oldestQueuedAt: null });
    expect(seen.queue.map(({ kind }) => kind)).to.have.members(jobSchema.options.map(({ shape }) => shape.kind.value));
    expect(seen.running).to.have.length(1);
    expect(seen.running[0]).to.deep.include({ attempts: 2, on: { recordId: seen.running[0]!.on!.recordId, title: 'Dế Mèn', file: 'sach.pdf' }, step: { step: 'text', done: 12, total: 64 } });
    expect(seen.failed.map(({ code, on }) => [code, on])).to.deep.equal([['search-unavailable', null]]);
    expect(seen.originals).to.deep.equal({ store: givenServers().objectStoreUrl ? 's3' : 'files', count: 1, bytes: 10 });
    expect(seen.disk!.totalBytes).to.be.above(seen.disk!.freeBytes);
    expect(seen.database.bytes).to.be.above(50_000);
    expect(seen.database.version).to.match(/^\d+\.\d+/);
  });

  it('tells of another school’s drafts that there are some, and nothing more', async () => {
    const other = await fromSchool(app, 'KHAC', 'librarian', 'nguoi-khac');
    const hidden = await shelve(app, { school_id: schoolOf(other), title: 'Bản thảo kín', state: 'draft', scope: 'school' }, ['một']);
    const open = await shelve(app, { school_id: schoolOf(other), title: 'Sách mở' }, ['một']);
    for (const { fileId } of [hidden, open]) await failed({ kind: 'ingest-file', fileId }, 'document-damaged');
    const answer = await administrator.get('/api/operation');
    expect(answer.text).to.not.contain('Bản thảo kín');
    expect((answer.body as OperationView).failed.map(({ on }) => on?.title ?? null)).to.have.members([null, 'Sách mở']);
  });

  it('tries one failed job again, once: its work is done and it leaves the list', async () => {
    const { id: recordId } = await shelve(app, { school_id: schoolOf(administrator), title: 'Lá cờ thêu sáu chữ vàng' });
    await app.storage.metadata.queries.deleteFrom('jobs').execute();
    const id = await failed({ kind: 'index-record', recordId });
    const path = `/api/operation/failed/${id}/retry`;
    expect((await administrator.post(path)).status).to.equal(200);
    expect((await view()).failed).to.deep.equal([]);
    expect(lineOf(await view(), 'index-record')).to.include({ queued: 1, failed: 0 });
    expect((await administrator.post(path)).status, 'a second time').to.equal(404);
    expect((await administrator.post(`/api/operation/failed/${uuid()}/retry`)).status).to.equal(404);
    app.work();
    await settled(app);
    expect((await app.visitor().get('/api/search?q=theu sau chu')).body.total).to.equal(1);
    const told = app.logged.filter((line) => line.includes('done by an administrator'));
    expect(told).to.have.length(1);
    expect(JSON.parse(told[0]!)).to.include({ act: 'retry', jobId: id, kind: 'index-record', by: administrator.session!.person!.id });
  });

  it('reads a failed file again as its own button does, without the password it had', async () => {
    const { queries } = app.storage.metadata;
    const { fileId } = await shelve(app, { school_id: schoolOf(administrator) }, ['một', 'hai']);
    await queries.updateTable('files').set({ state: 'failed', code: 'document-damaged' }).where('id', '=', fileId).execute();
    await queries.updateTable('pages').set({ state: 'failed' }).where('file_id', '=', fileId).where('number', '=', 2).execute();
    await queries.deleteFrom('jobs').execute();
    const id = await failed({ kind: 'ingest-file', fileId, password: 'bi-mat' }, 'document-damaged');
    expect((await administrator.post(`/api/operation/failed/${id}/retry`)).status).to.equal(200);
    const [job] = await queries.selectFrom('jobs').selectAll().where('state', '=', 'queued').execute();
    expect(JSON.parse(job!.payload_json)).to.deep.include({ kind: 'ingest-file', fileId }).and.to.not.have.property('password');
    const file = await queries.selectFrom('files').select(['state', 'code']).where('id', '=', fileId).executeTakeFirst();
    expect(file).to.deep.equal({ state: 'waiting', code: null });
    expect(await queries.selectFrom('pages').select('number').where('file_id', '=', fileId).execute()).to.deep.equal([{ number: 1 }]);
  });

  it('tries all of them again, however many, and leaves what is queued already', async () => {
    const jobs: Job[] = [
      ...Array.from({ length: 120 }, (): Job => ({ kind: 'index-record', recordId: uuid() })),
      { kind: 'sweep' },
      { kind: 'ingest-file', fileId: uuid() },
    ];
    for (const job of jobs) await failed(job);
    await failed({ kind: 'sweep' });
    await enqueue(app.storage.metadata.queries, jobs[0]!);
    expect((await view()).failed).to.have.length(50);
    expect(lineOf(await view(), 'index-record').failed).to.equal(119);
    expect((await administrator.post('/api/operation/failed/retry')).body).to.deep.equal({ queued: 121 });
    expect(await queuedKeys()).to.have.members(jobs.map(jobKey));
    expect((await view()).failed).to.deep.equal([]);
    expect((await administrator.post('/api/operation/failed/retry')).body).to.deep.equal({ queued: 0 });
  });

  it('a job that failed under a clock that was ahead leaves the list too', async () => {
    const { queries } = app.storage.metadata;
    const id = await failed({ kind: 'sweep' });
    const ahead = 'ffffffff-ffff-7000-8000-000000000000';
    await queries.updateTable('jobs').set({ id: ahead }).where('id', '=', id).execute();
    expect((await administrator.post('/api/operation/failed/retry')).body).to.deep.equal({ queued: 1 });
    expect((await view()).failed).to.deep.equal([]);
    expect((await administrator.post(`/api/operation/failed/${ahead}/retry`)).status).to.equal(404);
    expect(await queuedKeys()).to.deep.equal(['sweep:']);
  });

  it('a failed job of any kind can be made again from its kind and key', () => {
    for (const { shape } of jobSchema.options) {
      const kind = shape.kind.value;
      const job = jobSchema.parse({ kind, fileId: uuid(), recordId: uuid(), sourceId: uuid(), batchId: uuid(), copyId: uuid() });
      expect(jobFromKey(kind, jobKey(job)), kind).to.deep.equal(job);
    }
    expect(jobFromKey('of-a-later-version', 'of-a-later-version:x')).to.equal(null);
    expect(jobFromKey('ingest-file', 'ingest-file:../../etc')).to.equal(null);
  });

  it('builds the index anew once, whoever presses how often', async () => {
    await shelve(app, { school_id: schoolOf(administrator), title: 'Sông nước Cà Mau' });
    await app.storage.metadata.queries.deleteFrom('jobs').execute();
    expect((await view()).index).to.deep.equal({ engine: givenServers().searchUrl ? 'meilisearch' : 'embedded', state: 'empty', records: 0, pages: 0, rebuild: 'none' });
    for (let n = 0; n < 3; n++) expect((await administrator.post('/api/operation/reindex')).status).to.equal(200);
    expect(await queuedKeys()).to.deep.equal(['reindex:']);
    expect((await view()).index.rebuild).to.equal('queued');
    app.work();
    await settled(app);
    expect((await view()).index).to.include({ state: 'ok', records: 1, rebuild: 'none' });
  });

  it('shows who lives, and the last backup once there is one', async () => {
    const { metadata } = app.storage;
    const log = { error: () => expect.fail('no error was to be logged') };
    const web = keepPresence(metadata, { kind: 'web', version: '0.9.0' }, log as never);
    await until('the process is seen', async () => (await processesAlive(metadata.queries)).length === 1);
    let seen = await view();
    expect(seen.processes.map(({ kind, version }) => [kind, version])).to.deep.equal([['web', '0.9.0']]);
    expect(seen.backup).to.equal(null);
    await web.end();
    await putSetting(metadata.queries, 'last-backup', { at: '2026-11-24T09:05:00.000Z', to: '/sao-luu', objects: 3, bytes: 42 });
    seen = await view();
    expect(seen.processes).to.deep.equal([]);
    expect(seen.backup).to.deep.equal({ at: '2026-11-24T09:05:00.000Z', to: '/sao-luu', objects: 3, bytes: 42 });
    await putSetting(metadata.queries, 'last-backup', { at: 1 });
    expect((await view()).backup).to.equal(null);
  });

  it('asks as many questions for many jobs and records as for few', async () => {
    const some = async (count: number): Promise<number> => {
      for (let n = 0; n < count; n++) {
        const { id, fileId } = await shelve(app, { school_id: schoolOf(administrator) }, ['một']);
        await app.storage.metadata.queries.deleteFrom('jobs').where('state', '=', 'queued').execute();
        await failed({ kind: 'ingest-file', fileId });
        await failed({ kind: 'index-record', recordId: id });
      }
      return statementsOf(app, () => administrator.get('/api/operation'));
    };
    const few = await some(2);
    expect(await some(40)).to.equal(few);
    expect(few).to.be.at.most(11);
  });

  it('shows the rest while disk and index do not answer', async () => {
    app.search.state = () => Promise.reject(new Error('gone'));
    const { index, versions } = await view();
    expect(index.state).to.equal('down');
    expect(versions).to.deep.equal({ library: 'test', node: process.versions.node });
  });
});
