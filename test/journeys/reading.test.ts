import { expect } from 'chai';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { browserOf, faultsOf, openBrowser, pictureOfFailure } from '../support/browser.ts';
import { type LibraryProcess, startSampleLibrary } from '../support/library-process.ts';
import { say, sayAny } from '../support/spoken.ts';
import { until } from '../support/temporary.ts';

interface BookView {
  title: string;
  pages: { index: number; label: string | null; width: number; height: number }[];
  contents: { title: string; page: number }[];
}

describe('reading', function () {
  this.timeout(60_000);
  let browser: Browser;
  let library: LibraryProcess;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];
  let fileId: string;
  let book: BookView;

  before(async function () {
    this.timeout(300_000);
    browser = await openBrowser(this);
    library = await startSampleLibrary();
    const { records } = (await (
      await fetch(`${library.url}/api/search?q=${encodeURIComponent('truyện kiều')}`)
    ).json()) as { records: { readable: { fileId: string; pages: number } | null }[] };
    const found = records.find((record) => (record.readable?.pages ?? 0) > 50);
    if (!found?.readable) throw new Error('the sample has no long book');
    fileId = found.readable.fileId;
    book = (await (await fetch(`${library.url}/api/files/${fileId}/book`)).json()) as BookView;
  });
  beforeEach(async () => {
    context = await browserOf(browser, library.url, 'guest');
    page = await context.newPage();
    faults = faultsOf(page);
  });
  afterEach(async function () {
    await pictureOfFailure(this.currentTest, [context]);
    await context?.close();
    if (this.currentTest?.state === 'passed') expect(faults).to.deep.equal([]);
  });
  after(async () => {
    await browser?.close();
    await library?.end();
  });

  const labelOf = (at: number): string => book.pages[at - 1]!.label ?? String(at);
  const leaf = (at: number): Locator =>
    page.getByRole('group', { name: say('reader.page', { label: labelOf(at) }), exact: true });
  const addressIs = (at: number): Promise<void> => page.waitForURL(new RegExp(`/read/${fileId}/page/${at}(\\?|$)`));

  async function open(at: number, q = ''): Promise<void> {
    await page.goto(`/read/${fileId}/page/${at}${q ? `?q=${encodeURIComponent(q)}` : ''}`);
    await leaf(at).waitFor();
  }
  async function choose(name: string): Promise<void> {
    await page.getByRole('button', { name: say('reader.view'), exact: true }).click();
    await page.getByRole('radio', { name, exact: true }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('radio', { name, exact: true }).waitFor({ state: 'detached' });
  }

  it('the keyboard turns pages, each is told, and each has an address that opens there', async () => {
    await open(4);
    await choose(say('reader.mode.single'));
    await page.keyboard.press('ArrowRight');
    await leaf(5).waitFor();
    await addressIs(5);
    expect(await page.title()).to.include(say('reader.page', { label: labelOf(5) }));
    await page
      .getByText(sayAny('reader.nowAt'))
      .or(page.getByText(sayAny('reader.nowAtLabel')))
      .first()
      .waitFor({ state: 'attached' });
    await page.keyboard.press('ArrowLeft');
    await addressIs(4);
    await page.keyboard.press('End');
    await addressIs(book.pages.length);
    expect(await page.getByRole('button', { name: say('reader.next'), exact: true }).isDisabled()).to.equal(true);
    await page.keyboard.press('Home');
    await addressIs(1);
    expect(await page.getByRole('button', { name: say('reader.previous'), exact: true }).isDisabled()).to.equal(true);
    await page.getByLabel(say('reader.pageField')).fill(labelOf(20));
    await page.keyboard.press('Enter');
    await addressIs(20);

    const another = await context.newPage();
    await another.goto(page.url());
    await another.getByRole('group', { name: say('reader.page', { label: labelOf(20) }), exact: true }).waitFor();
  });

  it('two pages stand side by side and turn together', async () => {
    await open(10);
    await choose(say('reader.mode.spread'));
    const shown = await page
      .getByRole('main')
      .getByRole('group', { name: /^Trang [^ ]+$/ })
      .all();
    expect(shown.length).to.equal(2);
    const [left, right] = [await shown[0]!.boundingBox(), await shown[1]!.boundingBox()];
    expect(left!.x + left!.width).to.be.at.most(right!.x + 1);
    expect(left!.y).to.be.closeTo(right!.y, 2);
    const first = Number(/page\/(\d+)/.exec(page.url())![1]);
    await page.keyboard.press('ArrowRight');
    await until('both have turned', async () => Number(/page\/(\d+)/.exec(page.url())![1]) === first + 2);
    expect(
      await page
        .getByRole('main')
        .getByRole('group', { name: /^Trang [^ ]+$/ })
        .count(),
    ).to.equal(2);
  });

  it('scrolls through the pages, and the address follows', async () => {
    await open(1);
    await choose(say('reader.mode.scroll'));
    for (let press = 0; press < 6; press++) await page.keyboard.press('PageDown');
    await until('the address has followed', () => Number(/page\/(\d+)/.exec(page.url())![1]) > 1);
  });

  it('zooms in to the pixels of the scan and back to the whole page', async () => {
    await open(5);
    await choose(say('reader.mode.single'));
    const before = (await leaf(5).boundingBox())!;
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await until('the page is larger', async () => (await leaf(5).boundingBox())!.width > before.width * 1.3);
    await page.keyboard.press('0');
    await until(
      'the page is whole again',
      async () => Math.abs((await leaf(5).boundingBox())!.width - before.width) < 2,
    );
    await choose(say('reader.fit.pixels'));
    await until(
      'one pixel of the scan is one of the screen',
      async () => Math.abs((await leaf(5).boundingBox())!.width - book.pages[4]!.width) < 2,
    );
    const { width } = book.pages[4]!;
    const picture = leaf(5).locator('img').last();
    await until(
      'and the picture has them',
      async () => (await picture.evaluate((image: { naturalWidth?: number }) => image.naturalWidth ?? 0)) >= width - 1,
    );
  });

  it('finds inside the book and marks what it found; leaving the search takes the marks away', async () => {
    await open(1);
    await page.keyboard.press('/');
    const box = page.getByRole('searchbox', { name: say('reader.searchField') });
    await box.fill('ngon co la huong');
    await box.press('Enter');
    const panel = page.getByRole('complementary', { name: say('reader.panel') });
    await panel.getByText(sayAny('reader.hits')).waitFor();
    const hits = panel.getByRole('list').getByRole('link');
    expect(await hits.count()).to.be.above(0);
    const href = (await hits.first().getAttribute('href'))!;
    await hits.first().click();
    const at = Number(/page\/(\d+)/.exec(href)![1]);
    await addressIs(at);
    expect(new URL(page.url()).searchParams.get('q')).to.equal('ngon co la huong');
    await until('marks on the page', async () => (await leaf(at).locator('.hit').count()) > 0);
    await page.getByRole('button', { name: say('reader.closePanel') }).click();
    await page
      .getByRole('region', { name: say('reader.search') })
      .getByRole('button', { name: say('reader.clearSearch') })
      .click();
    await until('no marks', async () => (await page.locator('.hit').count()) === 0);
  });

  it('the contents lead to their pages', async () => {
    expect(book.contents.length).to.be.above(3);
    await open(1);
    await page.getByRole('button', { name: say('reader.panel'), exact: true }).click();
    await page.getByRole('tab', { name: say('reader.contents') }).click();
    const entry = book.contents[3]!;
    await page
      .getByRole('tabpanel', { name: say('reader.contents') })
      .getByRole('button', { name: entry.title })
      .first()
      .click();
    await addressIs(entry.page);
    await leaf(entry.page).waitFor();
  });

  it('a page that the book does not have is told, and a book that is not there too', async () => {
    await open(1);
    await page.getByLabel(say('reader.pageField')).fill('9999');
    await page.keyboard.press('Enter');
    await page.getByText(say('reader.noSuchPage', { page: '9999' })).waitFor();
    faults.length = 0;
    await page.goto('/read/01a00000-0000-7000-8000-000000000000/page/1');
    await page
      .getByRole('alert')
      .or(page.getByText(say('error.file-not-found')))
      .first()
      .waitFor();
    expect(faults.every((fault) => fault.startsWith('404'))).to.equal(true);
    faults.length = 0;
  });

  it('on a telephone the same book is read by swipes of a finger', async () => {
    await context.close();
    context = await browserOf(browser, library.url, 'guest', {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    page = await context.newPage();
    faults = faultsOf(page);
    await open(5);
    const wire = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number) =>
      wire.send('Input.dispatchTouchEvent', { type, touchPoints: x === undefined ? [] : [{ x, y: 400 }] });
    await touch('touchStart', 300);
    for (const x of [260, 200, 140, 80]) await touch('touchMove', x);
    await touch('touchEnd');
    await addressIs(6);
  });
});
