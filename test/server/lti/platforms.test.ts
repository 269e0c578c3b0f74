import { expect } from 'chai';
import { testPassword } from '../../support/app.ts';
import { formOf, type HandBrowser, inFrame, inWindow, messageClaims as lti } from '../../support/learning-platform.ts';
import { instructor, type LtiLibrary, openLtiLibrary, publicUrl } from './lti-library.ts';

describe('learning platforms of a library', () => {
  let library: LtiLibrary;
  before(async () => {
    library = await openLtiLibrary();
  });
  after(() => library.close());

  const change = (changes: object) =>
    library.administrator.ask(
      'PUT',
      `/api/lti/platforms/${library.platformId}`,
      library.form(library.platform, changes),
    );
  const session = async (browser: HandBrowser) => (await browser.json('GET', '/api/session')).body;
  const comes = (
    sub: string,
    more: object = {},
    browser = library.browser(),
    headers: Record<string, string> = inWindow,
  ) => library.launch(browser, (asked) => library.resource(asked, { sub, ...more }), headers);

  it('are for administrators to keep, and say what to enter on the other side', async () => {
    const view = (await library.administrator.get('/api/lti')).body;
    expect(view.addresses).to.eql({
      login: `${publicUrl}/lti/login`,
      launch: `${publicUrl}/lti/launch`,
      keys: `${publicUrl}/lti/jwks.json`,
      site: publicUrl,
    });
    expect(view.platforms[0]).to.deep.include({
      name: 'Moodle Hoa Sen',
      strangers: 'make',
      trustsTeachers: true,
      keepsNames: false,
      people: 0,
      deployments: [library.platform.deployment],
    });
    const librarian = await library.app.as('librarian');
    for (const [method, path] of [
      ['GET', '/api/lti'],
      ['POST', '/api/lti/platforms'],
      ['PUT', `/api/lti/platforms/${library.platformId}`],
      ['DELETE', `/api/lti/platforms/${library.platformId}`],
      ['POST', '/api/lti/keys'],
      ['POST', '/api/lti/keys-check'],
      ['POST', '/api/lti/registrations'],
    ] as const) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : { ...library.form(library.platform) };
      expect((await librarian.ask(method, path, body)).status, `${method} ${path}`).to.equal(403);
      expect((await library.app.visitor().ask(method, path, body)).status, `${method} ${path}`).to.equal(401);
    }
    expect((await library.administrator.post('/api/lti/platforms', library.form(library.platform))).body.code).to.equal(
      'platform-already-known',
    );
    for (const wrong of [
      { issuer: 'moodle' },
      { jwksUrl: 'file:///etc/passwd' },
      { authorizationEndpoint: 'javascript:alert(1)' },
      { deployments: [] },
      { clientId: '' },
    ])
      expect(
        (await library.administrator.post('/api/lti/platforms', library.form(library.platform, wrong))).status,
        JSON.stringify(wrong),
      ).to.equal(400);
    expect(
      (
        await library.administrator.ask(
          'PUT',
          '/api/lti/platforms/0192f3a4-0000-7000-8000-00000000000a',
          library.form(library.platform, { clientId: 'x' }),
        )
      ).body.code,
    ).to.equal('platform-not-found');
  });

  it('one server of two schools is two platforms, told apart by client id', async () => {
    const added = await library.administrator.post(
      '/api/lti/platforms',
      library.form(library.platform, { name: 'Khối 9', clientId: 'second', deployments: ['9'] }),
    );
    expect(added.status).to.equal(201);
    const login = (more: object) =>
      library
        .browser()
        .get(
          `/lti/login?${new URLSearchParams({ iss: library.platform.url, login_hint: '1', target_link_uri: `${publicUrl}/`, ...more })}`,
          inWindow,
        );
    expect((await login({})).status).to.equal(404);
    expect((await login({ client_id: 'second' })).status).to.equal(302);
    const asked = new URL((await login({ lti_deployment_id: '9' })).headers.get('location')!).searchParams;
    expect(asked.get('client_id')).to.equal('second');
    const second = added.body.platforms.find(({ name }: { name: string }) => name === 'Khối 9').id;
    expect((await library.administrator.ask('DELETE', `/api/lti/platforms/${second}`)).body.platforms).to.have.length(
      1,
    );
  });

  it('may keep names of pupils, and may be believed about teachers or not', async () => {
    const first = library.browser();
    await comes('named', { name: '  Nguyễn Thị  A\u0000 \u202e' }, first);
    expect((await session(first)).person.name).to.equal('Học sinh · Moodle Hoa Sen');
    await change({ keepsNames: true, trustsTeachers: false });
    const [pupil, teacher] = [library.browser(), library.browser()];
    await comes('named-2', { name: '  Nguyễn Thị A\u0000 \u202e' }, pupil);
    expect((await session(pupil)).person.name).to.equal('Nguyễn Thị A');
    await comes('not-believed', { [lti('roles')]: instructor }, teacher);
    expect((await session(teacher)).person.role).to.equal('pupil');
    await change({});
  });

  it('keep their issuer once somebody has come, or people of another platform would become them', async () => {
    const other = `${library.platform.url}/khac`;
    expect((await change({ issuer: other })).body.code).to.equal('platform-issuer-fixed');
    const fresh = (
      await library.administrator.post('/api/lti/platforms', library.form(library.platform, { clientId: 'fresh' }))
    ).body.platforms.at(-1).id;
    const path = `/api/lti/platforms/${fresh}`;
    expect(
      (
        await library.administrator.ask(
          'PUT',
          path,
          library.form(library.platform, { clientId: 'fresh', issuer: other }),
        )
      ).status,
    ).to.equal(200);
    await library.administrator.ask('DELETE', path);
  });

  describe('whom nobody knows signs in once, where the school has said so', () => {
    before(async () => {
      await change({ strangers: 'link' });
      await library.app.as('teacher');
      await library.app.as('head');
    });
    after(() => change({}));

    it('with their own password, in the browser that came; from then on with none', async () => {
      const browser = library.browser();
      const page = await comes('teacher-of-moodle', { [lti('roles')]: [] }, browser, inFrame);
      expect([page.status, browser.cookies.has('tusach-trong-khung')]).to.eql([200, false]);
      expect(page.headers.get('content-security-policy')).to.contain(library.platform.url);
      const { action, fields } = formOf(page.text);
      expect(action).to.equal('/lti/link');

      const wrong = await browser.post(action, { ...fields, username: 'teacher"><b>', password: 'sai' });
      expect([wrong.status, wrong.text.includes('chưa đúng'), wrong.text.includes('<b>')]).to.eql([401, true, false]);
      const other = library.browser();
      expect((await other.post(action, { ...fields, username: 'teacher', password: testPassword })).text).to.contain(
        'browser-other',
      );

      const linked = await browser.post(action, {
        ...formOf(wrong.text).fields,
        username: 'teacher',
        password: testPassword,
      });
      expect([linked.status, linked.headers.get('location')], linked.text).to.eql([303, `/record/${library.recordId}`]);
      // In the frame again, by the cookie that a frame keeps.
      expect(browser.cookies.has('tusach-trong-khung')).to.equal(true);
      expect((await session(browser)).person.username).to.equal('teacher');
      expect((await browser.post(action, { ...fields, username: 'teacher', password: testPassword })).status).to.equal(
        400,
      );

      const again = library.browser();
      expect((await comes('teacher-of-moodle', {}, again)).status).to.equal(303);
      expect((await session(again)).person).to.include({ username: 'teacher', role: 'teacher' });
    });

    it('not by an e-mail address or a name that the platform says', async () => {
      const { queries } = library.app.storage.metadata;
      await queries
        .updateTable('people')
        .set({ email: 'jane@platform.example.edu' })
        .where('username', '=', 'librarian')
        .execute();
      const browser = library.browser();
      expect(
        (await comes('claims-to-be-jane', { preferred_username: 'librarian', email_verified: true }, browser)).status,
      ).to.equal(200);
      expect((await session(browser)).person).to.equal(null);
    });

    it('not as anybody who keeps the library, though the password is right', async () => {
      for (const username of ['librarian', 'head', 'administrator']) {
        const browser = library.browser();
        const { action, fields } = formOf((await comes(`would-be-${username}`, {}, browser)).text);
        const answer = await browser.post(action, { ...fields, username, password: testPassword });
        expect([answer.status, browser.cookies.has('tusach')], username).to.eql([403, false]);
      }
      const links = await library.app.storage.metadata.queries
        .selectFrom('lti_people')
        .selectAll()
        .where('subject', 'like', 'would-be-%')
        .execute();
      expect(links).to.eql([]);
    });

    it('guessing goes through the counter of every sign-in', async () => {
      const browser = library.browser();
      const { action, fields } = formOf((await comes('guesser', {}, browser)).text);
      const statuses: number[] = [];
      for (let at = 0; at < 11; at++)
        statuses.push(
          (await browser.post(action, { ...fields, username: 'nobody-of-that-name', password: String(at) })).status,
        );
      expect(statuses.at(-1)).to.equal(429);
    });
  });

  describe('removed', () => {
    it('they end what they opened: sessions, accounts made, what those searched for; a linked account lives on', async () => {
      const { queries } = library.app.storage.metadata;
      await change({ keepsNames: true });
      const [pupil, linked] = [library.browser(), library.browser()];
      await comes('last', { name: 'Trần Văn B' }, pupil);
      await comes('teacher-of-moodle', {}, linked);
      const { person, csrf } = await session(pupil);
      await pupil.json('POST', '/api/searches', { name: 'Kiều', query: 'q=kieu' }, csrf);
      expect(
        await queries.selectFrom('saved_searches').selectAll().where('person_id', '=', person.id).execute(),
      ).to.have.length(1);

      const left = await library.administrator.ask('DELETE', `/api/lti/platforms/${library.platformId}`);
      expect(left.body.platforms).to.eql([]);
      expect((await session(pupil)).person).to.equal(null);
      expect((await session(linked)).person).to.equal(null);
      const rows = await queries.selectFrom('people').selectAll().execute();
      expect(rows.find(({ id }) => id === person.id))
        .to.include({ disabled: 1, email: null })
        .and.satisfy((row: { name: string; username: string }) => row.name === row.username);
      expect(rows.find(({ username }) => username === 'teacher')).to.include({ disabled: 0 });
      expect(
        await queries.selectFrom('saved_searches').selectAll().where('person_id', '=', person.id).execute(),
      ).to.eql([]);
      expect(await queries.selectFrom('lti_people').selectAll().execute()).to.eql([]);
      expect(
        (
          await library
            .browser()
            .get(
              `/lti/login?${new URLSearchParams({ iss: library.platform.url, login_hint: '1', target_link_uri: `${publicUrl}/` })}`,
              inWindow,
            )
        ).status,
      ).to.equal(404);
    });

    it('nothing of it is in the log but what administrators did', () => {
      const logged = library.app.logged.join('\n');
      expect(logged).to.contain('remove-platform');
      for (const secret of ['moodle-2', 'teacher-of-moodle', 'Trần Văn B', 'id_token'])
        expect(logged).to.not.contain(secret);
    });
  });
});
