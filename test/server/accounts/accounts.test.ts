import { expect } from 'chai';
import type { Mail } from '../../../server/accounts/mail.ts';
import { openTestApp, type TestApp, testPassword } from '../../support/app.ts';

describe('accounts', () => {
  let app: TestApp;
  const sent: { to: string; text: string }[] = [];
  const mail: Mail = { send: async (message) => void sent.push(message), close() {} };
  beforeEach(async () => {
    sent.length = 0;
    app = await openTestApp({ mail });
  });
  afterEach(() => app.close());

  it('an empty library can be set up once, by whoever comes first', async () => {
    const empty = await openTestApp({ setUp: false });
    try {
      const guest = empty.visitor();
      expect((await guest.get('/api/session')).body.needsSetUp).to.equal(true);
      expect((await guest.get('/api/search')).body.code).to.equal('not-set-up');
      const wish = { school: { name: 'Trường A', code: 'A' }, librarian: { name: 'Cô Thư', username: 'co.thu', password: testPassword } };
      const answers = await Promise.all([guest.post('/api/set-up', wish), empty.visitor().post('/api/set-up', wish)]);
      expect(answers.map((answer) => answer.status).sort()).to.deep.equal([201, 409]);
      expect((await guest.get('/api/search')).status).to.equal(200);
    } finally {
      await empty.close();
    }
  });

  it('a wrong password and an unknown name get the same answer', async () => {
    const guest = app.visitor();
    const wrong = await guest.signIn('librarian', 'nothing like it');
    const unknown = await guest.signIn('nobody-here', 'nothing like it');
    expect(wrong.status).to.equal(401);
    expect({ ...wrong.body, instance: '' }).to.deep.equal({ ...unknown.body, instance: '' });
  });

  it('guessing one account is throttled with a time to come back, and the others are not', async () => {
    const guest = app.visitor();
    for (let attempt = 0; attempt < 10; attempt++) expect((await guest.signIn('librarian', `guess ${attempt}`)).status).to.equal(401);
    const throttled = await guest.signIn('librarian', testPassword);
    expect(throttled.body.code).to.equal('sign-in-throttled');
    expect(Number(throttled.headers.get('retry-after'))).to.be.within(1, 900);
    expect((await app.as('teacher')).session?.person?.role).to.equal('teacher');
  });

  it('an unsafe request with a cookie needs the CSRF token', async () => {
    const teacher = await app.as('teacher');
    teacher.session = { ...teacher.session!, csrf: null };
    const refused = await teacher.ask('PUT', '/api/session/language', { language: 'en' });
    expect(refused.body.code).to.equal('csrf-mismatch');
  });

  it('the cookie is HttpOnly and SameSite, and the database holds no secret that opens a session', async () => {
    const answer = await app.visitor().signIn('librarian', testPassword);
    const cookie = answer.headers.getSetCookie()[0]!;
    expect(cookie).to.match(/HttpOnly; SameSite=Lax/);
    const secret = cookie.split(';')[0]!.split('=')[1]!;
    const rows = await app.storage.metadata.queries.selectFrom('sessions').selectAll().execute();
    expect(JSON.stringify(rows)).not.to.include(secret);
    expect(answer.text).not.to.include('argon2');
  });

  it('a person can see and end sessions; a new password ends the others', async () => {
    const here = await app.as('teacher');
    const there = await app.as('teacher');
    expect((await here.get('/api/session/sessions')).body.sessions).to.have.length(2);
    const changed = await here.post('/api/session/password', { current: testPassword, next: 'mot mat khau moi' });
    expect(changed.status).to.equal(200);
    expect((await there.get('/api/session')).body.person).to.equal(null);
    expect((await here.get('/api/session')).body.person.username).to.equal('teacher');
  });

  it('a password everybody tries first is refused', async () => {
    const teacher = await app.as('teacher');
    const refused = await teacher.post('/api/session/password', { current: testPassword, next: 'matkhau123' });
    expect(refused.body.code).to.equal('password-too-common');
  });

  it('a librarian resets a password: shown once, to be changed before anything else works', async () => {
    const librarian = await app.as('librarian');
    const before = await app.as('teacher');
    const { people } = (await librarian.get('/api/people')).body;
    const teacher = people.find((person: { username: string }) => person.username === 'teacher');
    const reset = (await librarian.post(`/api/people/${teacher.id}/password-reset`)).body;
    expect(reset.password).to.be.a('string');
    expect((await before.get('/api/session')).body.person).to.equal(null);
    const after = app.visitor();
    await after.signIn('teacher', reset.password);
    expect((await after.get('/api/records?list=drafts')).body.code).to.equal('password-must-change');
    expect((await after.post('/api/session/password', { current: reset.password, next: 'mot mat khau moi' })).status).to.equal(200);
    expect((await after.get('/api/records?list=drafts')).status).to.equal(200);
  });

  it('a forgotten password comes by mail where there is SMTP; the address works once and the answer tells nothing', async () => {
    const librarian = await app.as('librarian');
    await librarian.post('/api/people', { name: 'Cô Hằng', username: 'co.hang', email: 'hang@example.edu.vn', role: 'teacher', password: testPassword });
    const known = await app.visitor().post('/api/password-resets', { username: 'co.hang' });
    const unknown = await app.visitor().post('/api/password-resets', { username: 'nobody' });
    expect(known.body).to.deep.equal(unknown.body);
    expect(sent.map((message) => message.to)).to.deep.equal(['hang@example.edu.vn']);
    const token = /token=(\S+)/.exec(sent[0]!.text)![1]!;
    const guest = app.visitor();
    expect((await guest.ask('PUT', '/api/password-resets', { token, password: 'mot mat khau moi' })).status).to.equal(200);
    expect((await guest.ask('PUT', '/api/password-resets', { token, password: 'lai mat khau moi' })).body.code).to.equal('reset-token-invalid');
    expect((await guest.signIn('co.hang', 'mot mat khau moi')).status).to.equal(200);
  });

  it('an access token works as its person until it is revoked; a bad one is refused, not taken for a guest', async () => {
    const teacher = await app.as('teacher');
    const made = (await teacher.post('/api/session/tokens', { name: 'script', days: 30 })).body;
    const script = app.visitor();
    const bearer = { authorization: `Bearer ${made.secret}` };
    expect((await script.get('/api/session', bearer)).body.person.username).to.equal('teacher');
    expect((await script.ask('POST', '/api/records', { title: 'Từ một tập lệnh' }, bearer)).status).to.equal(201);
    expect((await teacher.ask('DELETE', `/api/session/tokens/${made.id}`)).status).to.equal(200);
    expect((await script.get('/api/session', bearer)).status).to.equal(401);
  });

  it('a disabled person is signed out at once and cannot come back; the last keeper stays', async () => {
    const librarian = await app.as('librarian');
    const teacher = await app.as('teacher');
    const { people } = (await librarian.get('/api/people')).body;
    const of = (username: string) => people.find((person: { username: string }) => person.username === username);
    expect((await librarian.ask('PATCH', `/api/people/${of('teacher').id}`, { version: of('teacher').version, disabled: true })).body.disabled).to.equal(true);
    expect((await teacher.get('/api/session')).body.person).to.equal(null);
    expect((await app.visitor().signIn('teacher', testPassword)).body.code).to.equal('account-disabled');
    const last = await librarian.ask('PATCH', `/api/people/${of('librarian').id}`, { version: of('librarian').version, role: 'teacher' });
    expect(last.body.code).to.equal('last-administrator');
  });

  it('pupils, teachers and heads cannot see or make accounts', async () => {
    for (const role of ['pupil', 'teacher', 'group-head', 'head'] as const) {
      const person = await app.as(role);
      expect((await person.get('/api/people')).status, role).to.equal(403);
      expect((await person.post('/api/people', { name: 'x', username: 'xx', role: 'administrator' })).status, role).to.equal(403);
    }
    expect((await app.visitor().get('/api/people')).status).to.equal(401);
  });
});
