import { expect } from 'chai';
import { once } from 'node:events';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Response } from 'express';
import { v7 as uuid } from 'uuid';
import { openProgressEvents } from '../../../server/files/progress-events.ts';
import { openStorage } from '../../../storage/index.ts';
import { openTestApp, type TestApp, testPassword, type Visitor } from '../../support/app.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { created, metadataOf, tus, upload } from '../files/tus-client.ts';

describe('uploads and streams under attack', () => {
  let app: TestApp;
  let teacher: Visitor;
  beforeEach(async () => {
    app = await openTestApp();
    teacher = await app.as('teacher');
  });
  afterEach(() => app.close());

  const originals = async (): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of app.storage.objects.list('originals/')) keys.push(key);
    return keys;
  };

  it('what is refused once its bytes are there leaves no bytes behind', async () => {
    const refused = await upload(teacher, Buffer.from('không giấy phép nào như thế'), { filename: 'a.txt', licence: 'KHONG-CO' });
    expect(refused).to.include({ state: 'refused', code: 'term-unknown' });
    expect(await originals()).to.deep.equal([]);
  });

  it('rights that end while the bytes are being stored are ended', async () => {
    const record = (await teacher.post('/api/records', { title: 'Bản nháp' })).body;
    const librarian = await app.as('librarian');
    const { objects } = app.storage;
    const put = objects.put.bind(objects);
    // The moment between the check before the bytes and the writing of the row, which lasts minutes for a large file.
    objects.put = async (...given) => {
      const stored = await put(...given);
      objects.put = put;
      expect((await librarian.post(`/api/records/${record.id}/publish`, { version: record.version })).status).to.equal(200);
      return stored;
    };
    const outcome = await upload(teacher, Buffer.from('đến sau khi xuất bản'), { filename: 'a.txt', recordId: record.id });
    expect(outcome).to.include({ state: 'refused', code: 'not-allowed' });
    expect((await librarian.get(`/api/records/${record.id}`)).body.files).to.deep.equal([]);
    expect(await originals()).to.deep.equal([]);
  });

  it('one person cannot begin uploads without end', async () => {
    const now = new Date().toISOString();
    const { person } = (await teacher.get('/api/session')).body;
    const row = { person_id: person.id, school_id: person.school.id, state: 'receiving' as const, name: 'x', size: 1, code: null, params_json: '{}', record_id: null, file_id: null, created_at: now, updated_at: now };
    for (let n = 0; n < 299; n++) await app.storage.metadata.queries.insertInto('uploads').values({ ...row, id: uuid() }).execute();
    const last = await created(teacher, 10, { filename: 'a.txt' });
    const refused = await tus.create(teacher, 10, { filename: 'b.txt' });
    expect(refused.body).to.include({ status: 429, code: 'too-many-requests' });
    await created(await app.as('librarian'), 10, { filename: 'c.txt' });
    expect((await tus.end(teacher, last)).status).to.equal(204);
  });

  it('an upload that is given up counts no longer', async () => {
    const address = await created(teacher, 10, { filename: 'a.txt' });
    expect((await tus.end(teacher, address)).status).to.equal(204);
    const { count } = await app.storage.metadata.queries.selectFrom('uploads').select(({ fn }) => fn.countAll<number>().as('count')).where('state', '=', 'receiving').executeTakeFirstOrThrow();
    expect(Number(count)).to.equal(0);
  });

  it('extensions of tus that are not offered are ordinary problems, and no method hides behind another', async () => {
    const headers = { 'tus-resumable': '1.0.0', 'upload-length': '10', 'upload-metadata': metadataOf({ filename: 'a.txt' }) };
    const notOffered: Record<string, string>[] = [{ 'upload-concat': 'partial' }, { 'upload-concat': 'final;/api/uploads/a /api/uploads/b' }, { 'upload-defer-length': '1' }];
    for (const extra of notOffered)
      expect((await teacher.ask('POST', '/api/uploads', undefined, { ...headers, ...extra })).status).to.equal(400);
    const address = await created(teacher, 10, { filename: 'a.txt' });
    for (const method of ['DELETE', 'PATCH', 'POST', 'GET']) {
      const answer = await teacher.ask('HEAD', address, undefined, { 'tus-resumable': '1.0.0', 'x-http-method-override': method, 'x-csrf-token': '' });
      expect(answer.headers.get('upload-offset'), method).to.equal('0');
    }
    expect((await tus.head(teacher, address)).status).to.equal(200);
    expect(app.logged).to.deep.equal([]);
  });

  it('one person takes no more than their share of the streams', async () => {
    const { fileId } = await upload(teacher, Buffer.from('một'), { filename: 'a.txt' });
    const leave = new AbortController();
    const signedIn = await app.visitor().signIn('teacher', testPassword);
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const ask = (by: string) => fetch(`${app.url}/api/ingest/events?files=${fileId}`, { headers: { cookie: by }, signal: leave.signal });
    try {
      // The answers are kept: a response that is collected closes its stream.
      const answers = [];
      for (let n = 0; n < 13; n++) answers.push(await ask(cookie));
      expect(answers.map(({ status }) => status)).to.deep.equal([...Array<number>(12).fill(200), 429]);
      await app.as('pupil');
      const pupil = (await app.visitor().signIn('pupil', testPassword)).headers.getSetCookie()[0]!.split(';')[0]!;
      expect((await ask(pupil)).status).to.equal(200);
    } finally {
      leave.abort();
    }
  });

  it('a stream ends by itself, so that the browser is asked again who it is', async () => {
    const faults: unknown[] = [];
    const events = openProgressEvents(app.storage.metadata, (error) => faults.push(error), { lastsMs: 50 });
    const server = createServer((_request, response) => void events.stream(response as Response, { personId: 'x', fileIds: [] }, async () => []));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      expect(await response.text()).to.equal('retry: 2000\n\n');
      expect(faults).to.deep.equal([]);
    } finally {
      events.close();
      server.close();
    }
  });

  it('half an object of a process that was killed goes when the store is opened a day later; one that is being written stays', async () => {
    const { path: folder, remove } = await temporaryFolder();
    try {
      const incoming = join(folder, 'objects', '.incoming');
      await mkdir(incoming, { recursive: true });
      await writeFile(join(incoming, 'old'), 'half');
      await writeFile(join(incoming, 'new'), 'half');
      const yesterday = new Date(Date.now() - 25 * 3_600_000);
      await utimes(join(incoming, 'old'), yesterday, yesterday);
      await (await openStorage({ folder })).close();
      expect(await readdir(incoming)).to.deep.equal(['new']);
    } finally {
      await remove();
    }
  });

  it('a value as deep as a body allows is refused, not a fault of ours', async () => {
    const record = (await teacher.post('/api/records', { title: 'Sâu' })).body;
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    for (const field of ['keywords', 'agents', 'title', 'abstract']) {
      const answer = await teacher.ask('PATCH', `/api/records/${record.id}`, `{"version":${record.version},"description":{"${field}":${deep}}}`, { 'content-type': 'application/json' });
      expect(answer.body, field).to.include({ status: 400, code: 'not-valid' });
    }
    expect((await teacher.get(`/api/records/${record.id}`)).body.version).to.equal(record.version);
    expect(app.logged).to.deep.equal([]);
  });
});
