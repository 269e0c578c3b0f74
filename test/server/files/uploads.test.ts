import { expect } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { addPerson } from '../../../server/accounts/people-keeping.ts';
import { openTestApp, testPassword, type TestApp, type Visitor } from '../../support/app.ts';
import { givenServers } from '../../support/servers.ts';
import { until } from '../../support/temporary.ts';
import { leaveStaged, stagedIds } from './staged.ts';
import { created, metadataOf, tus, upload } from './tus-client.ts';

const inObjects = givenServers().objectStoreUrl !== null;

describe('uploads', () => {
  let app: TestApp;
  let teacher: Visitor;
  let librarian: Visitor;
  let cookie = '';

  before(async () => {
    app = await openTestApp({ environment: { UPLOAD_MAX_MB: '1' } });
    teacher = await app.as('teacher');
    librarian = await app.as('librarian');
    const signedIn = await app.visitor().signIn('teacher', testPassword);
    cookie = `${signedIn.headers.getSetCookie()[0]!.split(';')[0]}|${signedIn.body.csrf}`;
  });
  after(() => app.close());

  const fileOf = async (by: Visitor, id: string) => (await by.get(`/api/files/${id}`)).body;
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const staged = (): Promise<string[]> => stagedIds(app);

  it('arrive in pieces, go on after a lost connection, and become a draft with the very bytes', async () => {
    const bytes = randomBytes(300_000);
    const address = await created(teacher, bytes.length, { filename: 'Bài giảng.bin' });
    expect(address).to.match(/^\/api\/uploads\/[0-9a-f-]{36}$/);
    expect((await tus.patch(teacher, address, 0, bytes.subarray(0, 100_000))).headers.get('upload-offset')).to.equal('100000');
    expect(await tus.outcome(teacher, address)).to.include({ state: 'receiving', fileId: null });

    // A request that promises more than it sends and is cut: what arrived stays.
    const [value, csrf] = cookie.split('|') as [string, string];
    await new Promise<void>((resolve) => {
      const cut = request(`${app.url}${address}`, {
        method: 'PATCH',
        headers: { cookie: value, 'x-csrf-token': csrf, 'tus-resumable': '1.0.0', 'upload-offset': '100000', 'content-type': 'application/offset+octet-stream', 'content-length': '200000' },
      });
      cut.on('error', () => resolve());
      cut.on('close', () => resolve());
      // In an object store what came becomes a piece when the line is cut; in a folder it is there at once.
      const there = async (): Promise<boolean> => inObjects || (await stat(join(app.folder, 'uploads', address.slice(-36)))).size > 100_000;
      cut.write(bytes.subarray(100_000, 150_000), () => void until('some of it is on disk', there).finally(() => cut.destroy()));
    });
    const head = await until('the cut request has let go', async () => {
      const answer = await tus.head(teacher, address);
      return answer.status === 200 && answer;
    });
    const offset = Number(head.headers.get('upload-offset'));
    expect(offset).to.be.within(inObjects ? 100_000 : 100_001, 150_000);
    expect(head.headers.get('upload-length')).to.equal('300000');

    const last = await until('the rest goes on where it was cut', async () => {
      const from = Number((await tus.head(teacher, address)).headers.get('upload-offset'));
      const answer = await tus.patch(teacher, address, from, bytes.subarray(from));
      return answer.status === 204 && answer;
    });
    expect(last.headers.get('upload-offset')).to.equal('300000');
    const outcome = await tus.outcome(teacher, address);
    expect(outcome).to.include({ state: 'accepted', code: null });
    expect(await fileOf(teacher, outcome.fileId)).to.deep.include({ name: 'Bài giảng.bin', size: 300_000, sha256: sha256(bytes), revision: 1, state: 'waiting' });
    expect((await teacher.get(`/api/records/${outcome.recordId}`)).body).to.deep.include({ state: 'draft', guessed: ['title'] });
    const original = await fetch(`${app.url}/api/files/${outcome.fileId}/original`, { headers: { cookie: value } });
    expect(Buffer.from(await original.arrayBuffer()).equals(bytes)).to.equal(true);
    // An answer that was lost: asked again, the upload says that it is whole.
    expect((await tus.head(teacher, address)).headers.get('upload-offset')).to.equal('300000');
    expect(await staged()).to.deep.equal([]);
  });

  it('a piece at the wrong place is refused and changes nothing', async () => {
    const address = await created(teacher, 10, { filename: 'a.txt' });
    await tus.patch(teacher, address, 0, Buffer.from('0123'));
    for (const [offset, bytes] of [
      [0, '0123'],
      [5, '56789'],
    ] as const) {
      const refused = await tus.patch(teacher, address, offset, Buffer.from(bytes));
      expect(refused.body).to.include({ status: 409, code: 'upload-offset-wrong' });
      expect(refused.headers.get('content-type')).to.match(/^application\/problem\+json/);
    }
    expect((await tus.patch(teacher, address, 4, Buffer.from('4567890123'))).body).to.include({ status: 413, code: 'upload-too-large' });
    expect((await tus.head(teacher, address)).headers.get('upload-offset')).to.equal('4');
  });

  it('a name of 255 accented bytes, with folders and control characters around it, is kept as a name', async () => {
    const name = 'Đề thi.txt';
    const long = 'ấ'.repeat(84) + '.tx';
    expect(Buffer.byteLength(long)).to.equal(255);
    const outcome = await upload(teacher, Buffer.from('một'), { filename: `C:\\tài liệu\\..\\${long.normalize('NFD')}` });
    expect((await fileOf(teacher, outcome.fileId)).name).to.equal(long.normalize('NFC'));
    const disguised = await upload(teacher, Buffer.from('hai'), { filename: `../../etc/${name}\u0000\u202egpj.exe` });
    expect((await fileOf(teacher, disguised.fileId)).name).to.equal(`${name}gpj.exe`);
    const nothing = await upload(teacher, Buffer.from('ba'), { filename: '/' });
    expect((await fileOf(teacher, nothing.fileId)).name).to.equal('tep-khong-ten');
  });

  it('an empty file is refused with its name, and makes no record', async () => {
    const before = (await teacher.get('/api/records?list=drafts')).body.total;
    const outcome = await upload(teacher, new Uint8Array(), { filename: 'rỗng.pdf' });
    expect(outcome).to.deep.equal({ state: 'refused', code: 'file-empty', params: { name: 'rỗng.pdf' }, recordId: null, fileId: null });
    expect((await teacher.get('/api/records?list=drafts')).body.total).to.equal(before);
    for await (const object of app.storage.objects.list('originals/')) expect(object.size, 'an empty object is left').to.be.greaterThan(0);
  });

  it('what is too large is refused before a byte is sent', async () => {
    const refused = await tus.create(teacher, 1024 * 1024 + 1, { filename: 'to.pdf' });
    expect(refused.body).to.deep.include({ status: 413, code: 'upload-too-large', params: { most: 1024 * 1024, size: 1024 * 1024 + 1 } });
    expect((await tus.create(teacher, 1024 * 1024, { filename: 'vua.pdf' })).status).to.equal(201);
  });

  it('the same bytes again are said to be held, by whoever brings them, and nothing is stored twice', async () => {
    const bytes = randomBytes(5000);
    const first = await upload(teacher, bytes, { filename: 'một.bin' });
    const objects = async (): Promise<number> => {
      let count = 0;
      for await (const _ of app.storage.objects.list('originals/')) count++;
      return count;
    };
    const before = await objects();
    for (const by of [teacher, librarian]) {
      const again = await upload(by, bytes, { filename: 'hai.bin' });
      expect(again).to.include({ state: 'already-held', recordId: first.recordId, fileId: first.fileId });
    }
    expect(await objects()).to.equal(before);
    const gone = await teacher.ask('DELETE', `/api/files/${first.fileId}`);
    expect(gone.status).to.equal(200);
    const back = await upload(teacher, bytes, { filename: 'ba.bin' });
    expect(back.state).to.equal('accepted');
    expect(back.fileId).to.not.equal(first.fileId);
  });

  it('bytes in a colleague’s draft are new to whoever cannot see it, and stored once', async () => {
    const bytes = randomBytes(4500);
    const colleague = await app.as('group-head');
    const theirs = await upload(colleague, bytes, { filename: 'nháp.bin' });
    const mine = await upload(teacher, bytes, { filename: 'của tôi.bin' });
    expect(mine.state).to.equal('accepted');
    expect(mine.fileId).to.not.equal(theirs.fileId);
    const keys = await app.storage.metadata.queries.selectFrom('files').select('object_key').where('id', 'in', [theirs.fileId, mine.fileId]).execute();
    expect(keys[0]).to.deep.equal(keys[1]);
  });

  it('new bytes at the same address: the old ones and their history stay, what was derived from them goes', async () => {
    const [old, next] = [randomBytes(2000), randomBytes(3000)];
    const first = await upload(teacher, old, { filename: 'cũ.bin' });
    const { queries } = app.storage.metadata;
    await queries
      .insertInto('pages')
      .values({ file_id: first.fileId, number: 1, label: null, state: 'text', code: null, image_key: null, image_type: null, thumb_small_key: null, thumb_large_key: null, words_key: null, text: 'cũ', text_source: 'ocr', confidence: 1 })
      .execute();
    const replaced = await upload(teacher, next, { filename: 'mới.bin', replaces: first.fileId });
    expect(replaced).to.include({ state: 'accepted', fileId: first.fileId, recordId: first.recordId });
    expect(await fileOf(teacher, first.fileId)).to.deep.include({ name: 'mới.bin', sha256: sha256(next), revision: 2, pageCount: 0, state: 'waiting' });
    const [former] = await queries.selectFrom('file_revisions').selectAll().where('file_id', '=', first.fileId).execute();
    expect(former).to.include({ revision: 1, name: 'cũ.bin', sha256: sha256(old) });
    expect((await app.storage.objects.read(former!.object_key)).equals(old)).to.equal(true);
    expect(await queries.selectFrom('pages').select('number').where('file_id', '=', first.fileId).execute()).to.deep.equal([]);
    const [latest] = (await teacher.get(`/api/records/${first.recordId}/history`)).body.history;
    expect(latest).to.deep.include({ action: 'file-replaced', changes: [{ field: 'file', before: null, after: 'mới.bin' }] });
    expect(latest.by.name).to.equal('Người teacher');
  });

  it('a second file joins the record that is named; licence and scope of the wish are kept and checked', async () => {
    const first = await upload(teacher, randomBytes(100), { filename: 'a.bin', licence: 'NOI_BO', scope: 'school' });
    const second = await upload(teacher, randomBytes(100), { filename: 'b.bin', recordId: first.recordId });
    expect(second).to.include({ state: 'accepted', recordId: first.recordId });
    const record = (await teacher.get(`/api/records/${first.recordId}`)).body;
    expect(record).to.include({ licence: 'NOI_BO', scope: 'school' });
    expect(record.files.map((file: { name: string; position: number }) => [file.name, file.position])).to.deep.equal([
      ['a.bin', 1],
      ['b.bin', 2],
    ]);
    expect(await upload(teacher, randomBytes(100), { filename: 'c.bin', licence: 'NOI_BO', scope: 'public' })).to.include({ state: 'refused', code: 'scope-too-wide' });
    expect(await upload(teacher, randomBytes(100), { filename: 'c.bin', licence: 'WTFPL' })).to.include({ state: 'refused', code: 'term-unknown' });
    expect((await tus.create(teacher, 5, { filename: 'c.bin', scope: 'everyone' })).body).to.include({ status: 400, code: 'not-valid' });
  });

  it('nobody adds to, replaces in or asks about what is another’s; pupils and guests upload nothing', async () => {
    const own = await upload(teacher, randomBytes(100), { filename: 'a.bin' });
    const other = await app.as('group-head');
    expect((await tus.create(other, 5, { filename: 'x', recordId: own.recordId })).body.code).to.equal('record-not-found');
    expect((await tus.create(other, 5, { filename: 'x', replaces: own.fileId })).body.code).to.equal('file-not-found');
    expect((await other.ask('DELETE', `/api/files/${own.fileId}`)).status).to.equal(404);
    const address = await created(teacher, 10, { filename: 'b.bin' });
    for (const answer of [await tus.head(other, address), await tus.patch(other, address, 0, Buffer.from('x')), await tus.end(other, address), await other.get(`${address}/outcome`)]) expect(answer.status).to.equal(404);
    expect((await tus.head(teacher, address)).headers.get('upload-offset')).to.equal('0');
    expect((await tus.create(await app.as('pupil'), 5, { filename: 'x' })).body).to.include({ status: 403, code: 'not-allowed' });
    expect((await tus.create(app.visitor(), 5, { filename: 'x' })).body).to.include({ status: 401, code: 'not-signed-in' });
    expect((await tus.head(app.visitor(), address)).status).to.equal(401);
  });

  it('rights are those at the end of an upload: a draft published meanwhile takes no file of its maker', async () => {
    const own = await upload(teacher, randomBytes(100), { filename: 'a.bin' });
    const bytes = randomBytes(100);
    const address = await created(teacher, 100, { filename: 'b.bin', recordId: own.recordId });
    await librarian.post(`/api/records/${own.recordId}/publish`, { version: 1 });
    await tus.patch(teacher, address, 0, bytes);
    expect(await tus.outcome(teacher, address)).to.include({ state: 'refused', code: 'not-allowed' });
    expect((await librarian.get(`/api/records/${own.recordId}`)).body.files).to.have.length(1);
    expect(await staged()).to.not.include(address.slice(-36));
  });

  it('a process that died between the last byte and the taking in: the next question takes it in, once', async () => {
    const bytes = randomBytes(1000);
    const address = await created(teacher, bytes.length, { filename: 'dở.bin' });
    await leaveStaged(app, address, bytes);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => tus.outcome(teacher, address)));
    for (const outcome of outcomes) expect(outcome).to.include({ state: 'accepted', fileId: outcomes[0].fileId });
    expect(await fileOf(teacher, outcomes[0].fileId)).to.include({ sha256: sha256(bytes), name: 'dở.bin' });
    const other = await created(teacher, 4, { filename: 'dở.txt' });
    await leaveStaged(app, other, Buffer.from('đô'));
    expect((await tus.head(teacher, other)).headers.get('upload-offset')).to.equal('4');
    expect((await tus.outcome(teacher, other)).state).to.equal('accepted');
  });

  it('asking for the outcome while the last piece is being taken in answers as that does', async () => {
    const bytes = randomBytes(900_000);
    const address = await created(teacher, bytes.length, { filename: 'lớn.bin' });
    let patched = false;
    const patch = tus.patch(teacher, address, 0, bytes).finally(() => (patched = true));
    const seen: string[] = [];
    while (!patched) seen.push((await tus.outcome(teacher, address)).state);
    expect((await patch).status).to.equal(204);
    expect(seen).to.not.include('already-held');
    expect((await tus.outcome(teacher, address)).state).to.equal('accepted');
  });

  it('an upload that is given up is gone; headers that are not tus are ordinary problems', async () => {
    const address = await created(teacher, 10, { filename: 'a.bin' });
    expect((await tus.end(teacher, address)).status).to.equal(204);
    expect((await tus.head(teacher, address)).status).to.equal(404);
    const send = (method: string, path: string, headers: Record<string, string>, body?: string) => teacher.ask(method, path, body, headers);
    const metadata = metadataOf({ filename: 'x' });
    const open = await created(teacher, 10, { filename: 'b.bin' });
    const faults: [answer: Awaited<ReturnType<typeof send>>, code: string][] = [
      [await send('POST', '/api/uploads', { 'upload-length': '5', 'upload-metadata': metadata }), 'not-valid'],
      [await send('POST', '/api/uploads', { 'tus-resumable': '0.9', 'upload-length': '5', 'upload-metadata': metadata }), 'not-valid'],
      [await send('POST', '/api/uploads', { 'tus-resumable': '1.0.0', 'upload-metadata': metadata }), 'not-valid'],
      [await send('POST', '/api/uploads', { 'tus-resumable': '1.0.0', 'upload-defer-length': '1', 'upload-metadata': metadata }), 'not-valid'],
      [await send('POST', '/api/uploads', { 'tus-resumable': '1.0.0', 'upload-length': '-5', 'upload-metadata': metadata }), 'not-valid'],
      [await send('POST', '/api/uploads', { 'tus-resumable': '1.0.0', 'upload-length': '5' }), 'not-valid'],
      [await send('PATCH', open, { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'text/plain' }, 'x'), 'media-type-unsupported'],
      [await send('PATCH', open, { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream' }, 'x'), 'not-valid'],
      [await send('GET', open, { 'tus-resumable': '1.0.0' }), 'not-found'],
      [await send('GET', '/api/uploads', {}), 'not-found'],
      [await send('PUT', open, {}, 'x'), 'not-found'],
      [await send('PATCH', '/api/uploads/00000000-0000-7000-8000-000000000000', { 'tus-resumable': '1.0.0' }, 'x'), 'upload-not-found'],
    ];
    for (const [answer, code] of faults) {
      expect(answer.body, answer.text).to.include({ code });
      expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
      expect(answer.headers.get('access-control-allow-origin')).to.equal(null);
    }
    const crossing = await fetch(`${app.url}/api/uploads`, { method: 'OPTIONS', headers: { origin: 'https://elsewhere.example' } });
    expect(crossing.headers.get('access-control-allow-origin')).to.equal(null);
    expect(crossing.headers.get('tus-extension')).to.equal('creation,creation-with-upload,termination');
  });

  it('without the CSRF token nothing is begun and nothing is added', async () => {
    const [value] = cookie.split('|') as [string];
    const headers = { cookie: value, 'tus-resumable': '1.0.0', 'upload-length': '5', 'upload-metadata': metadataOf({ filename: 'x' }) };
    const refused = await app.visitor().ask('POST', '/api/uploads', undefined, headers);
    expect(refused.body).to.include({ status: 403, code: 'csrf-mismatch' });
  });

  it('somebody of another school brings the same bytes: it is new to them, and stored once', async () => {
    const bytes = randomBytes(4000);
    const first = await upload(teacher, bytes, { filename: 'a.bin' });
    const { queries } = app.storage.metadata;
    await queries.insertInto('organisations').values({ id: '01890000-0000-7000-8000-00000000000b', kind: 'school', code: 'SEN', name: 'Sen', accent: '#000000', created_at: new Date().toISOString() }).execute();
    await addPerson(app.storage.metadata, '01890000-0000-7000-8000-00000000000b', { username: 'their', name: 'x', role: 'teacher', password: testPassword });
    const their = app.visitor();
    await their.signIn('their', testPassword);
    const second = await upload(their, bytes, { filename: 'b.bin' });
    expect(second.state).to.equal('accepted');
    const keys = await queries.selectFrom('files').select('object_key').where('id', 'in', [first.fileId, second.fileId]).execute();
    expect(keys[0]).to.deep.equal(keys[1]);
    expect((await teacher.get(`/api/files/${second.fileId}`)).status).to.equal(404);
  });

  it('none of this was a fault of ours', () => {
    expect(app.logged).to.deep.equal([]);
  });
});
