import { expect } from 'chai';
import { inFrame, inWindow, type HandBrowser, messageClaims as lti } from '../../support/learning-platform.ts';
import { instructor, learner, type LtiLibrary, openLtiLibrary, publicUrl } from './lti-library.ts';
import { resourceLinkRequest } from './spec-messages.ts';

describe('a launch by LTI 1.3', () => {
  let library: LtiLibrary;
  before(async () => {
    library = await openLtiLibrary();
  });
  after(() => library.close());

  const session = async (browser: HandBrowser) => (await browser.json('GET', '/api/session')).body;
  const people = () => library.app.storage.metadata.queries.selectFrom('people').selectAll().execute();
  const changed = (changes: object) => (asked: URLSearchParams) => library.resource(asked, changes as never);

  it('the example of the specification: login, authorization, message, session, page', async () => {
    const browser = library.browser();
    const answer = await library.launch(browser, (asked) => library.resource(asked));
    expect([answer.status, answer.headers.get('location')], answer.text).to.eql([303, `/record/${library.recordId}`]);
    const asked = Object.fromEntries(library.platform.asked.at(-1)!);
    expect(asked).to.deep.include({
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      prompt: 'none',
      client_id: library.platform.clientId,
      redirect_uri: `${publicUrl}/lti/launch`,
      login_hint: 'moodle-2',
      lti_message_hint: '{"cmid":7}',
    });
    const { person, abilities } = await session(browser);
    expect(person).to.include({ role: 'pupil', email: null, name: 'Học sinh · Moodle Hoa Sen' });
    expect(person.school.code).to.equal('HOASEN');
    expect(abilities).to.include({ upload: false, publish: false, operate: false });
    expect((await browser.get(`/api/records/${library.recordId}`)).status).to.equal(200);
  });

  it('keeps of a pupil what the platform calls them by, and neither name nor address', async () => {
    const kept = JSON.stringify([
      await people(),
      await library.app.storage.metadata.queries.selectFrom('lti_people').selectAll().execute(),
    ]);
    expect(kept).to.contain(resourceLinkRequest.sub!);
    for (const told of ['Jane', 'Doe', 'jane@', 'moodle-2']) expect(kept).to.not.contain(told);
    const tickets = await library.app.storage.metadata.queries.selectFrom('lti_tickets').selectAll().execute();
    expect(tickets).to.eql([]);
  });

  it('the same person again is the same account, however many frames of a page come at once', async () => {
    const before = (await people()).length;
    const sub = 'pupil-of-three-frames';
    const browsers = [1, 2, 3].map(() => library.browser());
    const answers = await Promise.all(browsers.map((browser) => library.launch(browser, changed({ sub }))));
    expect(answers.map(({ status }) => status)).to.eql([303, 303, 303]);
    const ids = await Promise.all(browsers.map(async (browser) => (await session(browser)).person.id));
    expect(new Set(ids).size).to.equal(1);
    expect((await people()).length).to.equal(before + 1);
  });

  it('several launches of one browser go on beside one another', async () => {
    const browser = library.browser();
    library.platform.says = (asked) => library.resource(asked);
    const [first, second] = [await library.begin(browser), await library.begin(browser)];
    expect((await browser.post('/lti/launch', first, inWindow)).status).to.equal(303);
    expect((await browser.post('/lti/launch', second, inWindow)).status).to.equal(303);
    expect([...browser.cookies.keys()]).to.eql(['tusach']);
  });

  it('login by a form is the same as by an address', async () => {
    const browser = library.browser();
    const fields = {
      iss: library.platform.url,
      login_hint: '1',
      target_link_uri: `${publicUrl}/`,
      client_id: library.platform.clientId,
      lti_deployment_id: library.platform.deployment,
    };
    const answer = await browser.post('/lti/login', fields, inWindow);
    expect(answer.status).to.equal(302);
    expect(new URL(answer.headers.get('location')!).pathname).to.equal('/auth');
    expect(new URL(answer.headers.get('location')!).searchParams.has('lti_message_hint')).to.equal(false);
  });

  describe('who comes', () => {
    const roleOf = async (sub: string, roles: string[] | undefined, more: object = {}) => {
      const browser = library.browser();
      const answer = await library.launch(browser, changed({ sub, [lti('roles')]: roles, ...more }));
      expect(answer.status, answer.text).to.equal(303);
      return (await session(browser)).person as { id: string; role: string; name: string };
    };
    const institution = (role: string) => `http://purl.imsglobal.org/vocab/lis/v2/institution/person#${role}`;
    const system = (role: string) => `http://purl.imsglobal.org/vocab/lis/v2/system/person#${role}`;

    it('an instructor is a teacher with a name; nobody is more than that', async () => {
      expect(await roleOf('t1', instructor)).to.include({ role: 'teacher', name: 'Ms Jane Marie Doe' });
      const everything = [
        institution('Administrator'),
        system('SysAdmin'),
        system('Administrator'),
        'http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator',
        'Administrator',
        'librarian',
        'urn:lti:sysrole:ims/lis/SysAdmin',
      ];
      expect((await roleOf('a1', everything)).role).to.equal('pupil');
      expect((await roleOf('a2', [...everything, ...instructor])).role).to.equal('teacher');
      expect((await roleOf('a3', undefined)).role).to.equal('pupil');
      expect((await roleOf('a4', [])).role).to.equal('pupil');
    });

    it('an assistant, and a pupil who was let try to teach, stay pupils', async () => {
      const assistant = 'http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant';
      expect((await roleOf('ta', [...instructor, assistant])).role).to.equal('pupil');
      expect((await roleOf('ta2', [assistant])).role).to.equal('pupil');
      expect((await roleOf('tried', [...instructor, institution('Student')])).role).to.equal('pupil');
      expect(
        (await roleOf('odd', ['http://purl.imsglobal.org/vocab/lis/v2/membership#InstructorX', 'x Instructor'])).role,
      ).to.equal('pupil');
    });

    it('who first came to learn becomes a teacher when they teach; whom a librarian made a pupil stays one', async () => {
      expect((await roleOf('both', learner)).role).to.equal('pupil');
      const risen = await roleOf('both', instructor);
      expect(risen).to.include({ role: 'teacher', name: 'Ms Jane Marie Doe' });
      expect((await roleOf('both', learner)).role).to.equal('teacher');
      const librarian = await library.app.as('librarian');
      const view = (await librarian.get('/api/people')).body.people.find(({ id }: { id: string }) => id === risen.id);
      await librarian.ask('PATCH', `/api/people/${risen.id}`, { version: view.version, role: 'pupil' });
      expect((await roleOf('both', instructor)).role).to.equal('pupil');
    });

    it('an account that is switched off stays shut', async () => {
      const { id } = await roleOf('off', learner);
      const librarian = await library.app.as('librarian');
      const { version } = (await librarian.get('/api/people')).body.people.find(
        (person: { id: string }) => person.id === id,
      );
      await librarian.ask('PATCH', `/api/people/${id}`, { version, disabled: true });
      const browser = library.browser();
      const answer = await library.launch(browser, changed({ sub: 'off' }));
      expect(answer.status).to.equal(403);
      expect(answer.text).to.contain('đang bị khoá');
      expect((await session(browser)).person).to.equal(null);
    });

    it('an account that was given the keeping of the library is no longer opened from outside', async () => {
      const { id } = await roleOf('risen', instructor);
      const { version } = (await library.administrator.get('/api/people')).body.people.find(
        (person: { id: string }) => person.id === id,
      );
      for (const [at, role] of (['librarian', 'head', 'administrator'] as const).entries()) {
        await library.administrator.ask('PATCH', `/api/people/${id}`, { version: version + at, role });
        const browser = library.browser();
        const answer = await library.launch(browser, changed({ sub: 'risen', [lti('roles')]: instructor }));
        expect([answer.status, browser.cookies.has('tusach')], role).to.eql([403, false]);
        expect(answer.text).to.contain('mật khẩu');
      }
    });

    it('whom the platform does not name reads as a guest', async () => {
      const browser = library.browser();
      const answer = await library.launch(browser, changed({ sub: undefined }));
      expect([answer.status, answer.headers.get('location')]).to.eql([303, `/record/${library.recordId}`]);
      expect((await session(browser)).person).to.equal(null);
    });
  });

  describe('where it arrives', () => {
    const arrives = async (changes: object) => {
      const answer = await library.launch(library.browser(), changed(changes));
      return answer.headers.get('location') ?? answer.status;
    };
    const [file, record] = ['0192f3a4-0000-7000-8000-00000000000a', '0192f3a4-0000-7000-8000-00000000000b'];

    it('at what was chosen, whatever the address says', async () => {
      expect(await arrives({ [lti('custom')]: { record } })).to.equal(`/record/${record}`);
      expect(await arrives({ [lti('custom')]: { record, file, page: '12' } })).to.equal(`/read/${file}/page/12`);
    });

    it('at the address, where the parameters are none', async () => {
      for (const custom of [
        { record: '$Record.id' },
        { record: `../people` },
        { record: 7 },
        { file, page: '-1' },
        { file, page: 'x' },
        {},
        null,
      ])
        expect(await arrives({ [lti('custom')]: custom }), JSON.stringify(custom)).to.equal(
          `/record/${library.recordId}`,
        );
    });

    it('at pages for readers, and at the front instead of anything else', async () => {
      const to = (path: string) => arrives({ [lti('target_link_uri')]: publicUrl + path });
      expect(await to('/search?q=ki%E1%BB%81u')).to.equal('/search?q=ki%E1%BB%81u');
      expect(await to(`/read/${file}/page/3?q=kieu`)).to.equal(`/read/${file}/page/3?q=kieu`);
      for (const path of [
        '/people',
        '/api/session',
        '/lti/launch',
        '//evil.example/',
        '/record/../people',
        '/%2e%2e/people',
      ])
        expect(await to(path), path).to.equal('/');
    });

    it('never at another server', async () => {
      for (const target of [
        'https://evil.example/',
        'http://thuvien.example/',
        'https://thuvien.example.evil.example/',
        'https://thuvien.example:444/',
        'https://x@thuvien.example/',
        'javascript:alert(1)',
        '/record',
        'nothing',
      ])
        expect(await arrives({ [lti('target_link_uri')]: target }), target).to.equal(400);
    });
  });

  describe('inside a frame', () => {
    it('a cookie is tried first; the session lies in one of its own that only this frame sees', async () => {
      const browser = library.browser();
      const answer = await library.launch(browser, (asked) => library.resource(asked), inFrame);
      expect(answer.status, answer.text).to.equal(303);
      expect([...browser.cookies.keys()].sort()).to.eql(['tusach-lti-thu', 'tusach-trong-khung']);
      for (const { attributes } of browser.cookies.values())
        expect(attributes).to.contain('SameSite=None; Secure; Partitioned').and.contain('HttpOnly');
      const { person, csrf } = await session(browser);
      expect(person.role).to.equal('pupil');
      // The guard against forged requests is the same as for any other session.
      expect((await browser.json('PUT', '/api/session/language', { language: 'en' })).status).to.equal(403);
      expect((await browser.json('PUT', '/api/session/language', { language: 'en' }, csrf)).status).to.equal(200);
      expect((await browser.json('DELETE', '/api/session', undefined, csrf)).status).to.equal(200);
      expect(browser.cookies.has('tusach-trong-khung')).to.equal(false);
    });

    it('a browser that keeps no cookie there is offered a window, before the platform was asked for anything', async () => {
      const browser = library.browser();
      browser.refusesCookies = true;
      const before = library.platform.asked.length;
      const query = new URLSearchParams({
        iss: library.platform.url,
        client_id: library.platform.clientId,
        login_hint: '"><script>',
        lti_message_hint: 'm',
        target_link_uri: `${publicUrl}/`,
      });
      const first = await browser.get(`/lti/login?${query}`, inFrame);
      expect(first.status).to.equal(303);
      const page = await browser.get(first.headers.get('location')!, inFrame);
      expect(page.status).to.equal(200);
      expect(library.platform.asked.length).to.equal(before);
      expect(page.headers.get('content-security-policy')).to.contain(`frame-ancestors 'self' ${library.platform.url}`);
      expect(page.text).to.not.contain('<script');
      const [, address] = /href="([^"]+)" target="_blank"/.exec(page.text)!;
      browser.refusesCookies = false;
      const own = await browser.get(address!.replaceAll('&amp;', '&'), {
        'sec-fetch-dest': 'document',
        'sec-fetch-site': 'same-origin',
      });
      expect(own.status).to.equal(302);
      expect(new URL(own.headers.get('location')!).searchParams.get('login_hint')).to.equal('"><script>');
    });

    it('a session from a platform is short, and does not grow to a month by being used', async () => {
      const browser = library.browser();
      await library.launch(browser, (asked) => library.resource(asked), inFrame);
      const { queries } = library.app.storage.metadata;
      const of = () =>
        queries
          .selectFrom('sessions')
          .selectAll()
          .where('platform_id', 'is not', null)
          .orderBy('created_at', 'desc')
          .executeTakeFirstOrThrow();
      const hours = async () => (Date.parse((await of()).expires_at) - Date.now()) / 3_600_000;
      expect(await hours()).to.be.within(11.9, 12);
      await queries
        .updateTable('sessions')
        .set({ seen_at: '2020-01-01T00:00:00.000Z' })
        .where('id', '=', (await of()).id)
        .execute();
      await session(browser);
      expect((await of()).seen_at > '2026').to.equal(true);
      expect(await hours()).to.be.within(11.9, 12);
    });
  });
});
