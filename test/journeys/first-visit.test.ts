import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { faultsOf, newContext, openBrowser, pictureOfFailure, stepsOf } from '../support/browser.ts';
import { type LibraryProcess, startLibrary } from '../support/library-process.ts';
import { say } from '../support/spoken.ts';

const school = 'Trường THCS Hoa Sen';
const person = { name: 'Trần Thị Thư', username: 'thuthu', password: 'mot cai cau tre cu' };

describe('the first visit to an empty library', function () {
  this.timeout(90_000);
  stepsOf(this);
  let browser: Browser;
  let library: LibraryProcess;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  before(async function () {
    browser = await openBrowser(this);
    library = await startLibrary();
    context = await newContext(browser, library.url);
    page = await context.newPage();
    // A wrong password is refused with 401, and the browser says so.
    faults = faultsOf(page, (status, path) => status === 401 && path === '/api/session');
  });
  afterEach(function () {
    return pictureOfFailure(this.currentTest, [context]);
  });
  after(async () => {
    await browser?.close();
    await library?.end();
  });

  it('leads to three steps and ends signed in, in the library of the school', async () => {
    await page.goto('/search?q=abc');
    await page.getByRole('heading', { level: 1, name: say('setUp.school') }).waitFor();
    await page.getByText(say('setUp.step', { step: 1, steps: 3 })).waitFor();
    await page.getByLabel(say('setUp.schoolName')).fill(school);
    await page.getByLabel(say('setUp.schoolCode')).fill('HOASEN');
    await page.getByRole('button', { name: say('setUp.next') }).click();

    await page.getByRole('heading', { level: 1, name: say('setUp.you') }).waitFor();
    await page.getByLabel(say('person.name')).fill(person.name);
    await page.getByLabel(say('person.username')).fill(person.username);
    await page.getByLabel(say('signIn.password'), { exact: true }).fill(person.password);
    await page.getByRole('button', { name: say('setUp.next') }).click();

    await page.getByRole('heading', { level: 1, name: say('setUp.content') }).waitFor();
    await page.goBack();
    expect(await page.getByLabel(say('person.name')).inputValue(), 'going back keeps what was typed').to.equal(
      person.name,
    );
    await page.getByRole('button', { name: say('setUp.next') }).click();
    await page.getByRole('radio', { name: say('setUp.empty') }).check();
    await page.getByRole('button', { name: say('setUp.finish') }).click();

    await page.getByRole('heading', { level: 1, name: school }).waitFor();
    await page.getByText(say('home.empty')).waitFor();
    await page.getByRole('link', { name: say('nav.upload'), exact: true }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: say('nav.upload'), exact: true }).waitFor();
    expect(new URL(page.url()).pathname).to.equal('/');
  });

  it('the set-up page is shut from then on', async () => {
    await page.goto('/set-up');
    await page.getByRole('heading', { level: 1, name: school }).waitFor();
    const again = await fetch(`${library.url}/api/set-up`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        school: { name: 'Trường khác', code: 'KHAC' },
        librarian: { name: 'Ai đó', username: 'aido', password: person.password },
        sample: false,
      }),
    });
    expect(again.status).to.equal(409);
  });

  it('signing out closes the desk; a wrong password is told; the right one leads on to the page that was wanted', async () => {
    await page.getByRole('button', { name: say('nav.menu') }).click();
    await page.getByRole('button', { name: say('nav.signOut') }).click();
    await page.getByRole('link', { name: say('nav.signIn'), exact: true }).waitFor();
    expect(await page.getByRole('link', { name: say('nav.upload'), exact: true }).count()).to.equal(0);

    await page.goto('/drafts');
    await page.getByText(say('signIn.first')).waitFor();
    await page.getByLabel(say('signIn.username')).fill(person.username);
    await page.getByLabel(say('signIn.password')).fill('khong phai the');
    await page.getByRole('button', { name: say('signIn.go') }).click();
    await page.getByRole('alert').getByText(say('error.sign-in-failed')).waitFor();
    expect(await page.getByLabel(say('signIn.username')).inputValue(), 'the name stays').to.equal(person.username);

    await page.getByLabel(say('signIn.password')).fill(person.password);
    await page.getByLabel(say('signIn.password')).press('Enter');
    await page.getByRole('heading', { level: 1, name: say('drafts.title') }).waitFor();
    expect(new URL(page.url()).pathname).to.equal('/drafts');
  });

  it('nothing failed unseen', () => {
    expect(faults).to.deep.equal([]);
  });
});
