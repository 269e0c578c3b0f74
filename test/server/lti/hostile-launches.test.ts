import { expect } from 'chai';
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { putAllowedHosts } from '../../../server/outbound/allowed-hosts.ts';
import { openPlatformKeys } from '../../../server/lti/platform-keys.ts';
import { verifyIdToken } from '../../../server/lti/signed-messages.ts';
import {
  inFrame,
  inWindow,
  messageClaims as lti,
  openLearningPlatform,
  platformKeys,
} from '../../support/learning-platform.ts';
import { type LtiLibrary, now, openLtiLibrary, publicUrl } from './lti-library.ts';

describe('launches that are not what they say', () => {
  let library: LtiLibrary;
  before(async () => {
    library = await openLtiLibrary();
  });
  after(() => library.close());
  afterEach(() => {
    library.platform.signs = null;
    library.platform.keysBroken = null;
  });

  /** Status and code of a launch with these claims; nobody is signed in by one that is refused. */
  const outcome = async (changes: object, signs: typeof library.platform.signs = null): Promise<string> => {
    const browser = library.browser();
    library.platform.signs = signs;
    const answer = await library.launch(browser, (asked) => library.resource(asked, changes as never));
    if (answer.status !== 303) expect(browser.cookies.has('tusach'), 'a session').to.equal(false);
    return `${answer.status} ${/<p class="en">([a-z-]+)(: .*)?<\/p>/.exec(answer.text)?.[1] ?? ''}`.trim();
  };

  it('for somebody else: audience, issuer, authorized party', async () => {
    const { clientId } = library.platform;
    expect(await outcome({ aud: 'another' })).to.equal('403 message-not-for-us');
    expect(await outcome({ aud: undefined })).to.equal('403 message-not-for-us');
    expect(await outcome({ iss: 'https://platform.example.edu' })).to.equal('403 message-not-for-us');
    expect(await outcome({ azp: 'another' })).to.equal('403 message-not-for-us');
    expect(await outcome({ aud: [clientId, 'another'], azp: undefined })).to.equal('403 message-not-for-us');
    expect(await outcome({ aud: [clientId, 'another'], azp: 'another' })).to.equal('403 message-not-for-us');
    expect(await outcome({ aud: [clientId, 'another'], azp: clientId })).to.equal('303');
    expect(await outcome({ aud: clientId, azp: undefined })).to.equal('303');
  });

  it('too old or too new, but for a minute that clocks may differ', async () => {
    expect(await outcome({ exp: now() - 40 })).to.equal('303');
    expect(await outcome({ iat: now() + 40, exp: now() + 400 })).to.equal('303');
    expect(await outcome({ exp: now() - 75 })).to.equal('403 message-expired');
    expect(await outcome({ iat: now() + 75 })).to.equal('403 message-expired');
    expect(await outcome({ iat: now() - 700, exp: now() + 99_999 })).to.equal('403 message-expired');
    expect(await outcome({ exp: undefined })).to.equal('400 message-incomplete');
    expect(await outcome({ iat: undefined })).to.match(/^40[03] message-(incomplete|expired)$/);
    expect(await outcome({ iat: 'yesterday' })).to.match(/^40[03] message-/);
  });

  it('signed by nobody, by a shared secret, by another key', async () => {
    const publicText = await exportSPKI((await platformKeys()).publicKey);
    expect(await outcome({}, async (claims) => new UnsecuredJWT(claims).encode())).to.equal('403 message-untrusted');
    const secret = new TextEncoder().encode(publicText);
    expect(
      await outcome({}, (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'platform-1' }).sign(secret),
      ),
    ).to.equal('403 message-untrusted');
    const other = (await generateKeyPair('RS256')).privateKey;
    expect(
      await outcome({}, (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'platform-1' }).sign(other),
      ),
    ).to.equal('403 message-untrusted');
    expect(
      await outcome({}, (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'never-heard-of' }).sign(other),
      ),
    ).to.equal('403 message-untrusted');
    const changed = async (claims: object): Promise<string> => {
      const [head, , signature] = (await library.platform.sign(claims as never)).split('.');
      return [
        head,
        Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url'),
        signature,
      ].join('.');
    };
    expect(await outcome({}, changed)).to.equal('403 message-untrusted');
    for (const text of ['x', 'a.b.c', '...', `${'e'.repeat(9000)}`])
      expect(await outcome({}, async () => text)).to.equal('403 message-untrusted');
    expect(await outcome({}, async () => '')).to.equal('400 message-incomplete');
  });

  it('of another platform that the library knows as well', async () => {
    const other = await openLearningPlatform(library.app.url, 'other-client');
    try {
      await putAllowedHosts(library.app.storage.metadata.queries, [library.platform.host, other.host]);
      await library.administrator.post('/api/lti/platforms', library.form(other, { name: 'Trường khác' }));
      // Its own key has the same kid; what it signs as the first platform is refused, and so is a message of its own in another's round.
      await other.newKeys('platform-1');
      expect(await outcome({}, (claims) => other.sign(claims))).to.equal('403 message-untrusted');
      expect(
        await outcome({ iss: other.url, aud: 'other-client', azp: 'other-client' }, (claims) => other.sign(claims)),
      ).to.equal('403 message-untrusted');
    } finally {
      await other.close();
    }
  });

  it('a deployment, a version, a kind or a part that is not there', async () => {
    expect(await outcome({ [lti('deployment_id')]: 'another' })).to.equal('403 deployment-unknown');
    expect(await outcome({ [lti('deployment_id')]: undefined })).to.equal('400 message-incomplete');
    expect(await outcome({ [lti('version')]: '1.1' })).to.equal('400 message-kind');
    expect(await outcome({ [lti('message_type')]: 'LtiSubmissionReviewRequest' })).to.equal('400 message-kind');
    expect(await outcome({ [lti('resource_link')]: undefined })).to.equal('400 message-incomplete');
    expect(await outcome({ [lti('roles')]: 'Instructor' })).to.equal('400 message-incomplete');
    expect(await outcome({ sub: 7 })).to.equal('400 message-incomplete');
    expect(await outcome({ sub: 'x'.repeat(256) })).to.equal('400 message-incomplete');
    expect(await outcome({ nonce: undefined })).to.equal('400 message-incomplete');
  });

  it('a nonce of another round, and a message a second time', async () => {
    expect(await outcome({ nonce: 'fc5fdc6d-5dd6-47f4-b2c9-5d1216e9b771' })).to.equal('403 nonce-wrong');
    const browser = library.browser();
    library.platform.says = (asked) => library.resource(asked);
    const first = await library.begin(browser);
    expect((await browser.post('/lti/launch', first)).status).to.equal(303);
    const again = await browser.post('/lti/launch', first);
    expect(again.status).to.equal(400);
    expect(again.text).to.contain('state-unknown');
    // The same message with a new state is of another round.
    const second = await library.begin(browser);
    const mixed = await browser.post('/lti/launch', { state: second.state, id_token: first.id_token });
    expect([mixed.status, mixed.text.includes('nonce-wrong')]).to.eql([403, true]);
  });

  it('ended in another browser than the one that began it, which spends it', async () => {
    const [mine, theirs] = [library.browser(), library.browser()];
    library.platform.says = (asked) => library.resource(asked);
    const fields = await library.begin(mine);
    await library.begin(theirs);
    const stolen = await theirs.post('/lti/launch', fields);
    expect([stolen.status, stolen.text.includes('browser-other'), theirs.cookies.has('tusach')]).to.eql([
      403,
      true,
      false,
    ]);
    expect((await mine.post('/lti/launch', fields)).status).to.equal(400);
    // A frame that keeps no cookie comes to the same.
    const bare = library.browser();
    const other = await library.begin(bare, inFrame);
    bare.cookies.clear();
    expect((await bare.post('/lti/launch', other, inFrame)).text).to.contain('browser-other');
  });

  it('five minutes after it began', async () => {
    const browser = library.browser();
    library.platform.says = (asked) => library.resource(asked);
    const fields = await library.begin(browser);
    await library.app.storage.metadata.queries
      .updateTable('lti_tickets')
      .set({ expires_at: new Date(Date.now() - 1000).toISOString() })
      .execute();
    expect((await browser.post('/lti/launch', fields)).text).to.contain('state-unknown');
  });

  it('a state or a form that is none; a message of a megabyte', async () => {
    const browser = library.browser();
    for (const state of ['', 'x', `${'a'.repeat(43)}`, "' or 1=1 --", '%00']) {
      const answer = await browser.post('/lti/launch', { state, id_token: 'x' });
      expect([answer.status, answer.headers.get('content-type')], state).to.eql([400, 'text/html; charset=utf-8']);
    }
    const json = await browser.post('/lti/launch', { state: 'x' }, { 'content-type': 'application/json' });
    expect([json.status, json.headers.get('content-type')]).to.eql([400, 'text/html; charset=utf-8']);
    library.platform.says = (asked) => library.resource(asked);
    const { state } = await library.begin(browser);
    const large = await browser.post('/lti/launch', { state, id_token: 'a'.repeat(1024 * 1024) });
    expect([large.status, large.text.includes('message-too-large')]).to.eql([413, true]);
  });

  it('the platform itself says no', async () => {
    const browser = library.browser();
    library.platform.says = (asked) => library.resource(asked);
    const { state } = await library.begin(browser);
    const answer = await browser.post('/lti/launch', {
      state,
      error: 'login_required',
      error_description: '<img src=x onerror=alert(1)>',
    });
    expect([answer.status, answer.text.includes('login_required'), answer.text.includes('<img')]).to.eql([
      403,
      true,
      false,
    ]);
  });

  it('a login from nowhere, or to elsewhere', async () => {
    const good = {
      iss: library.platform.url,
      client_id: library.platform.clientId,
      login_hint: '1',
      target_link_uri: `${publicUrl}/`,
    };
    const login = async (changes: Record<string, string | undefined>): Promise<number> => {
      const fields = Object.entries({ ...good, ...changes }).filter(
        (pair): pair is [string, string] => pair[1] !== undefined,
      );
      const answer = await library.browser().get(`/lti/login?${new URLSearchParams(fields)}`, inWindow);
      if (answer.status !== 302) expect(answer.headers.get('location')).to.equal(null);
      return answer.status;
    };
    expect(await login({})).to.equal(302);
    expect(await login({ client_id: undefined })).to.equal(302);
    expect(await login({ iss: 'https://evil.example' })).to.equal(404);
    expect(await login({ iss: undefined })).to.equal(404);
    expect(await login({ client_id: 'another' })).to.equal(404);
    expect(await login({ login_hint: undefined })).to.equal(400);
    expect(await login({ target_link_uri: undefined })).to.equal(400);
    for (const target of ['https://evil.example/', 'javascript:alert(1)', '//evil.example', '/record'])
      expect(await login({ target_link_uri: target }), target).to.equal(400);
  });

  it('keys: asked for once, again when an unknown one is used, and no more than once a minute', async () => {
    let clock = 0;
    const keys = openPlatformKeys(library.app.storage.metadata, () => clock);
    const { platform } = library;
    const address = `${platform.url}/jwks`;
    const before = platform.keysAsked;
    await Promise.all([keys.keysAt(address, false), keys.keysAt(address, false), keys.keysAt(address, true)]);
    expect(platform.keysAsked - before).to.equal(1);
    for (let at = 0; at < 20; at++) await keys.keysAt(address, true);
    expect(platform.keysAsked - before).to.equal(1);
    clock += 61_000;
    await keys.keysAt(address, false);
    expect(platform.keysAsked - before).to.equal(1);
    await keys.keysAt(address, true);
    expect(platform.keysAsked - before).to.equal(2);
    // A platform that cannot be asked for a while is believed by the keys it had.
    clock += 4_000_000;
    platform.keysBroken = '<html>Bảo trì</html>';
    expect((await keys.keysAt(address, false)).keys).to.have.length(1);
    const fault = await openPlatformKeys(library.app.storage.metadata)
      .keysAt(address, false)
      .then(
        () => null,
        (error: unknown) => error,
      );
    expect(fault).to.include({ name: 'KeysUnread', why: 'not-keys' });
  });

  it('keys in the inner network are asked for where an administrator has allowed the host, and nowhere else', async () => {
    const { queries } = library.app.storage.metadata;
    await putAllowedHosts(queries, []);
    const other = await openLearningPlatform(library.app.url, 'inner');
    try {
      await library.administrator.post('/api/lti/platforms', library.form(other));
      const check = async () =>
        (await library.administrator.post('/api/lti/keys-check', { jwksUrl: `${other.url}/jwks` })).body;
      expect(await check()).to.deep.include({ code: 'platform-keys-refused', params: { host: other.host } });
      const browser = library.browser();
      const { headers } = await browser.get(
        `/lti/login?${new URLSearchParams({ iss: other.url, login_hint: '1', target_link_uri: `${publicUrl}/` })}`,
        inWindow,
      );
      const asked = new URL(headers.get('location')!).searchParams;
      const id_token = await other.sign(library.resource(asked, { iss: other.url, aud: 'inner', azp: 'inner' }));
      const answer = await browser.post('/lti/launch', { state: asked.get('state')!, id_token });
      expect([answer.status, answer.text.includes('keys-unreachable'), other.keysAsked]).to.eql([502, true, 0]);
      await putAllowedHosts(queries, [other.host]);
      expect(await check()).to.eql({ keys: 1 });
    } finally {
      await other.close();
      await putAllowedHosts(queries, [library.platform.host]);
    }
  });

  it('a new key of the platform is taken at its first use', async () => {
    let clock = 0;
    const { platform } = library;
    const keys = openPlatformKeys(library.app.storage.metadata, () => clock);
    const address = `${platform.url}/jwks`;
    await keys.keysAt(address, false);
    await platform.newKeys('platform-2');
    clock += 61_000;
    const claims = library.resource(new URLSearchParams({ nonce: 'n' }));
    const verify = async (as: string) =>
      verifyIdToken(await platform.sign(claims, as), { issuer: platform.url, clientId: platform.clientId }, (fresh) =>
        keys.keysAt(address, fresh),
      );
    const before = platform.keysAsked;
    expect((await verify('platform-2')).sub).to.equal(claims.sub);
    for (let at = 0; at < 5; at++)
      expect(await verify(`made-up-${at}`).catch((error: { code: string }) => error.code)).to.equal(
        'message-untrusted',
      );
    expect(platform.keysAsked - before).to.equal(1);
  });
});
