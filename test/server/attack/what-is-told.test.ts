import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { v7 as uuid } from 'uuid';
import { addPerson } from '../../../server/accounts/people-keeping.ts';
import { audienceOfRecord } from '../../../server/access/audience.ts';
import { insertOrganisation } from '../../../storage/metadata/organisations.ts';
import { openTestApp, type TestApp, testPassword, type Visitor } from '../../support/app.ts';
import { temporaryFolder, until } from '../../support/temporary.ts';
import { upload } from '../files/tus-client.ts';

const word = 'XYZQUANTRI';

describe('what is hidden is told by no door', () => {
  let app: TestApp;
  let librarian: Visitor;
  let removeDist: () => Promise<void>;
  before(async () => {
    const dist = await temporaryFolder();
    removeDist = dist.remove;
    await mkdir(join(dist.path, 'assets'));
    await writeFile(join(dist.path, 'index.html'), '<!doctype html><html lang="vi"><head><!--head--></head><body></body></html>');
    app = await openTestApp({ dist: dist.path });
    librarian = await app.as('librarian');
    app.work();
  });
  after(async () => {
    await app.close();
    await removeDist();
  });

  const png = async (shade: number) => sharp({ create: { width: 60, height: 80, channels: 3, background: { r: shade, g: shade, b: shade } } }).png().toBuffer();
  const bookOf = async (by: Visitor, shade: number, wish: Record<string, string> = {}) => {
    const { recordId, fileId } = await upload(by, await png(shade), { filename: `${word}.png`, ...wish });
    await until('the file is read', async () => (await by.get(`/api/files/${fileId}`)).body.state === 'ready', 20);
    return { recordId: recordId as string, fileId: fileId as string };
  };
  const move = async (id: string, action: string, extra: object = {}) => {
    const { version } = (await librarian.get(`/api/records/${id}`)).body;
    const answer = await librarian.post(`/api/records/${id}/${action}`, { version, ...extra });
    expect(answer.status, answer.text).to.equal(200);
  };

  it('who withdrew a book is told inside the school only, at every door', async () => {
    const { recordId, fileId } = await bookOf(librarian, 10, { licence: 'CC-BY-4.0', scope: 'public' });
    await move(recordId, 'publish');
    expect((await app.visitor().get(`/api/files/${fileId}/book`)).status).to.equal(200);
    await move(recordId, 'withdraw', { reason: 'Theo yêu cầu của tác giả' });

    const { metadata } = app.storage;
    const other = uuid();
    await insertOrganisation(metadata.queries, { id: other, kind: 'school', code: 'SEN', name: 'Trường Sen Hồng', accent: '#205030', created_at: new Date().toISOString() });
    await addPerson(metadata, other, { username: 'their-teacher', name: 'x', role: 'teacher', password: testPassword });
    const stranger = app.visitor();
    await stranger.signIn('their-teacher', testPassword);

    const doors = [`/api/records/${recordId}`, `/api/files/${fileId}/book`, `/api/files/${fileId}/pages/1/text`, `/api/files/${fileId}/pages/1/thumbnail`, `/iiif/${fileId}/manifest`, `/iiif/${fileId}/pages/1/info.json`];
    for (const door of doors) {
      for (const outside of [app.visitor(), stranger]) {
        const gone = await outside.get(door);
        expect(gone.body, door).to.include({ status: 410, code: 'record-withdrawn' });
        expect(gone.body.params.by, door).to.equal('Trường THCS Hoa Sen');
        expect(gone.text, door).not.to.include('Trần Thị Thư');
      }
      expect((await (await app.as('pupil')).get(door)).body.params.by, door).to.equal('Trần Thị Thư');
    }
  });

  it('a draft of somebody else answers as what does not exist: status, body, headers, page, with or without the tag of its maker', async () => {
    const { recordId, fileId } = await bookOf(librarian, 20);
    await librarian.ask('PATCH', `/api/records/${recordId}`, { version: (await librarian.get(`/api/records/${recordId}`)).body.version, description: { title: word } });
    const [noRecord, noFile] = [uuid(), uuid()];
    const doors = ['/api/records/R', '/api/records/R/history', '/record/R', '/api/files/F', '/api/files/F/pages', '/api/files/F/original', '/api/files/F/book', '/api/files/F/pages/1/text', '/api/files/F/pages/1/thumbnail', `/api/files/F/search?q=${word}`, '/iiif/F/manifest', '/iiif/F/pages/1/info.json', '/iiif/F/pages/1/full/max/0/default.png', `/iiif/F/search?q=${word}`];
    const told = (headers: Headers) => [...headers].filter(([name]) => !['date', 'x-request-id', 'etag', 'content-length', 'keep-alive'].includes(name));
    const unsaid = (text: string) => text.replaceAll(recordId, '').replaceAll(fileId, '').replaceAll(noRecord, '').replaceAll(noFile, '');
    for (const asker of [app.visitor(), await app.as('pupil'), await app.as('teacher'), await app.as('head')]) {
      for (const door of doors) {
        const address = (record: string, file: string) => door.replace('R', record).replace('F', file);
        const tag = (await librarian.get(address(recordId, fileId))).headers.get('etag');
        for (const headers of [{}, tag ? { 'if-none-match': tag } : {}, { 'if-none-match': '*' }, { range: 'bytes=0-0' }] as Record<string, string>[]) {
          const hidden = await asker.get(address(recordId, fileId), headers);
          const missing = await asker.get(address(noRecord, noFile), headers);
          expect(hidden.status, door).to.equal(missing.status).and.be.oneOf([401, 404]);
          expect(unsaid(hidden.text), door).to.equal(unsaid(missing.text));
          expect(told(hidden.headers), door).to.deep.equal(told(missing.headers));
        }
      }
      const found = (await asker.get(`/api/search?q=${word}`)).body;
      expect([found.total, found.records, found.facets.language]).to.deep.equal([0, [], []]);
    }
  });

  it('who may not act is told nothing by acting', async () => {
    const { recordId, fileId } = await bookOf(librarian, 30);
    const { version } = (await librarian.get(`/api/records/${recordId}`)).body;
    const acts: [string, string, object?][] = [
      ['PATCH', `/api/records/${recordId}`, { version, scope: 'class' }],
      ['PATCH', `/api/records/${recordId}`, { version: version - 1, scope: 'class' }],
      ...['publish', 'unpublish', 'delete', 'restore'].map((name): [string, string, object] => ['POST', `/api/records/${recordId}/${name}`, { version }]),
      ['POST', `/api/records/${recordId}/withdraw`, { version, reason: 'x' }],
      ['POST', `/api/records/${recordId}/undo`, { version, to: 1 }],
      ['DELETE', `/api/files/${fileId}`],
      ['POST', `/api/files/${fileId}/retry`],
      ['POST', `/api/files/${fileId}/password`, { password: 'x' }],
    ];
    for (const asker of [app.visitor(), await app.as('pupil'), await app.as('teacher')]) {
      for (const [method, path, body] of acts) {
        const answer = await asker.ask(method, path, body);
        expect(answer.status, `${method} ${path}`).to.equal(404);
        expect(answer.text).not.to.include(word);
      }
    }
    expect((await librarian.get(`/api/records/${recordId}`)).body.version).to.equal(version);
  });

  it('a licence whose code is a word of JavaScript is a licence like another', () => {
    for (const licence of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const record = { school_id: 's', state: 'published' as const, scope: 'school' as const, licence, created_by: null, deleted_at: null };
      expect(audienceOfRecord(record)).to.deep.equal(['staff:s', 'school:s']);
    }
  });
});
