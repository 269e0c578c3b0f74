import { hash } from '@node-rs/argon2';
import { expect } from 'chai';
import type { Mail } from '../../../server/accounts/mail.ts';
import { passwordMatches } from '../../../server/accounts/passwords.ts';
import { networkKey } from '../../../server/accounts/sign-in.ts';
import { openTestApp, type TestApp, testPassword, type Visitor } from '../../support/app.ts';

describe('passwords and what stands for them', () => {
  let app: TestApp;
  const sent: string[] = [];
  const mail: Mail = { send: async ({ text }) => void sent.push(text), close() {} };
  beforeEach(async () => {
    sent.length = 0;
    app = await openTestApp({ mail, environment: { TRUST_PROXY: 'loopback' } });
  });
  afterEach(() => app.close());

  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
  const tokenOf = async (person: Visitor): Promise<string> => (await person.post('/api/session/tokens', { name: 'script' })).body.secret;
  const choose = (token: string, password: string) => app.visitor().ask('PUT', '/api/password-resets', { token, password });
  const withMail = async (): Promise<string> => {
    const librarian = await app.as('librarian');
    const made = await librarian.post('/api/people', { name: 'Cô Hằng', username: 'co.hang', email: 'hang@example.edu.vn', role: 'teacher', password: testPassword });
    return made.body.person.id;
  };
  const mailed = async (): Promise<string> => {
    await app.visitor().post('/api/password-resets', { username: 'co.hang' });
    return /token=(\S+)/.exec(sent.at(-1)!)![1]!;
  };

  it('a password reset by a librarian ends access tokens and mailed addresses too', async () => {
    const id = await withMail();
    const person = app.visitor();
    await person.signIn('co.hang', testPassword);
    const secret = await tokenOf(person);
    const address = await mailed();
    expect((await app.visitor().get('/api/session', bearer(secret))).status).to.equal(200);
    expect((await (await app.as('librarian')).post(`/api/people/${id}/password-reset`)).status).to.equal(200);
    expect((await app.visitor().get('/api/session', bearer(secret))).status).to.equal(401);
    expect((await choose(address, 'mot mat khau moi')).body.code).to.equal('reset-token-invalid');
  });

  it('a password chosen by mail ends sessions and access tokens', async () => {
    await withMail();
    const person = app.visitor();
    await person.signIn('co.hang', testPassword);
    const secret = await tokenOf(person);
    expect((await choose(await mailed(), 'mot mat khau moi')).status).to.equal(200);
    expect((await app.visitor().get('/api/session', bearer(secret))).status).to.equal(401);
    expect((await person.get('/api/session')).body.person).to.equal(null);
  });

  it('a mailed address is spent by a password that is kept, not by one that is refused; two at once: one of them', async () => {
    await withMail();
    const token = await mailed();
    expect((await choose(token, 'matkhau123')).body.code).to.equal('password-too-common');
    const both = await Promise.all([choose(token, 'mot mat khau moi'), choose(token, 'hai mat khau moi')]);
    expect(both.map(({ status }) => status).sort()).to.deep.equal([200, 400]);
  });

  it('a mailbox gets five reset mails an hour, wherever they are asked from, and the answer does not tell', async () => {
    await withMail();
    const answers = [];
    for (let n = 0; n < 8; n++) answers.push(await app.visitor().ask('POST', '/api/password-resets', { username: 'co.hang' }, { 'x-forwarded-for': `203.0.113.${n}` }));
    expect(answers.map(({ status }) => status)).to.deep.equal(answers.map(() => 200));
    expect(sent).to.have.length(5);
  });

  it('who signs in does not use up the address of the school; who guesses does, also by going through a /64', async () => {
    const key = (n: number) => `sign-in:address:${networkKey(`2001:db8:1:2::${n.toString(16)}`)}`;
    expect(new Set([1, 2, 300].map(key))).to.have.property('size', 1);
    expect(networkKey('2001:db8:1:3::1')).not.to.equal(networkKey('2001:db8:1:2::1'));
    expect(networkKey('::ffff:192.0.2.1')).to.equal(networkKey('192.0.2.1'));
    expect(networkKey('192.0.2.1')).not.to.equal(networkKey('192.0.2.2'));
    const counted = async () => (await app.storage.metadata.queries.selectFrom('throttles').select('count').where('key', '=', key(1)).executeTakeFirst())?.count;
    const from = (n: number, password: string) => app.visitor().ask('POST', '/api/session', { username: 'librarian', password }, { 'x-forwarded-for': `2001:db8:1:2::${n}` });
    for (const n of [1, 2, 3]) expect((await from(n, testPassword)).status).to.equal(200);
    expect(await counted()).to.equal(0);
    for (const n of [4, 5]) expect((await from(n, 'nothing like it')).status).to.equal(401);
    expect(await counted()).to.equal(2);
  });

  it('case, spaces and another spelling of a name are the same account to the counter', async () => {
    const guesses = ['librarian', 'LIBRARIAN', '  librarian', 'librarian\u00a0', '\u3000Librarian', 'LiBrArIaN\n'];
    for (let n = 0; n < 10; n++) expect((await app.visitor().signIn(guesses[n % guesses.length]!, 'wrong')).status).to.equal(401);
    for (const name of guesses) expect((await app.visitor().signIn(name, testPassword)).body.code, JSON.stringify(name)).to.equal('sign-in-throttled');
  });

  it('without a trusted proxy, X-Forwarded-For changes nothing', async () => {
    const bare = await openTestApp();
    try {
      for (const n of [1, 2, 3]) await bare.visitor().ask('POST', '/api/session', { username: `nobody${n}`, password: 'wrong' }, { 'x-forwarded-for': `203.0.113.${n}`, forwarded: `for=203.0.113.${n}` });
      const rows = await bare.storage.metadata.queries.selectFrom('throttles').select(['key', 'count']).where('key', 'like', 'sign-in:address:%').execute();
      expect(rows.map(({ count }) => Number(count))).to.deep.equal([3]);
      const cookie = (await bare.visitor().ask('POST', '/api/session', { username: 'librarian', password: testPassword }, { 'x-forwarded-proto': 'https' })).headers.getSetCookie()[0];
      expect(cookie).not.to.include('Secure');
    } finally {
      await bare.close();
    }
  });

  it('behind a trusted proxy with TLS the cookie is Secure', async () => {
    const answer = await app.visitor().ask('POST', '/api/session', { username: 'librarian', password: testPassword }, { 'x-forwarded-proto': 'https' });
    expect(answer.headers.getSetCookie()[0]).to.match(/^tusach=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
  });

  it('signing in makes a new session, whatever cookie came with it', async () => {
    const planted = 'A'.repeat(43);
    const answer = await app.visitor().ask('POST', '/api/session', { username: 'librarian', password: testPassword }, { cookie: `tusach=${planted}` });
    expect(answer.status).to.equal(200);
    expect(answer.headers.getSetCookie()[0]).not.to.include(planted);
    expect((await app.visitor().get('/api/session', { cookie: `tusach=${planted}` })).body.person).to.equal(null);
  });

  it('a form of another site cannot sign anybody in: only JSON is read', async () => {
    const body = JSON.stringify({ username: 'librarian', password: testPassword });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain; application/json'])
      expect((await app.visitor().ask('POST', '/api/session', body, { 'content-type': type })).status, type).to.equal(400);
  });

  it('asking a library that is set up to be set up again costs no password hash', async () => {
    const before = await app.visitor().get('/api/session');
    const wish = { school: { name: 'Trường B', code: 'B' }, librarian: { name: 'x', username: 'someone', password: 'matkhau123' } };
    // The common password would be refused by the hashing: already-set-up comes before it.
    expect((await app.visitor().post('/api/set-up', wish)).body.code).to.equal('already-set-up');
    expect((await app.visitor().get('/api/session')).body).to.deep.equal(before.body);
  });

  it('hashing is bounded: what would wait too long is told to come back, the rest is answered', async () => {
    // The cost stands in the hash: a cheap one, since it is the queue that is asked here.
    const cheap = await hash(testPassword, { memoryCost: 8, timeCost: 1, parallelism: 1 });
    const asked = await Promise.allSettled(Array.from({ length: 410 }, () => passwordMatches(testPassword, cheap)));
    const refused = asked.filter((one) => one.status === 'rejected');
    expect(refused).to.have.length(8);
    for (const { reason } of refused) expect(reason).to.include({ code: 'too-many-requests' });
    expect(asked.filter((one) => one.status === 'fulfilled' && one.value)).to.have.length(402);
    expect(await passwordMatches(testPassword, cheap)).to.equal(true);
  });
});
