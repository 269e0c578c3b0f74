import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openTestApp, type TestApp, type Visitor } from '../../support/app.ts';
import { type SmallDisk, smallDisk } from '../../support/small-disk.ts';
import { until } from '../../support/temporary.ts';
import { makePdf } from '../../fixtures/make-documents.ts';
import { created, tus, upload } from './tus-client.ts';

const megabyte = 1024 * 1024;

describe('a full disk', () => {
  let app: TestApp;
  let teacher: Visitor;
  let disk: SmallDisk;

  const open = async function (this: Mocha.Context, name: 'objects' | 'uploads', megabytes: number) {
    app = await openTestApp();
    teacher = await app.as('teacher');
    disk = await smallDisk(this, join(app.folder, name), megabytes);
    if (name === 'objects') await mkdir(join(app.folder, name, '.incoming'));
  };
  afterEach(async () => {
    disk?.end();
    await app.close();
  });

  const drafts = async (): Promise<number> => (await teacher.get('/api/records?list=drafts')).body.total;
  const stored = async (): Promise<string[]> => (await readdir(join(app.folder, 'objects'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && entry.name !== '.filler').map((entry) => entry.name);

  it('an upload that cannot fit is refused before its first byte, and a small one goes in', async function () {
    await open.call(this, 'objects', 2);
    const refused = await tus.create(teacher, 3 * megabyte, { filename: 'to.bin' });
    expect(refused.body).to.include({ status: 507, code: 'storage-full' });
    expect((await upload(teacher, randomBytes(megabyte / 4), { filename: 'nhỏ.bin' })).state).to.equal('accepted');
  });

  it('no room in the store: 507, nothing half stored; what waits goes in when there is room, and others are not held up', async function () {
    await open.call(this, 'objects', 2);
    const bytes = randomBytes(megabyte);
    const address = await created(teacher, bytes.length, { filename: 'sách.bin' });
    await disk.fill();
    const refused = await tus.patch(teacher, address, 0, bytes);
    expect(refused.body).to.include({ status: 507, code: 'storage-full' });
    expect(refused.headers.get('content-type')).to.match(/^application\/problem\+json/);
    expect((await teacher.get(`${address}/outcome`)).body.code).to.equal('storage-full');
    expect(await stored()).to.deep.equal([]);
    expect(await drafts()).to.equal(0);
    await disk.free();
    expect((await tus.head(teacher, address)).headers.get('upload-offset')).to.equal(String(bytes.length));
    expect((await tus.outcome(teacher, address)).state).to.equal('accepted');
    expect((await upload(teacher, randomBytes(100), { filename: 'khác.bin' })).state).to.equal('accepted');
    expect(await drafts()).to.equal(2);
  });

  it('no room where uploads wait: 507 to the browser that sends, and the upload goes on where it stopped', async function () {
    await open.call(this, 'uploads', 2);
    const bytes = randomBytes(6 * megabyte);
    const address = await created(teacher, bytes.length, { filename: 'sách.bin' });
    const small = await created(teacher, 5, { filename: 'nhỏ.txt' });
    const refused = await tus.patch(teacher, address, 0, bytes);
    expect(refused.body).to.include({ status: 507, code: 'storage-full' });
    expect((await tus.outcome(teacher, address)).state).to.equal('receiving');
    expect(await drafts()).to.equal(0);
    const offset = Number((await tus.head(teacher, address)).headers.get('upload-offset'));
    expect(offset).to.be.within(megabyte / 2, 2 * megabyte);
    expect((await tus.end(teacher, address)).status).to.equal(204);
    await tus.patch(teacher, small, 0, Buffer.from('chín'));
    expect((await tus.outcome(teacher, small)).state).to.equal('accepted');
  });

  it('a book whose pages do not fit fails with a code, keeps its original, and is read when it is tried again', async function () {
    this.timeout(60_000);
    await open.call(this, 'objects', 6);
    const paragraph = 'Trăm năm trong cõi người ta, chữ tài chữ mệnh khéo là ghét nhau. Trải qua một cuộc bể dâu, những điều trông thấy mà đau đớn lòng. ';
    const pages = [1, 2, 3].map((number) => ({ paragraph: `${number}. ${paragraph.repeat(4)}` }));
    const outcome = await upload(teacher, await makePdf(pages), { filename: 'sách.pdf' });
    expect(outcome.state).to.equal('accepted');
    await disk.fill();
    app.work();
    const file = async () => (await teacher.get(`/api/files/${outcome.fileId}`)).body;
    const failed = await until('it fails', async () => ['failed', 'ready', 'stopped'].includes((await file()).state) && file(), 30);
    expect(failed).to.include({ state: 'failed', code: 'storage-full' });
    expect(failed.abilities.retry).to.equal(true);
    expect((await teacher.get(`/api/files/${outcome.fileId}/original`)).status).to.equal(200);
    await disk.free();
    expect((await teacher.post(`/api/files/${outcome.fileId}/retry`)).body.state).to.equal('waiting');
    const ready = await until('it is read', async () => (await file()).state === 'ready' && file(), 30);
    expect(ready).to.include({ pageCount: 3, readablePages: 3, code: null });
  });
});
