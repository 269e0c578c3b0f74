import { expect } from 'chai';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { faultsOf, newContext, openBrowser, pictureOfFailure, stepsOf } from '../support/browser.ts';
import { isIdle, type LibraryProcess, processesOf, startLibrary } from '../support/library-process.ts';
import { type ScannedBook, scannedBook, withoutAccents } from '../support/scanned-book.ts';
import { say, sayAny } from '../support/spoken.ts';
import { until } from '../support/temporary.ts';

const pageCount = 10;
const title = 'Đoạn trường tân thanh';

describe('a scan goes in, is found by a word, and is read at the page', function () {
  this.timeout(240_000);
  stepsOf(this);
  let browser: Browser;
  let library: LibraryProcess;
  let book: ScannedBook;
  let librarian: BrowserContext;
  let guest: BrowserContext;
  let page: Page;
  let visitor: Page;
  let card: Locator;
  let fileId = '';
  let recordAddress = '';
  let faults: string[];

  before(async function () {
    browser = await openBrowser(this);
    // One page of text at a time, so that there is a middle to be killed in.
    library = await startLibrary({ environment: { OCR_PROCESSES: '1' } });
    book = await scannedBook(pageCount);
    librarian = await newContext(browser, library.url);
    const setUp = await librarian.request.post('/api/set-up', {
      data: {
        school: { name: 'Trường THCS Hoa Sen', code: 'HOASEN' },
        librarian: { name: 'Trần Thị Thư', username: 'thuthu', password: 'mot cai cau tre cu' },
        sample: false,
      },
    });
    expect(setUp.status()).to.equal(201);
    page = await librarian.newPage();
    faults = faultsOf(page);
    guest = await newContext(browser, library.url);
    visitor = await guest.newPage();
  });
  afterEach(function () {
    return pictureOfFailure(this.currentTest, [librarian, guest]);
  });
  after(async () => {
    await browser?.close();
    await library?.end();
  });

  it('its card shows how far each step has come, and its first page can be read before the rest', async () => {
    await page.goto('/upload');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: say('upload.choose'), exact: true }).click();
    await (await chooser).setFiles({ name: 'scan_0001.pdf', mimeType: 'application/pdf', buffer: book.pdf });
    card = page.getByRole('region', { name: say('upload.now', { count: 1 }) }).getByRole('listitem');
    const reading = card.getByRole('progressbar', { name: say('step.text') });
    await reading.waitFor({ timeout: 60_000 });
    await card.getByText(/\d+\/10/).waitFor();
    const link = card.getByRole('link', { name: say('record.read'), exact: true });
    await link.waitFor();
    fileId = /\/read\/([^/]+)\//.exec((await link.getAttribute('href')) ?? '')?.[1] ?? '';
    expect(fileId).to.not.equal('');
    const first = await page.request.get(`/api/files/${fileId}/pages/1/thumbnail?size=large&v=1`);
    expect(first.status()).to.equal(200);
  });

  it('the worker is killed midway: another goes on, and every page has been read once', async () => {
    const doneOf = async (): Promise<number> =>
      Number(
        await card
          .getByRole('progressbar')
          .getAttribute('value', { timeout: 1_000 })
          .catch(() => '0'),
      );
    await until(
      'some pages of text are there and some are not',
      async () => {
        const done = await doneOf();
        if (done >= pageCount) throw new Error('all were read before anything could be killed');
        return done > 0;
      },
      60,
    );
    const worker = await library.workerPid();
    const its = processesOf(library.folder).filter(
      ({ command }) => !/start\.mjs|server\/(main|worker)\.ts/.test(command),
    );
    process.kill(worker, 'SIGKILL');
    await until(
      'what the dead worker had started ends too',
      () => processesOf(library.folder).every(({ pid }) => !its.some((one) => one.pid === pid)),
      15,
    );
    expect(await library.workerPid(worker)).to.not.equal(worker);

    await card.getByText(say('upload.ready')).waitFor({ timeout: 150_000 });
    await until('nothing is left to do', () => isIdle(library.url), 30);
    const { pages } = (await (await page.request.get(`/api/files/${fileId}/pages`)).json()) as {
      pages: { index: number; state: string; textSource: string; code: string | null }[];
    };
    expect(pages.map(({ index, state, textSource }) => `${index} ${state} ${textSource}`)).to.deep.equal(
      Array.from({ length: pageCount }, (_, at) => `${at + 1} text ocr`),
    );
    // Found once each: a page that was indexed twice, or not at all, would show here.
    for (const [at, lines] of book.pages.entries()) {
      const { total, hits } = (await (
        await page.request.get(`/api/files/${fileId}/search?q=${encodeURIComponent(`"${lines[3]}"`)}`)
      ).json()) as { total: number; hits: { page: number }[] };
      expect({ total, pages: hits.map((hit) => hit.page) }, lines[3]).to.deep.equal({ total: 1, pages: [at + 1] });
    }
    const { total } = (await (await page.request.get('/api/records?list=drafts')).json()) as { total: number };
    expect(total, 'one draft').to.equal(1);
  });

  it('a verse typed without accents finds the page, and opening it lands there with the words marked', async () => {
    const verse = book.pages[6]![0]!;
    await page.goto('/');
    const box = page.getByRole('combobox', { name: say('search.label') });
    await box.fill(withoutAccents(verse));
    await box.press('Enter');
    const results = page.getByRole('region', { name: say('search.results') });
    const hit = results.getByRole('link', { name: new RegExp(`^${say('page.number', { page: 7 })}`) });
    await hit.waitFor();
    const marked = await hit.locator('mark').allInnerTexts();
    expect(withoutAccents(marked.join(' '))).to.include(withoutAccents(verse).split(' ')[0]);
    await hit.click();
    await page.waitForURL(new RegExp(`/read/${fileId}/page/7\\?q=`));

    const leaf = page.getByRole('group', { name: say('reader.page', { label: 7 }), exact: true });
    await leaf.getByRole('group', { name: say('reader.textOf', { label: 7 }) }).waitFor();
    const inside = page.getByRole('complementary', { name: say('reader.panel') });
    await inside.getByText(sayAny('reader.hits')).waitFor();
    expect(
      await inside
        .getByRole('link', { name: new RegExp(`^${say('reader.page', { label: 7 })}`) })
        .getAttribute('aria-current'),
    ).to.equal('page');
    await expectMarksOver(leaf, verse.split(/\s+/).length);
  });

  /** The marks are pictures over the scan, told to nobody: as many as the words of the verse, in sight, on the page. */
  async function expectMarksOver(leaf: Locator, words: number): Promise<void> {
    const marks = leaf.locator('.hit');
    await until('the words are marked', async () => (await marks.count()) > 0);
    expect(await marks.count()).to.be.within(1, words + 2);
    const [mark, whole] = [await marks.first().boundingBox(), await leaf.boundingBox()];
    expect(mark!.width).to.be.above(4);
    expect(mark!.x).to.be.within(whole!.x, whole!.x + whole!.width);
    expect(mark!.y).to.be.within(whole!.y, whole!.y + whole!.height);
    expect(mark!.y, 'in sight').to.be.within(0, 800);
  }

  it('its description is corrected and it is published in one go', async () => {
    await page.getByRole('link', { name: say('reader.back') }).click();
    await page.getByText(say('record.isDraft')).waitFor();
    recordAddress = new URL(page.url()).pathname;
    await page.getByRole('link', { name: say('record.edit'), exact: true }).click();
    await page.getByLabel(say('field.title'), { exact: true }).fill(title);
    await page.getByLabel(say('field.licence')).selectOption('PD-VN-EXPIRED');
    await page.getByLabel(say('field.scope')).selectOption({ label: say('scope.public') });
    await page.getByRole('button', { name: say('edit.saveAndPublish') }).click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.getByRole('status').getByText(say('record.published')).waitFor();
    expect(await page.getByText(say('record.isDraft')).count()).to.equal(0);
  });

  it('a guest finds it by a verse and reads it', async () => {
    const verse = withoutAccents(book.pages[2]![5]!);
    const results = visitor.getByRole('region', { name: say('search.results') });
    await until('the index has it', async () => {
      await visitor.goto(`/search?q=${encodeURIComponent(verse)}`);
      await visitor
        .getByRole('status')
        .filter({ hasText: sayAny('search.count') })
        .waitFor();
      return (await results.getByRole('link', { name: title }).count()) > 0;
    });
    await results.getByRole('link', { name: new RegExp(`^${say('page.number', { page: 3 })}`) }).click();
    await visitor.getByRole('group', { name: say('reader.textOf', { label: 3 }) }).waitFor();
    expect(new URL(visitor.url()).pathname).to.equal(`/read/${fileId}/page/3`);
  });

  it('withdrawn, it leaves a tombstone with the reason, and a guest neither finds nor reads it', async () => {
    await page.getByRole('button', { name: say('record.withdraw') }).click();
    const dialog = page.getByRole('dialog', { name: say('record.withdrawAsk') });
    await dialog.getByLabel(say('record.withdrawReason')).fill('Bản quét thiếu trang');
    await dialog.getByRole('button', { name: say('record.withdraw') }).click();
    await page.getByRole('status').getByText(say('record.withdrawnNow')).waitFor();

    // At once, whether or not the index has heard of it.
    await visitor.goto(`/search?q=${encodeURIComponent(withoutAccents(book.pages[2]![5]!))}`);
    await visitor.getByText(sayAny('nothing.forWords')).waitFor();
    await visitor.goto(recordAddress);
    await visitor.getByRole('heading', { level: 1, name: title }).waitFor();
    await visitor.getByText('Bản quét thiếu trang').waitFor();
    expect(await visitor.getByRole('link', { name: say('record.read'), exact: true }).count()).to.equal(0);
    for (const path of [
      `/api/files/${fileId}/pages/3/text`,
      `/api/files/${fileId}/original`,
      `/api/files/${fileId}/pages/3/thumbnail?size=small&v=1`,
    ]) {
      expect((await visitor.request.get(path)).status(), path).to.be.within(401, 410);
    }
    expect((await visitor.request.get(`/api${recordAddress.replace('record', 'records')}`)).status()).to.equal(410);
  });

  it('nothing failed unseen', () => {
    expect(faults).to.deep.equal([]);
  });
});
