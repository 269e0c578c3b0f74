import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { expect } from 'chai';
import { putAllowedHosts } from '../../server/outbound/allowed-hosts.ts';
import { openTestApp, type TestApp, type Visitor } from '../support/app.ts';
import { projectRoot } from '../support/source-files.ts';
import { until } from '../support/temporary.ts';
import { pythonWith } from './python-packages.ts';

const records = 2_000;
const batch = 150;

interface Kept {
  id: string;
  title: string;
  creators: string[];
  set: string;
  deleted: boolean;
  at: string;
}

/** Python's pyoai, which knows nothing of us, is a repository that we harvest; it answers in a process of its own. */
describe('we harvest a repository by pyoai', function () {
  this.timeout(240_000);
  let app: TestApp;
  let librarian: Visitor;
  let repository: ChildProcessByStdio<Writable, Readable, null>;
  let lines: Interface;
  let address: string;

  before(async function () {
    const python = await pythonWith(this, ['pyoai==2.5.0']);
    repository = spawn(python, [join(projectRoot, 'test', 'peers', 'provide_by_pyoai.py'), String(batch)], { stdio: ['pipe', 'pipe', 'inherit'] });
    lines = createInterface({ input: repository.stdout });
    const { port } = JSON.parse(String((await once(lines, 'line'))[0])) as { port: number };
    address = `http://127.0.0.1:${port}/oai`;
    app = await openTestApp();
    await putAllowedHosts(app.storage.metadata.queries, [`127.0.0.1:${port}`]);
    librarian = await app.as('librarian');
    app.work();
  });
  after(async () => {
    await app?.close();
    if (!repository) return;
    repository.stdin.end();
    if (repository.exitCode === null) await once(repository, 'exit');
  });

  async function keep(some: Kept[]): Promise<void> {
    const heard = once(lines, 'line');
    repository.stdin.write(`${JSON.stringify(some)}\n`);
    await heard;
  }
  const stamp = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().replace('.000', '');
  const now = (): string => new Date().toISOString().replace(/\.\d+/, '');
  const book = (at: number, more: Partial<Kept> = {}): Kept => ({ id: `oai:pyoai:${at}`, title: `Đếm số thứ ${at} & “ngoặc” <kép>`, creators: ['Nguyễn Thị Ánh'], set: at % 4 === 0 ? 'tap-chi' : 'sach', deleted: at % 50 === 7, at: stamp(at >> 3), ...more });
  async function run(id: string) {
    await librarian.post(`/api/harvest/sources/${id}/run`, { whole: false });
    return until('the run has ended', async () => {
      const source = (await librarian.get(`/api/harvest/sources/${id}`)).body;
      return source.run.state === 'running' ? null : source;
    }, 120);
  }
  const add = async (set: string | null): Promise<string> => {
    const made = await librarian.post('/api/harvest/sources', { address, set, format: 'oai_dc', scope: 'public', schedule: 'hand' });
    expect(made.status, made.text).to.equal(201);
    return made.body.id;
  };
  const rows = (sourceId: string) =>
    app.storage.metadata.queries.selectFrom('harvested_records').innerJoin('records', 'records.id', 'record_id').select(['identifier', 'title', 'state', 'description_json']).where('harvested_records.source_id', '=', sourceId).execute();

  let whole: string;

  it('is looked at, and every record of it comes once, by resumption tokens; what is deleted does not', async () => {
    await keep(Array.from({ length: records }, (_, at) => book(at)));
    const looked = await librarian.post('/api/harvest/look', { address });
    expect(looked.status, looked.text).to.equal(200);
    expect(looked.text).to.contain('Kho của pyoai').and.to.contain('Tạp chí');
    whole = await add(null);
    const source = await run(whole);
    expect(source.run, JSON.stringify(source.run)).to.include({ state: 'done', taken: (records * 49) / 50, aside: 0, pages: Math.ceil(records / batch) });
    const held = new Map((await rows(whole)).map((row) => [row.identifier, row]));
    expect(held.size).to.equal((records * 49) / 50);
    for (let at = 0; at < records; at++) expect(held.get(`oai:pyoai:${at}`)?.title, `record ${at}`).to.equal(at % 50 === 7 ? undefined : book(at).title);
    expect(JSON.parse(held.get('oai:pyoai:3')!.description_json)).to.deep.include({ agents: [{ name: 'Nguyễn Thị Ánh', role: 'aut' }], subjects: ['TOAN'], keywords: ['con quay gỗ'], languages: ['vi'] });
    await until('the last is found', async () => (await app.visitor().get(`/api/search?q=${encodeURIComponent('dem so thu 1999')}`)).body.records.some(({ title }: { title: string }) => title === book(1999).title), 60);
  });

  it('what it changes, deletes and adds follows with the next look, and the rest is not asked for', async () => {
    await keep([book(1, { title: 'Đã đổi tên', at: now() }), book(2, { deleted: true, at: now() }), book(7, { deleted: false, at: now() }), book(records, { at: now() })]);
    const source = await run(whole);
    expect(source.run).to.include({ state: 'done', whole: false, taken: 3, deleted: 1, pages: 1 });
    const held = new Map((await rows(whole)).map((row) => [row.identifier, row]));
    expect(['1', '2', '7', String(records)].map((at) => [held.get(`oai:pyoai:${at}`)?.title, held.get(`oai:pyoai:${at}`)?.state])).to.eql([['Đã đổi tên', 'published'], [book(2).title, 'withdrawn'], [book(7).title, 'published'], [book(records).title, 'published']]);
    // noRecordsMatch is no fault: pyoai says so where nothing lies in a set since then.
    expect((await run(await add('tap-chi'))).run).to.include({ state: 'done' });
  });

  it('a set of it is what says that it is in it', async () => {
    const sources = (await librarian.get('/api/harvest/sources')).body.sources as { id: string; set: string | null }[];
    const { id } = sources.find(({ set }) => set === 'tap-chi')!;
    const identifiers = (await rows(id)).map(({ identifier }) => Number(identifier.split(':')[2]));
    const expected = Array.from({ length: records + 1 }, (_, at) => at).filter((at) => at % 4 === 0 && !book(at).deleted);
    expect(identifiers.sort((one, other) => one - other)).to.eql(expected);
  });
});
