import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { watchInbox } from '../../../server/files/inbox.ts';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { temporaryFolder, until } from '../../support/temporary.ts';
import { upload } from '../files/tus-client.ts';

interface Line {
  msg: string;
  requestId?: string;
  jobId?: string;
  kind?: string;
  route?: string;
}

describe('the log', function () {
  this.timeout(60_000);
  let app: TestApp;
  let teacher: Visitor;
  const lines = (): Line[] => app.logged.map((line) => JSON.parse(line) as Line);
  beforeEach(async () => {
    app = await openTestApp({ logLevel: 'debug', environment: { TRUST_PROXY: '1' } });
    teacher = await app.as('teacher');
  });
  afterEach(() => app.close());

  it('of a whole journey tells what was done for which request and job, and nothing of who asked for what', async () => {
    const librarian = await app.as('librarian');
    const name = 'Chuyện riêng của bạn Khuê.txt';
    app.work();
    const outcome = await upload(teacher, Buffer.from('Chuyện riêng của bạn Khuê\n\nVầng trăng vằng vặc giữa trời, đinh ninh hai miệng một lời song song.\n'), { filename: name });
    expect(outcome.state).to.equal('accepted');
    await until('the file is read', async () => (await librarian.get(`/api/files/${outcome.fileId}`)).body.state === 'ready', 40);
    const guest = app.visitor();
    const query = encodeURIComponent('vang trang vang vac');
    await until('the draft is found', async () => (await librarian.get(`/api/search?q=${query}`)).body.total === 1);
    const record = (await librarian.get(`/api/records/${outcome.recordId}`)).body;
    await librarian.ask('PATCH', `/api/records/${record.id}`, { version: record.version, description: { title: 'Hai miệng một lời' }, scope: 'public', licence: 'CC-BY-4.0' });
    const edited = (await librarian.get(`/api/records/${record.id}`)).body;
    expect((await librarian.post(`/api/records/${record.id}/publish`, { version: edited.version })).status).to.equal(200);
    for (const path of [
      `/api/search?q=${query}`,
      `/api/records/${record.id}`,
      `/api/files/${outcome.fileId}/book`,
      `/api/files/${outcome.fileId}/pages/1/text`,
      `/api/files/${outcome.fileId}/search?q=${query}`,
      `/api/files/${outcome.fileId}/original`,
      `/iiif/${outcome.fileId}/manifest`,
      `/iiif/${outcome.fileId}/search?q=${query}`,
      `/api/search?q=${query}&page=0`,
      `/nowhere/vang-trang?q=${query}`,
      `/api/vang-trang/${query}`,
    ])
      await guest.get(path);
    expect((await guest.post('/api/session', { username: 'khue.nguyen', password: 'sai-mat-khau-cua-khue' })).status).to.equal(401);
    const { search } = app.search;
    app.search.search = () => Promise.reject(new Error('a fault of ours'));
    expect((await guest.get(`/api/search?q=${query}`)).status).to.equal(500);
    app.search.search = search;

    const all = app.logged.join('\n');
    expect(app.logged.length).to.be.above(25);
    const people = [teacher, librarian].flatMap((visitor) => [visitor.session!.person!.id, visitor.session!.csrf!]);
    for (const secret of ['trăng', 'trang vang', 'vang-trang', '%20vang', 'Khuê', 'khue', 'riêng', 'Hai miệng', '127.0.0.1', ...people]) expect(all.includes(secret), secret).to.equal(false);
    for (const line of lines()) {
      if (line.msg === 'request') expect(line.requestId, JSON.stringify(line)).to.match(/^[0-9a-f]{16}$/);
      if (line.jobId) expect(line.kind, JSON.stringify(line)).to.be.a('string');
    }
    // From the request that brought the last byte to the job that read the file.
    const patch = lines().find((line) => line.msg === 'request' && line.route === '/api/uploads' && lines().some((job) => job.kind === 'ingest-file' && job.requestId === line.requestId));
    expect(patch, 'the upload whose id the reading of the file carries').to.not.equal(undefined);
  });

  it('takes over the id that a proxy in front gave, where there is one and the id is harmless', async () => {
    const idFor = async (own: TestApp, given: string): Promise<string | null> => (await own.visitor().get('/api/session', { 'x-request-id': given })).headers.get('x-request-id');
    expect(await idFor(app, 'abc-DEF_123')).to.equal('abc-DEF_123');
    await until('the line is written', () => lines().some(({ requestId }) => requestId === 'abc-DEF_123'));
    for (const harmful of ['short', '{"level":60}abcdefgh', 'a'.repeat(65), 'tìm gì đó ở đây'.normalize('NFD').replace(/[^ -~]/g, '?'), '-starts-with-a-dash']) expect(await idFor(app, harmful), harmful).to.match(/^[0-9a-f]{16}$/);
    const direct = await openTestApp();
    try {
      expect(await idFor(direct, 'abc-DEF_123'), 'nobody to trust').to.match(/^[0-9a-f]{16}$/);
    } finally {
      await direct.close();
    }
  });

  it('names no file of the watched folder, even one that cannot be read', async function () {
    const { path, remove } = await temporaryFolder();
    const logged: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
    const { metadata, objects } = app.storage;
    const put = objects.put.bind(objects);
    objects.put = () => Promise.reject(Object.assign(new Error("EIO: i/o error, read '/x/Nhật kí.pdf'"), { code: 'EIO', path: '/x/Nhật kí.pdf' }));
    await mkdir(join(path, 'inbox'));
    await writeFile(join(path, 'inbox', 'Nhật kí.pdf'), '%PDF-1.4');
    const inbox = watchInbox({ metadata, objects, folder: join(path, 'inbox'), log });
    try {
      await until('the fault is logged', () => logged.some((line) => line.includes('EIO')), 30);
      expect(logged.join('')).to.not.match(/Nh|\.pdf/);
    } finally {
      await inbox.stop();
      objects.put = put;
      await remove();
    }
  });
});
