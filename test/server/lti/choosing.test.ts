import { expect } from 'chai';
import type { JWTPayload } from 'jose';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  formOf,
  type HandBrowser,
  inFrame,
  linkingClaims as dl,
  messageClaims as lti,
} from '../../support/learning-platform.ts';
import { temporaryFolder, until } from '../../support/temporary.ts';
import { upload } from '../files/tus-client.ts';
import { type LtiLibrary, openLtiLibrary, publicUrl } from './lti-library.ts';

describe('choosing for a learning platform (Deep Linking 2.0)', () => {
  let library: LtiLibrary;
  let remove: () => Promise<void>;
  before(async () => {
    const folder = await temporaryFolder();
    remove = folder.remove;
    await mkdir(join(folder.path, 'assets'));
    await writeFile(
      join(folder.path, 'index.html'),
      '<!doctype html><html lang="vi"><head><!--head--></head><body></body></html>',
    );
    library = await openLtiLibrary({ dist: folder.path });
  });
  after(async () => {
    await library.close();
    await remove();
  });

  const settings = (changes: object) => (asked: URLSearchParams) => {
    const claims = library.linking(asked);
    return {
      ...claims,
      [dl('deep_linking_settings')]: { ...(claims[dl('deep_linking_settings')] as object), ...changes },
    };
  };
  /** A teacher inside the platform who is about to choose. */
  async function chooser(
    says: (asked: URLSearchParams) => JWTPayload = (asked) => library.linking(asked),
    browser = library.browser(),
  ) {
    const answer = await library.launch(browser, says, inFrame);
    expect(answer.status, answer.text).to.equal(303);
    const [, ticket] = /^\/search\?choose=([\w-]{43})$/.exec(answer.headers.get('location')!)!;
    const { csrf } = (await browser.json('GET', '/api/session')).body;
    const choose = (items: object[]) => browser.json('POST', `/api/lti/choices/${ticket}`, { items }, csrf);
    return { browser, ticket: ticket!, choose };
  }
  /** Goes on from the address that was answered to the platform, as the page's script does. */
  async function handOver(browser: HandBrowser, address: string) {
    const page = await browser.get(address);
    expect(page.status, page.text).to.equal(200);
    const { action, fields } = formOf(page.text);
    const answer = await fetch(action, { method: 'POST', body: new URLSearchParams(fields) });
    expect(answer.status, await answer.text()).to.equal(200);
    return { page, action, claims: library.platform.returned.at(-1)! };
  }

  /** A record that staff of every school may read, and pupils of its own. */
  async function ofAnotherSchool(title: string): Promise<string> {
    const { queries } = library.app.storage.metadata;
    const id = await library.publish({ title, scope: 'sector' });
    const school_id = `school-of-${id}`;
    await queries
      .insertInto('organisations')
      .values({ id: school_id, kind: 'school', code: id, name: 'Trường bạn', accent: '#224466', created_at: '2099' })
      .execute();
    await queries.updateTable('records').set({ school_id }).where('id', '=', id).execute();
    return id;
  }

  it('a record goes back signed, with the data as it came, and opens for a pupil', async () => {
    const { browser, ticket, choose } = await chooser();
    expect((await browser.json('GET', `/api/lti/choices/${ticket}`)).body).to.eql({
      platform: 'Moodle Hoa Sen',
      multiple: true,
    });
    const kept = await choose([{ recordId: library.recordId }]);
    expect([kept.status, kept.body]).to.eql([200, { address: `/lti/return/${ticket}`, closed: [] }]);
    const { page, action, claims } = await handOver(browser, kept.body.address);
    expect(action).to.equal(`${library.platform.url}/return`);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy)
      .to.contain(`form-action ${library.platform.url}`)
      .and.contain(`frame-ancestors 'self' ${library.platform.url}`)
      .and.contain("script-src 'self'");
    expect(claims).to.deep.include({
      iss: library.platform.clientId,
      aud: [library.platform.url],
      [lti('deployment_id')]: library.platform.deployment,
      [lti('message_type')]: 'LtiDeepLinkingResponse',
      [lti('version')]: '1.3.0',
      [dl('data')]: 'csrftoken:c7fbba78-7b75-46e3-9201-11e6d5f36f53',
      [dl('content_items')]: [
        {
          type: 'ltiResourceLink',
          title: 'Truyện Kiều',
          url: `${publicUrl}/record/${library.recordId}`,
          custom: { record: library.recordId },
        },
      ],
    });
    expect(claims.exp! - claims.iat!).to.equal(300);
    expect(claims['nonce']).to.be.a('string');

    const [item] = claims[dl('content_items')] as { url: string; custom: object }[];
    const opened = await library.launch(library.browser(), (asked) =>
      library.resource(asked, { sub: 'pupil', [lti('target_link_uri')]: item!.url, [lti('custom')]: item!.custom }),
    );
    expect(opened.headers.get('location')).to.equal(`/record/${library.recordId}`);
    // A choice is handed over once.
    expect((await browser.get(kept.body.address)).status).to.equal(410);
    expect((await choose([])).body.code).to.equal('choice-gone');
  });

  it('a page of a book goes back as that page, with its cover where everybody may see it', async () => {
    const librarian = await library.app.as('librarian');
    const loop = library.app.work();
    const made = await upload(librarian, Buffer.from('Trang thứ nhất của sách.'), { filename: 'sach.txt' });
    const file = await until('the book can be read', async () => {
      const view = (await librarian.get(`/api/files/${made.fileId}`)).body;
      return view.state === 'ready' ? view : null;
    });
    await loop.stop();
    const record = (await librarian.get(`/api/records/${file.recordId}`)).body;
    await librarian.ask('PATCH', `/api/records/${record.id}`, {
      version: record.version,
      description: { title: 'Sách có trang' },
      licence: 'CC-BY-4.0',
      scope: 'public',
    });
    const { version } = (await librarian.get(`/api/records/${record.id}`)).body;
    expect((await librarian.post(`/api/records/${record.id}/publish`, { version })).status).to.equal(200);

    const { browser, choose } = await chooser();
    const kept = await choose([{ recordId: record.id, fileId: file.id, page: 1 }]);
    const { claims } = await handOver(browser, kept.body.address);
    const [item] = claims[dl('content_items')] as { thumbnail: { url: string; width: number; height: number } }[];
    expect(item).to.deep.include({
      title: 'Sách có trang, trang 1',
      url: `${publicUrl}/read/${file.id}/page/1`,
      custom: { record: record.id, file: file.id, page: '1' },
    });
    expect(item!.thumbnail).to.include({ width: 480 });
    const picture = await fetch(item!.thumbnail.url.replace(publicUrl, library.app.url));
    expect([picture.status, picture.headers.get('cross-origin-resource-policy')]).to.eql([200, 'cross-origin']);

    const refused = async (chosen: object) => (await (await chooser()).choose([chosen])).body.code;
    expect(await refused({ recordId: record.id, fileId: file.id, page: 999 })).to.equal('page-not-found');
    expect(await refused({ recordId: library.recordId, fileId: file.id, page: 1 })).to.equal('file-not-found');
  });

  it('several at once where the platform takes several; nothing at all is a choice too', async () => {
    const second = await ofAnotherSchool('Chỉ thầy cô');
    const { browser, choose } = await chooser();
    const kept = await choose([{ recordId: library.recordId }, { recordId: second }]);
    expect(kept.body.closed).to.eql(['Chỉ thầy cô']);
    expect((await handOver(browser, kept.body.address)).claims[dl('content_items')]).to.have.length(2);

    const one = await chooser(settings({ accept_multiple: false, data: undefined }));
    expect((await one.choose([{ recordId: library.recordId }, { recordId: second }])).status).to.equal(400);
    const { claims } = await handOver(one.browser, (await one.choose([])).body.address);
    expect(claims[dl('content_items')]).to.eql([]);
    expect(claims).to.not.have.property(dl('data'));
  });

  it('what the teacher may not see cannot be chosen, nor what is not published', async () => {
    const librarian = await library.app.as('librarian');
    const draft = (await librarian.post('/api/records', { title: 'Còn nháp', licence: 'CC-BY-4.0', scope: 'public' }))
      .body.id;
    const { choose } = await chooser();
    for (const recordId of [draft, '0192f3a4-0000-7000-8000-00000000000a'])
      expect((await choose([{ recordId }])).body.code).to.equal('record-not-found');
    const pupil = await chooser((asked) => library.linking(asked, { sub: 'p', [lti('roles')]: [] }));
    const sector = await ofAnotherSchool('Của ngành');
    expect((await pupil.choose([{ recordId: sector }])).body.code).to.equal('record-not-found');
  });

  it('a choice belongs to the person who came, and to a request with their token', async () => {
    const { ticket, choose } = await chooser();
    await choose([{ recordId: library.recordId }]);
    const other = (await chooser((asked) => library.linking(asked, { sub: 'another' }))).browser;
    expect((await other.json('GET', `/api/lti/choices/${ticket}`)).status).to.equal(410);
    expect((await other.get(`/lti/return/${ticket}`)).status).to.equal(410);
    expect((await library.browser().get(`/lti/return/${ticket}`)).status).to.equal(410);
    const mine = await chooser();
    expect((await mine.browser.json('POST', `/api/lti/choices/${mine.ticket}`, { items: [] })).body.code).to.equal(
      'csrf-mismatch',
    );
    expect((await mine.browser.get(`/lti/return/${mine.ticket}`)).status, 'before anything was decided').to.equal(410);
  });

  it('is returned to an address of the web, and to an open one only at the platform itself', async () => {
    const outcome = async (deep_link_return_url: unknown) =>
      (await library.launch(library.browser(), settings({ deep_link_return_url }))).status;
    expect(await outcome('https://elsewhere.example/return')).to.equal(303);
    for (const address of [
      'javascript:alert(1)',
      'data:text/html,x',
      'http://elsewhere.example/',
      'https://user:secret@elsewhere.example/',
      '/return',
      '',
      'ftp://x/',
      7,
      undefined,
    ])
      expect(await outcome(address), String(address)).to.equal(400);
    expect((await library.launch(library.browser(), settings({ accept_types: ['file', 'image'] }))).status).to.equal(
      400,
    );
    expect(
      (await library.launch(library.browser(), (asked) => library.linking(asked, { sub: undefined }))).status,
    ).to.equal(403);
  });

  it('pages of ours lie in a frame of the platform that opened the session, and in nobody’s otherwise', async () => {
    const policyOf = async (browser: HandBrowser, path: string) => {
      const { headers } = await browser.get(path);
      return [
        /frame-ancestors ([^;]*)/.exec(headers.get('content-security-policy')!)![1],
        headers.get('x-frame-options'),
      ];
    };
    const { browser } = await chooser();
    expect(await policyOf(browser, '/search?choose=x')).to.eql([`'self' ${library.platform.url}`, null]);
    expect(await policyOf(browser, `/record/${library.recordId}`)).to.eql([`'self' ${library.platform.url}`, null]);
    expect(await policyOf(library.browser(), '/')).to.eql(["'self'", 'SAMEORIGIN']);
    const own = library.browser();
    await own.json('POST', '/api/session', { username: 'administrator', password: 'mat-khau-thu-nghiem' });
    expect(own.cookies.has('tusach')).to.equal(true);
    expect(await policyOf(own, '/')).to.eql(["'self'", 'SAMEORIGIN']);
    // That it did not work is shown inside the page of whichever platform it was.
    const failed = (await library.browser().post('/lti/launch', { state: 'x' })).headers.get('content-security-policy');
    expect(failed).to.match(new RegExp(`frame-ancestors 'self' ${library.platform.url}$`));
  });

  it('keys can be changed: what was signed a moment ago is still believed, and what was signed two keys ago is not', async () => {
    const kids = async () =>
      ((await (await fetch(`${library.app.url}/lti/jwks.json`)).json()) as { keys: Record<string, string>[] }).keys;
    const [first] = await kids();
    expect(Object.keys(first!).sort()).to.eql(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    await library.administrator.post('/api/lti/keys');
    const after = await kids();
    expect(after.map(({ kid }) => kid))
      .to.include(first!['kid'])
      .and.have.length(2);
    expect(after[0]!['kid']).to.not.equal(first!['kid']);
    const { browser, choose } = await chooser();
    await handOver(browser, (await choose([{ recordId: library.recordId }])).body.address);
    await library.administrator.post('/api/lti/keys');
    expect((await kids()).map(({ kid }) => kid)).to.not.include(first!['kid']);
  });
});
