import { expect } from 'chai';
import { request as plainRequest } from 'node:http';
import { v7 as uuid } from 'uuid';
import { refusalStatus } from '../../../server/errors.ts';
import { type Answer, openTestApp, type TestApp, type Visitor } from '../../support/app.ts';

describe('every no is a problem by RFC 9457', () => {
  let app: TestApp;
  let librarian: Visitor;
  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
  });
  after(() => app.close());

  function isProblem(answer: Answer, code: string): void {
    expect(answer.headers.get('content-type'), answer.text).to.match(/^application\/problem\+json/);
    const { body } = answer;
    expect(body.code, answer.text).to.equal(code);
    expect(body.status).to.equal(answer.status).and.to.equal(refusalStatus[code as keyof typeof refusalStatus]);
    expect(body.type).to.equal(`http://localhost:8080/api/docs#${code}`);
    expect(body.title).to.be.a('string').and.not.equal('');
    expect(answer.headers.get('cache-control')).to.equal('no-store');
    expect(answer.headers.get('x-request-id')).to.match(/^[0-9a-f]{16}$/);
  }

  it('unknown addresses under /api and /iiif, with any method', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const path of ['/api', '/api/nothing', '/api/records/x/y/z', '/iiif', '/iiif/a/b/c']) isProblem(await librarian.ask(method, path, method === 'GET' ? undefined : {}), 'not-found');
    }
    isProblem(await app.visitor().ask('PUT', '/api/records'), 'not-found');
  });

  it('an address whose percent signs make no sense', async () => {
    isProblem(await app.visitor().get('/api/records/%zz'), 'not-valid');
    isProblem(await app.visitor().get('/api/records/%ff'), 'not-valid');
  });

  it('ids that are none, and ids of nothing', async () => {
    for (const id of ['1', 'null', uuid().toUpperCase(), `${uuid()}x`, "'"]) isProblem(await app.visitor().get(`/api/records/${encodeURIComponent(id)}`), 'not-valid');
    isProblem(await app.visitor().get(`/api/records/${uuid()}`), 'record-not-found');
    isProblem(await app.visitor().get(`/api/files/${uuid()}`), 'file-not-found');
  });

  it('JSON that cannot be read, is no object, is in another dress, or is missing', async () => {
    const send = (body: string | Uint8Array | undefined, type = 'application/json') => librarian.ask('POST', '/api/records', body, { 'content-type': type });
    for (const body of ['{"title": ', '{title: 1}', '\u0000', '[]', '"x"', 'null', '1', '', '{"title":"x"']) isProblem(await send(body), 'not-valid');
    isProblem(await send('title=x', 'application/x-www-form-urlencoded'), 'not-valid');
    isProblem(await send('{"title":"x"}', 'text/plain'), 'not-valid');
    isProblem(await send(undefined), 'not-valid');
    isProblem(await send('{"title":"x"}', 'application/json; charset=klingon'), 'not-valid');
    isProblem(await librarian.ask('POST', '/api/records', '{"title":"x"}', { 'content-type': 'application/json', 'content-encoding': 'klingon' }), 'not-valid');
    isProblem(await librarian.ask('POST', '/api/records', 'no gzip', { 'content-type': 'application/json', 'content-encoding': 'gzip' }), 'not-valid');
    isProblem(await send(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), 'not-valid');
  });

  it('names each field at fault', async () => {
    const answer = await librarian.post('/api/records', { title: '', agents: [{ name: 'A' }, { role: 'aut' }], identifiers: [{ scheme: 'x', value: 'y' }] });
    isProblem(answer, 'not-valid');
    expect(answer.body.fields.map((field: { path: string }) => field.path)).to.have.members(['title', 'agents.1.name', 'identifiers.0.scheme']);
  });

  it('a body of two megabytes, announced or not', async () => {
    const big = JSON.stringify({ title: 'x'.repeat(2 * 1024 * 1024) });
    isProblem(await librarian.ask('POST', '/api/records', big, { 'content-type': 'application/json' }), 'body-too-large');
    const status = await new Promise<number>((resolve, reject) => {
      const sent = plainRequest(`${app.url}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end(big);
    });
    expect(status).to.equal(413);
    expect((await librarian.get('/api/session')).status).to.equal(200);
  });

  it('nobody signed in, a wrong token, a missing CSRF header', async () => {
    isProblem(await app.visitor().post('/api/records', { title: 'x' }), 'not-signed-in');
    for (const authorization of ['Bearer x', 'Basic abc', `Bearer tus_${'a'.repeat(43)}`]) isProblem(await app.visitor().get('/api/records', { authorization }), 'not-signed-in');
    isProblem(await librarian.ask('POST', '/api/records', { title: 'x' }, { 'x-csrf-token': 'wrong' }), 'csrf-mismatch');
  });

  it('a fault of ours tells its request and nothing else, and is logged with its cause', async () => {
    const { search } = app.search;
    app.search.search = async () => {
      throw new Error('the secret reason');
    };
    try {
      const answer = await app.visitor().get('/api/search?q=x');
      isProblem(answer, 'internal-error');
      expect(answer.text).to.not.contain('secret reason');
      expect(answer.body.params.requestId).to.equal(answer.headers.get('x-request-id'));
      expect(app.logged.join('')).to.contain('the secret reason').and.to.contain(answer.body.params.requestId);
    } finally {
      app.search.search = search;
    }
  });

  it('before set-up everything but the door is shut, and says why', async () => {
    const empty = await openTestApp({ setUp: false });
    try {
      const guest = empty.visitor();
      isProblem(await guest.get('/api/records'), 'not-set-up');
      isProblem(await guest.get('/api/search?q=x'), 'not-set-up');
      expect((await guest.get('/api/session')).body.needsSetUp).to.equal(true);
      for (const path of ['/api/health', '/api/openapi.json', '/api/docs', '/api/vocabularies']) expect((await guest.get(path)).status, path).to.equal(200);
    } finally {
      await empty.close();
    }
  });
});
