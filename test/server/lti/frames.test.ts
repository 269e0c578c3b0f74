import { expect } from 'chai';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { newContext, openBrowser } from '../../support/browser.ts';
import { freePorts } from '../../support/round-robin.ts';
import { temporaryFolder, until } from '../../support/temporary.ts';
import { linkingClaims as dl } from '../../support/learning-platform.ts';
import { type LtiLibrary, openLtiLibrary } from './lti-library.ts';

/** A page of ours as small as can be: says who the server takes it for, and chooses what it is told to. */
const script = `fetch('/api/session').then((answer) => answer.json()).then(({ person, csrf }) => {
  document.querySelector('h1').textContent = person ? person.role : 'guest';
  document.querySelector('button').onclick = async () => {
    const ticket = new URLSearchParams(location.search).get('choose');
    const items = [{ recordId: document.querySelector('input').value }];
    const answer = await fetch('/api/lti/choices/' + ticket, { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf }, body: JSON.stringify({ items }) });
    location.assign((await answer.json()).address);
  };
});`;

describe('the library inside a page of a platform, in a real browser', function () {
  this.timeout(30_000);
  let library: LtiLibrary;
  let chromium: Browser;
  let context: BrowserContext;
  let remove: () => Promise<void>;
  let tool: string;

  before(async function () {
    chromium = await openBrowser(this);
    const folder = await temporaryFolder();
    remove = folder.remove;
    await mkdir(join(folder.path, 'assets'));
    await writeFile(
      join(folder.path, 'index.html'),
      '<!doctype html><html lang="vi"><head><!--head--></head><body><h1>…</h1><input><button>Gửi</button><script src="/assets/app.js"></script></body></html>',
    );
    await writeFile(join(folder.path, 'assets', 'app.js'), script);
    const [port] = await freePorts(1);
    tool = `http://localhost:${port}`;
    library = await openLtiLibrary({ dist: folder.path, port: port! });
  });
  beforeEach(async () => {
    context = await newContext(chromium, tool);
  });
  afterEach(() => context.close());
  after(async () => {
    await chromium?.close();
    await library?.close();
    await remove?.();
  });
  const frameOf = async () => {
    const page = await context.newPage();
    await page.goto(`${library.platform.url}/frame?tool=${encodeURIComponent(tool)}`);
    return { page, frame: page.frameLocator('iframe[name=library]') };
  };

  it('a pupil reads in the frame as themselves, by a cookie that no other page sees; a page of anybody else may not put us into its own', async () => {
    library.platform.says = (asked) => library.resource(asked);
    const { frame } = await frameOf();
    await frame.locator('h1', { hasText: 'pupil' }).waitFor();
    const page = await context.newPage();
    await page.goto(`${tool}/`);
    await page.locator('h1', { hasText: 'guest' }).waitFor();
    const cookies = (await context.cookies(tool)) as { name: string; partitionKey?: string }[];
    expect(cookies.filter(({ partitionKey }) => partitionKey === undefined)).to.eql([]);

    const thief = createServer(
      (_request, response) =>
        void response.setHeader('content-type', 'text/html').end(`<iframe src="${tool}/"></iframe>`),
    );
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    try {
      const refused = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
      await page.goto(`http://127.0.0.1:${(thief.address() as AddressInfo).port}/`);
      await refused;
    } finally {
      thief.closeAllConnections();
      await new Promise((resolve) => thief.close(resolve));
    }
  });

  it('a teacher chooses in the frame, and the platform gets it', async () => {
    library.platform.says = (asked) => library.linking(asked);
    const { frame } = await frameOf();
    await frame.locator('h1', { hasText: 'teacher' }).waitFor();
    await frame.locator('input').fill(library.recordId);
    await frame.locator('button').click();
    await frame.getByText('Đã nhận').waitFor();
    const claims = await until('the choice has arrived', () => library.platform.returned.at(-1));
    expect(claims[dl('content_items')]).to.have.length(1);
  });

  it('a window of its own keeps the usual cookie, though the form came from another site', async () => {
    library.platform.says = (asked) => library.resource(asked, { sub: 'of-the-window' });
    const page = await context.newPage();
    const login = new URLSearchParams({
      iss: library.platform.url,
      client_id: library.platform.clientId,
      login_hint: 'window',
      target_link_uri: `${tool}/record/${library.recordId}`,
    });
    await page.goto(`${tool}/lti/login?${login}`);
    await page.locator('h1', { hasText: 'pupil' }).waitFor();
    expect(new URL(page.url()).pathname).to.equal(`/record/${library.recordId}`);
    const cookies = await context.cookies(tool);
    expect(cookies.map(({ name, sameSite }) => [name, sameSite])).to.eql([['tusach', 'Lax']]);
  });
});
