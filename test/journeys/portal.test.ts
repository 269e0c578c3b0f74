import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, BrowserContext } from 'playwright-core';
import { openTestApp, type TestApp } from '../support/app.ts';
import { faultsOf, newContext, openBrowser, pictureOfFailure } from '../support/browser.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { schoolOf, settled, shelve } from '../server/catalogue/shelf.ts';

/** A page of the school on a site of its own, as a browser has it: `localhost` and `127.0.0.1` are two sites. */
describe('a page of the school on another site', function () {
  this.timeout(40_000);
  let browser: Browser;
  let context: BrowserContext;
  let app: TestApp;
  let portal: Server;
  let url: string;
  let removeDist: () => Promise<void>;

  before(async function () {
    browser = await openBrowser(this);
    const dist = await temporaryFolder();
    removeDist = dist.remove;
    await mkdir(join(dist.path, 'assets'));
    await writeFile(join(dist.path, 'index.html'), '<!doctype html><html><head><!--head--></head><body></body></html>');
    app = await openTestApp({ dist: dist.path });
    const school_id = schoolOf(await app.as('librarian'));
    const { id } = await shelve(app, { school_id, title: 'Tắt đèn', description: { year: '1939' } });
    const hidden = await shelve(app, { school_id, title: 'Tắt máy', scope: 'school' });
    app.work();
    await settled(app);
    portal = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><html lang="vi"><head><title>Trường</title><link rel="icon" href="data:,"></head><body><script src="${app.url}/embed/search.js" async></script>
        <iframe id="card" title="sách" src="${app.url}/embed/record/${id}"></iframe><iframe id="gone" title="khác" src="${app.url}/embed/record/${hidden.id}"></iframe>
        <iframe id="shut" title="trang" src="${app.url}/record/${id}"></iframe></body></html>`);
    });
    await new Promise<void>((resolve) => portal.listen(0, 'localhost', resolve));
    url = `http://localhost:${(portal.address() as AddressInfo).port}`;
    context = await newContext(browser, url);
  });
  afterEach(function () {
    return pictureOfFailure(this.currentTest, [context]);
  });
  after(async () => {
    await browser?.close();
    portal?.close();
    portal?.closeAllConnections();
    await app?.close();
    await removeDist?.();
  });

  it('shows a search box that suggests what a guest may find and opens the library, cards in frames, and no other page of ours', async () => {
    const page = await context.newPage();
    // The card that is not there, and the page that may not be framed.
    const faults = faultsOf(page, (status, path) => status === 404 && path.startsWith('/embed/record/'));
    await page.goto('/');
    const box = page.getByRole('combobox').or(page.getByRole('searchbox'));
    const answered = page.waitForResponse((response) => response.url().includes('/api/search/suggestions'));
    await box.pressSequentially('tat');
    await answered;
    const offered = page.locator('datalist option');
    await offered.first().waitFor({ state: 'attached' });
    expect(await offered.evaluateAll((options) => options.map((option) => (option as unknown as { value: string }).value))).to.eql(['Tắt đèn']);
    const opened = context.waitForEvent('page');
    await box.press('Enter');
    const search = await opened;
    await search.waitForLoadState();
    expect(search.url()).to.equal(`${app.url}/search?q=tat`);

    const card = page.frameLocator('#card');
    await card.getByRole('heading', { name: 'Tắt đèn' }).waitFor();
    expect(await card.getByRole('link').getAttribute('target')).to.equal('_blank');
    await page.frameLocator('#gone').getByText('không còn ở đây').waitFor();
    expect(await page.frameLocator('#shut').locator('body').getByText('Tắt').count()).to.equal(0);
    expect(faults.filter((fault) => !fault.includes("frame-ancestors 'self'"))).to.eql([]);
    expect(faults.length).to.be.at.least(1);
  });
});
