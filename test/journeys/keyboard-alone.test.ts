import { expect } from 'chai';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { newContext, openBrowser, pictureOfFailure, stepsOf } from '../support/browser.ts';
import { type LibraryProcess, startLibrary } from '../support/library-process.ts';
import { type ScannedBook, scannedBook, withoutAccents } from '../support/scanned-book.ts';
import { say, sayAny } from '../support/spoken.ts';
import { until } from '../support/temporary.ts';

const person = { username: 'thuthu', password: 'mot cai cau tre cu' };
const title = 'Kiều, bản quét thử';

interface Focus {
  name: string;
  seen: boolean;
  inSight: boolean;
}
/** What has the focus, whether that shows, and whether it is on the screen. As text, because it runs in the page. */
const whereIsFocus = `(() => {
  const at = document.activeElement;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  return {
    name: at.tagName + ' ' + (at.getAttribute('aria-label') || at.textContent || '').trim().slice(0, 60),
    seen: at === document.body || outlined || style.boxShadow !== 'none',
    inSight: at === document.body || (box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth),
  };
})()`;

describe('the same with the keyboard alone', function () {
  this.timeout(180_000);
  stepsOf(this);
  let browser: Browser;
  let library: LibraryProcess;
  let context: BrowserContext;
  let page: Page;
  let book: ScannedBook;
  let stops = 0;

  before(async function () {
    browser = await openBrowser(this);
    library = await startLibrary();
    book = await scannedBook(2);
    const answer = await fetch(`${library.url}/api/set-up`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        school: { name: 'Trường THCS Hoa Sen', code: 'HOASEN' },
        librarian: { name: 'Trần Thị Thư', ...person },
        sample: false,
      }),
    });
    expect(answer.status).to.equal(201);
    context = await newContext(browser, library.url);
    page = await context.newPage();
    await page.mouse.move(0, 0);
  });
  afterEach(function () {
    return pictureOfFailure(this.currentTest, [context]);
  });
  after(async () => {
    await browser?.close();
    await library?.end();
  });

  /** Presses Tab (or another key) until the control has the focus; every stop on the way must be visible and on the screen. */
  async function reach(control: Locator, key = 'Tab', most = 80): Promise<void> {
    await control.waitFor();
    const focused = control.and(page.locator(':focus'));
    for (let presses = 0; presses <= most; presses++) {
      if ((await focused.count()) > 0) return;
      await page.keyboard.press(key);
      const focus = await page.evaluate<Focus>(whereIsFocus);
      expect(focus.seen, `the focus shows on: ${focus.name}`).to.equal(true);
      expect(focus.inSight, `on the screen: ${focus.name}`).to.equal(true);
      stops++;
    }
    throw new Error(`${most} times ${key} did not reach ${String(control)}`);
  }
  async function enter(control: Locator): Promise<void> {
    await reach(control);
    await page.keyboard.press('Enter');
  }
  async function typeInto(control: Locator, text: string): Promise<void> {
    await reach(control);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type(text);
  }
  const link = (name: string): Locator => page.getByRole('link', { name, exact: true });
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });

  it('signs in', async () => {
    await page.goto('/');
    await page.getByRole('combobox', { name: say('search.label') }).waitFor();
    await enter(link(say('nav.signIn')));
    await page.getByRole('heading', { level: 1, name: say('signIn.title') }).waitFor();
    await typeInto(page.getByLabel(say('signIn.username')), person.username);
    await typeInto(page.getByLabel(say('signIn.password')), person.password);
    await page.keyboard.press('Enter');
    await link(say('nav.upload')).waitFor();
  });

  it('goes past the navigation by the first link of the page', async () => {
    await page.goto('/upload');
    await page.getByRole('heading', { level: 1, name: say('upload.title') }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.textContent')).to.equal(say('skipToContent'));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate<boolean>(`document.activeElement.closest('main') !== null`)).to.equal(true);
  });

  it('uploads a scan and sees it read', async () => {
    await page.goto('/');
    await page.getByRole('combobox', { name: say('search.label') }).waitFor();
    await enter(link(say('nav.upload')));
    await page.getByRole('heading', { level: 1, name: say('upload.title') }).waitFor();
    const chooser = page.waitForEvent('filechooser');
    await enter(button(say('upload.choose')));
    await (await chooser).setFiles({ name: 'kieu.pdf', mimeType: 'application/pdf', buffer: book.pdf });
    await page.getByText(say('upload.ready')).waitFor({ timeout: 120_000 });
  });

  it('describes and publishes it, choosing from a list by arrows', async () => {
    await enter(link(say('upload.describe')));
    await page.getByRole('heading', { level: 1, name: say('edit.title') }).waitFor();
    await typeInto(page.getByLabel(say('field.title'), { exact: true }), title);
    await reach(page.getByRole('combobox', { name: say('field.subjects') }));
    await page.keyboard.type('ngu van');
    await page.keyboard.press('Enter');
    await page
      .getByRole('list', { name: say('pick.chosenOf', { label: say('field.subjects') }) })
      .getByText('Ngữ văn')
      .waitFor();
    await page.keyboard.press('Escape');
    await reach(page.getByLabel(say('field.licence')));
    await page.keyboard.type('Hết thời hạn');
    expect(await page.getByLabel(say('field.licence')).inputValue()).to.equal('PD-VN-EXPIRED');
    await reach(page.getByLabel(say('field.scope')));
    await page.keyboard.type(say('scope.public'));
    expect(await page.getByLabel(say('field.scope')).inputValue()).to.equal('public');
    await enter(button(say('edit.saveAndPublish')));
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  });

  it('finds it by a verse, walks down the results by arrows and reads the page', async () => {
    await page.keyboard.press('/');
    const box = page.getByRole('searchbox', { name: say('search.label') });
    await until('the box has the focus', async () => (await box.and(page.locator(':focus')).count()) > 0);
    await page.keyboard.type(withoutAccents(book.pages[1]![2]!));
    await page.keyboard.press('Enter');
    const results = page.getByRole('region', { name: say('search.results') });
    await results.getByRole('link', { name: title }).waitFor();
    await reach(results.getByRole('link', { name: title }), 'ArrowDown', 1);
    await enter(results.getByRole('link', { name: new RegExp(`^${say('page.number', { page: 2 })}`) }));
    await page.getByRole('group', { name: say('reader.textOf', { label: 2 }) }).waitFor();
    expect(new URL(page.url()).pathname).to.match(/\/page\/2$/);
    await page.getByRole('complementary').getByText(sayAny('reader.hits')).waitFor();
  });

  it('turns pages, searches inside and comes back', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    await page.keyboard.press('Home');
    await page.waitForURL(/\/page\/1\?/);
    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: say('reader.searchField') }).waitFor();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type(withoutAccents(book.pages[1]![4]!));
    await page.keyboard.press('Enter');
    const hit = page
      .getByRole('complementary')
      .getByRole('link', { name: new RegExp(`^${say('reader.page', { label: 2 })}`) });
    await enter(hit);
    await page.waitForURL(/\/page\/2\?/);
    await page.keyboard.press('Escape');
    await enter(link(say('reader.back')));
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  });

  it('withdraws it, in a dialog that keeps the focus inside and gives it back', async () => {
    const withdraw = button(say('record.withdraw'));
    await enter(withdraw);
    const dialog = page.getByRole('dialog', { name: say('record.withdrawAsk') });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await until(
      'the focus is back on the button',
      async () => (await withdraw.and(page.locator(':focus')).count()) > 0,
    );
    await page.keyboard.press('Enter');
    await typeInto(dialog.getByLabel(say('record.withdrawReason')), 'Chỉ để thử');
    await enter(dialog.getByRole('button', { name: say('record.withdraw') }));
    await page.getByText(sayAny('record.isWithdrawn')).waitFor();
  });

  it('saw the focus at every stop', () => {
    expect(stops).to.be.above(60);
  });
});
