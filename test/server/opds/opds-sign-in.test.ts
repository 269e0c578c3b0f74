import type { IncomingMessage } from 'node:http';
import sharp from 'sharp';
import { expect } from 'chai';
import { openBasicSignIn } from '../../../server/accounts/basic-sign-in.ts';
import { openTestApp, testPassword } from '../../support/app.ts';
import { basic, openShelvedLibrary, type ShelvedLibrary } from './shelved-library.ts';

describe('signing in with a reader app', function () {
  this.timeout(20_000);
  let library: ShelvedLibrary;
  before(async () => {
    library = await openShelvedLibrary();
    for (const role of ['teacher', 'pupil', 'head', 'group-head'] as const) await library.as(role);
  });
  after(() => library.close());

  const get = (path: string, headers: Record<string, string> = {}) => library.visitor().get(path, headers);
  const throttled = async (kind: string) =>
    (await library.storage.metadata.queries.selectFrom('throttles').select('count').where('key', 'like', `sign-in:${kind}:%`).execute()).map(({ count }) => Number(count));

  it('a guest sees the public catalogue, and is asked for a name where one must sign in (Authentication for OPDS 1.0)', async () => {
    expect((await get('/opds')).status).equal(200);
    for (const path of ['/opds/account', '/opds/v2/account', `/opds/files/${library.books.school.fileId}/original`]) {
      const answer = await get(path);
      expect(answer.status, path).equal(401);
      expect(answer.headers.get('www-authenticate')).equal('Basic realm="Tu Sach", charset="UTF-8"');
      expect(answer.headers.get('content-type')).equal('application/opds-authentication+json');
      expect(answer.headers.get('link')).equal('</opds/authentication>; rel="http://opds-spec.org/auth/document"; type="application/opds-authentication+json"');
      expect(answer.headers.get('cache-control')).equal('no-store');
      const document = answer.body;
      expect(document.id).equal('http://localhost:8080/opds/authentication');
      expect(document.title).a('string').and.contain('Hoa Sen');
      expect(document.authentication).deep.equal([{ type: 'http://opds-spec.org/auth/basic', labels: { login: 'Tên đăng nhập', password: 'Mật khẩu hoặc khoá truy cập' } }]);
      // Its own address needs no sign-in, also with a wrong one.
      const own = await get(new URL(document.id).pathname, basic('nobody', 'wrong'));
      expect([own.status, own.headers.get('content-type'), own.body]).deep.equal([200, 'application/opds-authentication+json', document]);
    }
  });

  it('name and password of the account open what that person may read; no cookie is set', async () => {
    const before = (await library.storage.metadata.queries.selectFrom('sessions').select('id').execute()).length;
    const answer = await get('/opds/v2/account', basic('teacher'));
    expect(answer.status).equal(200);
    expect(answer.headers.getSetCookie()).deep.equal([]);
    expect((await library.storage.metadata.queries.selectFrom('sessions').select('id').execute()).length).equal(before);
    expect((await get('/opds/v2/new', basic(' Teacher'))).body.metadata.numberOfItems).equal(18);
    expect((await get('/opds/v2/new')).body.metadata.numberOfItems).equal(16);
    const original = await get(`/opds/files/${library.books.school.fileId}/original`, basic('teacher'));
    expect([original.status, original.text]).deep.equal([200, '0123456789']);
    const part = await get(`/opds/files/${library.books.school.fileId}/original`, { ...basic('pupil'), range: 'bytes=2-4' });
    expect([part.status, part.text]).deep.equal([206, '234']);
    // The session of a browser and an access token do as well.
    const teacher = await library.as('teacher');
    expect((await teacher.get('/opds/v2/account')).body.metadata).property('title');
    const { secret } = (await teacher.post('/api/session/tokens', { name: 'máy đọc' })).body;
    expect((await get('/opds/v2/new', { authorization: `Bearer ${secret}` })).body.metadata.numberOfItems).equal(18);
    expect((await get('/opds/v2/new', basic('teacher', secret))).body.metadata.numberOfItems).equal(18);
    expect((await get('/opds/v2/new', basic('teacher', `tus_${'A'.repeat(43)}`))).status).equal(401);
  });

  it('a wrong password is a wrong password: nothing of the catalogue, not even what is public', async () => {
    for (const path of ['/opds', '/opds/v2/new', '/opds/records?q=x', '/opds/search.xml', `/opds/records/${library.books.full.id}`]) {
      const answer = await get(path, basic('nobody-here', 'wrong'));
      expect(answer.status, path).equal(401);
      expect(answer.headers.get('content-type'), path).equal('application/opds-authentication+json');
    }
    const broken = ['Basic', 'Basic ', 'Basic !!!', 'Basic a', `Basic ${btoa('no colon')}`, `Basic ${btoa(`teacher:${'x'.repeat(300)}`)}`, `Basic ${'A'.repeat(9000)}`, 'Digest username="teacher"', 'Bearer x'];
    const before = await throttled('address');
    for (const authorization of broken) expect((await get('/opds', { authorization })).status, authorization.slice(0, 30)).equal(401);
    expect(await throttled('address')).deep.equal(before);
  });

  it('guesses are counted with those of the sign-in page; who is in already stays in', async () => {
    expect((await get('/opds', basic('head'))).status).equal(200);
    for (let n = 0; n < 5; n++) {
      expect((await get('/opds', basic('head', `guess ${n}`))).status).equal(401);
      expect((await library.visitor().signIn('head', `other ${n}`)).status).equal(401);
    }
    const refused = await get('/opds', basic('HEAD', 'one more'));
    expect([refused.status, refused.body.code]).deep.equal([429, 'sign-in-throttled']);
    expect(Number(refused.headers.get('retry-after'))).greaterThan(0);
    expect((await library.visitor().signIn('head', testPassword)).status).equal(429);
    expect((await get('/opds', basic('head'))).status).equal(200);
  });

  it('an app that goes on with an old password has guessed once', async () => {
    const person = (await library.librarian.post('/api/people', { name: 'Thầy Nam', username: 'nam', role: 'teacher', password: testPassword })).body.person;
    const before = await throttled('address');
    for (let n = 0; n < 15; n++) expect((await get('/opds', basic('nam', 'mot mat khau cu'))).status).equal(401);
    expect((await Promise.all(Array.from({ length: 15 }, () => get('/opds', basic('nam', 'mot mat khau cu'))))).every(({ status }) => status === 401)).equal(true);
    expect((await throttled('address'))[0]! - before[0]!).equal(1);
    // And has not, once it is the password.
    const nam = library.visitor();
    await nam.signIn('nam', testPassword);
    expect((await nam.post('/api/session/password', { current: testPassword, next: 'mot mat khau cu' })).status).equal(200);
    expect((await get('/opds/account', basic('nam', 'mot mat khau cu'))).status).equal(200);
    for (let n = 0; n < 12; n++) expect((await get('/opds', basic('khong-ai', 'x'))).status, person.id).equal(401);
    expect((await throttled('address'))[0]! - before[0]!).equal(2);
  });

  it('the right password of many covers at once is looked at once, and uses nothing up', async () => {
    const before = await throttled('address');
    const answers = await Promise.all(Array.from({ length: 24 }, () => get('/opds/v2/new', basic('group-head'))));
    expect(answers.map(({ status }) => status)).deep.equal(answers.map(() => 200));
    expect(await throttled('address')).deep.equal(before);
  });

  it('a changed password, a disabled account and one whose password must change are refused with the next request', async () => {
    const librarian = library.librarian;
    const made = (await librarian.post('/api/people', { name: 'Cô Hằng', username: 'hang', role: 'teacher', password: testPassword })).body.person;
    const status = async (password = testPassword) => (await get('/opds/account', basic('hang', password))).status;
    expect(await status()).equal(200);
    const hang = library.visitor();
    await hang.signIn('hang', testPassword);
    expect((await hang.post('/api/session/password', { current: testPassword, next: 'mot mat khau moi' })).status).equal(200);
    expect(await status()).equal(401);
    expect(await status('mot mat khau moi')).equal(200);
    const { queries } = library.storage.metadata;
    await queries.updateTable('people').set({ must_change_password: 1 }).where('id', '=', made.id).execute();
    const must = await get('/opds', basic('hang', 'mot mat khau moi'));
    expect([must.status, must.body.code]).deep.equal([403, 'password-must-change']);
    await queries.updateTable('people').set({ must_change_password: 0, disabled: 1 }).where('id', '=', made.id).execute();
    const disabled = await get('/opds', basic('hang', 'mot mat khau moi'));
    expect([disabled.status, disabled.body.code]).deep.equal([403, 'account-disabled']);
  });

  it('what was right is asked for again after ten minutes, under the counters', async () => {
    const { metadata } = library.storage;
    // The counters go by quarters of an hour: from the beginning of one.
    let now = new Date(Math.ceil(Date.now() / 900_000) * 900_000);
    const whoAsks = openBasicSignIn(metadata, () => now);
    const ask = (password: string) => whoAsks({ headers: basic('pupil', password) } as unknown as IncomingMessage, '203.0.113.9').then((actor) => actor.kind, (error: { code: string }) => error.code);
    expect(await ask(testPassword)).equal('person');
    expect(new Set(await Promise.all(Array.from({ length: 10 }, (_, n) => ask(`guess ${n}`))))).deep.equal(new Set(['sign-in-failed']));
    now = new Date(now.getTime() + 9 * 60_000);
    expect(await ask(testPassword)).equal('person');
    now = new Date(now.getTime() + 2 * 60_000);
    expect(await ask(testPassword)).equal('sign-in-throttled');
  });

  it('is taken at /opds and nowhere else', async () => {
    const { fileId, id } = library.books.school;
    for (const path of ['/api/session', '/api/search', `/api/records/${id}`, `/api/files/${fileId}/original`, `/api/files/${fileId}/pages/1/thumbnail`, `/iiif/${fileId}/manifest`, '/oai?verb=Identify', '/metrics'])
      expect([401, 404], path).include((await get(path, basic('librarian'))).status);
    expect((await library.visitor().ask('POST', '/opds', {}, basic('librarian'))).status).equal(404);
  });

  it('covers and pages are JPEG of the width that is asked for, or the next; stored ones are sent as they are', async () => {
    const { fileId } = library.books.full;
    const picture = async (query: string) => {
      const response = await fetch(`${library.url}/opds/files/${fileId}/pages?${query}`);
      expect(response.status, query).equal(200);
      expect(response.headers.get('content-type')).equal('image/jpeg');
      const bytes = Buffer.from(await response.arrayBuffer());
      const { width, height, format } = await sharp(bytes).metadata();
      return { size: [width, height], format, bytes, tag: response.headers.get('etag')! };
    };
    for (const [query, size] of [['page=0&width=200', [200, 300]], ['page=0&width=150', [200, 300]], ['page=2&width=480', [480, 720]], ['page=1&width=700', [800, 1200]], ['page=1&width=5000', [1000, 1500]], ['page=1', [1000, 1500]]] as const)
      expect(await picture(query), query).deep.include({ size, format: 'jpeg' });
    const cached = async (query: string) => (await get(`/opds/files/${fileId}/pages?${query}`)).headers.get('cache-control');
    expect(await cached('page=0&width=200&v=1')).match(/^public, max-age=31536000/);
    expect(await cached('page=0&width=200&v=2')).equal('public, max-age=600');
    const whole = await picture('page=1');
    expect(whole.bytes.equals(await library.storage.objects.read('derived/x'))).equal(true);
    const again = await fetch(`${library.url}/opds/files/${fileId}/pages?page=1`, { headers: { 'if-none-match': whole.tag, 'cache-control': 'max-age=0' } });
    expect(again.status).equal(304);
    const head = await fetch(`${library.url}/opds/files/${fileId}/pages?page=1&width=200`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).deep.equal([200, 'image/jpeg']);
    for (const [query, status] of [['page=3', 404], ['page=-1', 400], ['page=x', 400], ['', 400], ['page=0&width=0', 400], ['page=0&width=1e9', 400], ['page={pageNumber}', 400], ['page=999999', 404]] as const)
      expect((await get(`/opds/files/${fileId}/pages?${query}`)).status, query).equal(status);
  });

  it('a library that is not set up says so', async () => {
    const bare = await openTestApp({ setUp: false });
    try {
      for (const path of ['/opds', '/opds/v2/new', '/opds/authentication']) expect((await bare.visitor().get(path, basic('a', 'b'))).body.code, path).equal('not-set-up');
    } finally {
      await bare.close();
    }
  });
});
