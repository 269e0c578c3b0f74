import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { makePdf } from '../fixtures/make-documents.ts';
import { browserOf, openBrowser, pictureOfFailure } from '../support/browser.ts';
import { type LibraryProcess, startSampleLibrary } from '../support/library-process.ts';
import { type SlowLine, slowLine } from '../support/slow-line.ts';
import { say, sayAny } from '../support/spoken.ts';
import { until } from '../support/temporary.ts';

describe('everyday in a library', function () {
  this.timeout(120_000);
  let browser: Browser;
  let library: LibraryProcess;
  const contexts: BrowserContext[] = [];
  const lines: SlowLine[] = [];

  before(async function () {
    this.timeout(300_000);
    browser = await openBrowser(this);
    library = await startSampleLibrary();
  });
  afterEach(async function () {
    await pictureOfFailure(this.currentTest, contexts);
    for (const context of contexts.splice(0)) await context.close();
    for (const line of lines.splice(0)) await line.close();
  });
  after(async () => {
    await browser?.close();
    await library?.end();
  });

  async function pageOf(
    ...asked: Parameters<typeof browserOf> extends [unknown, unknown, ...infer Rest] ? Rest : never
  ): Promise<Page> {
    const context = await browserOf(browser, library.url, ...asked);
    contexts.push(context);
    return context.newPage();
  }

  async function recordOf(title: string): Promise<string> {
    const { records } = (await (await fetch(`${library.url}/api/search?q=${encodeURIComponent(title)}`)).json()) as {
      records: { id: string; title: string }[];
    };
    const found = records.find((record) => record.title.includes(title));
    if (!found) throw new Error(`the sample has no ${title}`);
    return found.id;
  }

  it('two people who edit the same record: the second chooses field by field, and nothing is lost', async () => {
    const id = await recordOf('Truyện Kiều');
    const [first, second] = [await pageOf('librarian'), await pageOf('administrator')];
    for (const page of [first, second]) {
      await page.goto(`/record/${id}/edit`);
      await page.getByLabel(say('field.title'), { exact: true }).waitFor();
    }
    await first.getByLabel(say('field.publisher')).fill('Nhà in thứ nhất');
    await first.getByLabel(say('field.abstract')).fill('Lời giới thiệu của người thứ nhất.');
    await first.getByRole('button', { name: say('edit.save'), exact: true }).click();
    await first.getByRole('heading', { level: 1, name: 'Truyện Kiều' }).waitFor();

    await second.getByLabel(say('field.publisher')).fill('Nhà in thứ hai');
    await second.getByLabel(say('field.year')).fill('1875');
    await second.getByRole('button', { name: say('edit.save'), exact: true }).click();
    const conflict = second.getByRole('region', { name: say('conflict.title') });
    await conflict.waitFor();
    const choice = conflict.getByRole('group', { name: say('field.publisher') });
    expect(await choice.getByRole('radio').count()).to.equal(2);
    await choice.getByRole('radio', { name: /Nhà in thứ nhất/ }).check();
    expect(
      await second.getByRole('button', { name: say('edit.save'), exact: true }).isDisabled(),
      'no saving before choosing',
    ).to.equal(true);
    await conflict.getByRole('button', { name: say('conflict.decide') }).click();
    expect(await second.getByLabel(say('field.publisher')).inputValue()).to.equal('Nhà in thứ nhất');
    expect(await second.getByLabel(say('field.year')).inputValue()).to.equal('1875');
    expect(await second.getByLabel(say('field.abstract')).inputValue()).to.equal('Lời giới thiệu của người thứ nhất.');
    await second.getByRole('button', { name: say('edit.save'), exact: true }).click();
    await second.getByRole('heading', { level: 1, name: 'Truyện Kiều' }).waitFor();
    const { description } = (await (await fetch(`${library.url}/api/records/${id}`)).json()) as {
      description: Record<string, unknown>;
    };
    expect(description).to.include({
      publisher: 'Nhà in thứ nhất',
      year: '1875',
      abstract: 'Lời giới thiệu của người thứ nhất.',
    });
  });

  it('an upload whose connection is cut goes on where it stopped', async () => {
    const line = await slowLine(library.url, 4 * 1024 * 1024);
    lines.push(line);
    const page = await pageOf('teacher', { baseURL: line.url });
    const bytes = randomBytes(24 * 1024 * 1024);
    const offsets: number[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
    });
    await page.goto('/upload');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: say('upload.choose'), exact: true }).click();
    await (await chooser).setFiles({ name: 'mo-hinh.bin', mimeType: 'application/octet-stream', buffer: bytes });
    const card = page.getByRole('region', { name: say('upload.now', { count: 1 }) }).getByRole('listitem');
    const sending = card.getByRole('progressbar', { name: say('upload.sendingName', { name: 'mo-hinh.bin' }) });
    await until('a part has been sent', async () => Number(await sending.getAttribute('value')) > 12 * 1024 * 1024, 30);
    await page.context().setOffline(true); // takes no request away that is under way: the line does
    line.cut();
    await card.getByText(say('upload.lost')).waitFor();
    // Elsewhere in the library meanwhile: the sending is not tied to its page.
    await page.getByRole('link', { name: 'Tủ Sách' }).first().click();
    await page.getByRole('alert').getByText(say('error.offline')).waitFor();
    line.speed = Infinity;
    await page.context().setOffline(false);
    await page.getByRole('link', { name: say('nav.upload'), exact: true }).click();
    await card.getByRole('link', { name: say('upload.describe') }).waitFor({ timeout: 60_000 });
    expect(offsets[0]).to.equal(0);
    expect(offsets.at(-1), 'went on from what had arrived').to.be.above(1024 * 1024);
    const { files } = (await (
      await page.request.get(
        `/api/records/${/record\/([^/]+)/.exec((await card.getByRole('link', { name: say('upload.describe') }).getAttribute('href'))!)![1]}`,
      )
    ).json()) as { files: { sha256: string; size: number }[] };
    expect(files[0]).to.include({ size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  });

  it('back from a record leads to the same results, at the same place', async () => {
    const page = await pageOf('guest', { viewport: { width: 1280, height: 700 } });
    await page.goto('/search?q=bai');
    const results = page.getByRole('region', { name: say('search.results') });
    const facets = page.getByRole('region', { name: say('facet.label') });
    await results.getByRole('heading', { level: 2 }).first().waitFor();
    await facets
      .getByRole('group', { name: say('facet.subject') })
      .getByRole('checkbox')
      .first()
      .check();
    await page.waitForURL(/subject=/);
    await until('the filtered results are there', async () => (await results.getAttribute('aria-busy')) === 'false');
    const names = await results.getByRole('heading', { level: 2 }).allInnerTexts();
    expect(names.length).to.be.above(0);
    await results.getByRole('heading', { level: 2 }).last().getByRole('link').scrollIntoViewIfNeeded();
    const before = { url: page.url(), scroll: await page.evaluate<number>('Math.round(scrollY)') };
    await results.getByRole('heading', { level: 2 }).last().getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: names.at(-1)! }).waitFor();
    await page.goBack();
    await results.getByRole('heading', { level: 2 }).first().waitFor();
    expect(page.url()).to.equal(before.url);
    expect(await results.getByRole('heading', { level: 2 }).allInnerTexts()).to.deep.equal(names);
    expect(await page.getByRole('searchbox').inputValue()).to.equal('bai');
    await until(
      'the place is the same',
      async () => Math.abs((await page.evaluate<number>('scrollY')) - before.scroll) < 4,
    );
  });

  it('English, once chosen, is remembered: in this browser, and for the person in any other', async () => {
    const page = await pageOf('teacher');
    await page.goto('/');
    const kept = page.waitForResponse((answer) => answer.url().endsWith('/api/session/language'));
    await page.getByRole('button', { name: 'English' }).click();
    expect((await kept).status()).to.equal(200);
    await page
      .getByRole('link', { name: 'Upload', exact: true })
      .or(page.getByRole('link', { name: /^Add|^Upload/ }))
      .first()
      .waitFor();
    expect(await page.evaluate<string>('document.documentElement.lang')).to.equal('en');
    await page.reload();
    await page.getByRole('button', { name: 'Tiếng Việt' }).waitFor();
    expect(await page.evaluate<string>('document.documentElement.lang')).to.equal('en');

    const elsewhere = await pageOf('teacher');
    await elsewhere.goto('/');
    await elsewhere.getByRole('button', { name: 'Tiếng Việt' }).waitFor();
    await elsewhere.getByRole('button', { name: 'Tiếng Việt' }).click();
    await elsewhere.getByRole('link', { name: say('nav.upload'), exact: true }).waitFor();

    const guest = await pageOf('guest');
    await guest.goto('/');
    await guest.getByRole('button', { name: 'English' }).click();
    await guest.getByRole('button', { name: 'Tiếng Việt' }).waitFor();
    await guest.goto('/search');
    await guest.getByRole('button', { name: 'Tiếng Việt' }).waitFor();
  });

  it('a PDF with a password asks for it, tells a wrong one, and opens with the right one', async () => {
    const page = await pageOf('librarian');
    const pdf = await makePdf(
      [
        {
          words: [{ text: 'Đề kiểm tra giữ kín', x: 72, y: 90 }],
          paragraph: 'Câu 1. Hãy giải thích vì sao nước sông Sài Gòn có lúc mặn, có lúc ngọt.',
        },
      ],
      { userPassword: 'hoa-sen-15', pdfVersion: '1.7ext3' },
    );
    await page.goto('/upload');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: say('upload.choose'), exact: true }).click();
    await (await chooser).setFiles({ name: 'de-kin.pdf', mimeType: 'application/pdf', buffer: pdf });
    const card = page.getByRole('region', { name: say('upload.now', { count: 1 }) }).getByRole('listitem');
    const field = card.getByLabel(say('ingest.password'));
    await card.getByText(say('error.document-needs-password')).waitFor({ timeout: 30_000 });
    await field.fill('doan bua');
    await card.getByRole('button', { name: say('ingest.open') }).click();
    await card.getByText(say('error.document-password-wrong')).waitFor({ timeout: 30_000 });
    await field.fill('hoa-sen-15');
    await field.press('Enter');
    await card.getByText(say('upload.ready')).waitFor({ timeout: 60_000 });
    await card.getByRole('link', { name: say('record.read'), exact: true }).click();
    await page
      .getByRole('group', { name: say('reader.textOf', { label: 1 }) })
      .getByText('Sài')
      .waitFor();
  });

  it('a question that finds nothing says what to try', async () => {
    const page = await pageOf('guest');
    await page.goto('/search?q=xyzzyq');
    await page.getByText(say('nothing.forWords', { q: 'xyzzyq' })).waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: sayAny('search.count') })
      .waitFor();
  });

  it('somebody types with the input method off: what was understood stands there, can be taken back, and a slip is put right', async () => {
    const page = await pageOf('guest', { viewport: { width: 1280, height: 900 } });
    await page.goto('/search');
    const box = page.getByRole('searchbox', { name: say('search.label') });
    const results = page.getByRole('region', { name: say('search.results') });
    const understood = page.getByRole('list', { name: say('understood.label') });
    const firstTitle = () => results.getByRole('listitem').first().getByRole('link').first().innerText();
    const search = async (text: string): Promise<void> => {
      await box.fill(text);
      await box.press('Enter');
      await page.waitForURL((url) => url.searchParams.get('q') === text);
      await page.locator(`section[aria-busy=false]`).waitFor();
    };

    await search('Truyeenj Kieeuf');
    await understood.getByRole('link', { name: 'Truyện' }).waitFor();
    expect(await firstTitle()).to.include('Truyện Kiều');
    expect(await box.inputValue(), 'nothing is rewritten').to.equal('Truyeenj Kieeuf');

    await search('gdcd 8');
    const subject = understood.getByRole('link', { name: `${say('facet.subject')}: Giáo dục công dân` });
    await understood.getByRole('link', { name: 'Lớp 8' }).waitFor();
    await subject.click();
    await page.waitForURL((url) => url.searchParams.get('drop') === 'gdcd');
    await subject.waitFor({ state: 'detached' });
    await page.goBack();
    await subject.waitFor();
    await understood.getByRole('link', { name: say('understood.asTyped') }).click();
    await page.getByText(say('understood.literal')).waitFor();
    await page.getByRole('link', { name: say('understood.byMeaning') }).click();
    await subject.waitFor();

    await search('truyện');
    const filters = page.getByRole('region', { name: say('facet.label') });
    for (const grade of ['Lớp 9', 'Lớp 11']) await filters.getByRole('checkbox', { name: grade }).check();
    await page.waitForURL((url) => url.searchParams.get('grade') === '9,11');
    await page.goBack();
    await page.waitForURL((url) => url.searchParams.get('grade') === '9');

    await search('truyen kieuu');
    await page.getByText(say('understood.instead', { text: 'truyen kieu' })).waitFor();
    expect(await firstTitle()).to.include('Truyện Kiều');
    await page.getByRole('link', { name: say('understood.exactly', { q: 'truyen kieuu' }) }).click();
    await page.getByText(say('nothing.forWords', { q: 'truyen kieuu' })).waitFor();
  });

  it('the box on the first page says what the words may become, by keyboard and while an input method composes', async () => {
    const page = await pageOf('guest', { viewport: { width: 360, height: 740 } });
    await page.goto('/');
    const box = page.getByRole('combobox', { name: say('search.label') });
    const options = page.getByRole('listbox', { name: say('suggest.label') }).getByRole('option');
    const asked: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.pathname === '/api/search/suggestions') asked.push(url.searchParams.get('q')!);
    });
    // What an input method does: nothing is asked while it composes, and nothing in the box is touched.
    await box.dispatchEvent('compositionstart');
    await box.fill('truye');
    await box.dispatchEvent('compositionend');
    await options.first().waitFor();
    expect(asked).to.deep.equal(['truye']);
    expect(await box.inputValue()).to.equal('truye');
    await box.press('ArrowDown');
    expect(await options.first().getAttribute('aria-selected')).to.equal('true');
    await box.press('Escape');
    await options.first().waitFor({ state: 'detached' });
    expect(await box.inputValue()).to.equal('truye');

    await box.fill('truyen kie');
    const title = options.filter({ hasText: 'Truyện Kiều' }).first();
    await title.waitFor();
    await box.press('ArrowDown');
    await box.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Truyện Kiều' }).waitFor();

    await page.goto('/');
    await box.fill('nguyen du');
    await options.filter({ hasText: 'Nguyễn Du' }).first().click();
    await page.waitForURL((url) => url.searchParams.get('q') === 'tác giả: Nguyễn Du');
    await page
      .getByRole('region', { name: say('search.results') })
      .getByRole('link', { name: 'Truyện Kiều' })
      .first()
      .waitFor();
  });

  it('a search is saved, stands on the first page, leads back to itself, and can be forgotten and had again', async () => {
    const page = await pageOf('teacher');
    await page.goto('/search?q=truyen&grade=9');
    await page.getByRole('button', { name: say('saved.save') }).click();
    const name = 'truyen · Lớp 9';
    await page.getByText(say('saved.done', { name })).waitFor();
    await page.goto('/');
    const saved = page.getByRole('region', { name: say('saved.title') });
    await saved.getByRole('link', { name }).click();
    await page.waitForURL((url) => url.pathname === '/search' && url.searchParams.get('grade') === '9');
    await page.goBack();
    await saved.getByRole('button', { name: say('saved.feed') }).click();
    const feed = saved.getByRole('link', { name: say('saved.feedLink') });
    await feed.waitFor();
    const answer = await page.request.get((await feed.getAttribute('href'))!);
    expect([answer.status(), await answer.text()].join(' ')).to.match(/^200 <\?xml/);
    await saved.getByRole('button', { name: say('saved.forget', { name }) }).click();
    await page.getByText(say('saved.forgotten', { name })).waitFor();
    await saved.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: say('undo') }).click();
    await saved.getByRole('link', { name }).waitFor();

    const kieu = await recordOf('Truyện Kiều');
    await page.goto(`/record/${kieu}`);
    const similar = page.getByRole('region', { name: say('record.similar') }).getByRole('link').first();
    await similar.waitFor();

    // A reference manager takes the record that is on screen, also after going on to another.
    const taken = async () => ({
      unapi: await page.locator('abbr.unapi-id').getAttribute('title'),
      coins: new URLSearchParams((await page.locator('span.Z3988').getAttribute('title'))!).get('rft_id'),
      head: await page.locator('head meta[name="citation_title"]').count(),
    });
    expect(await taken()).to.eql({ unapi: `urn:uuid:${kieu}`, coins: `${library.url}/record/${kieu}`, head: 1 });
    const address = (await similar.getAttribute('href'))!;
    const other = /record\/([0-9a-f-]{36})/.exec(address)![1]!;
    await similar.click();
    await page.locator(`abbr.unapi-id[title="urn:uuid:${other}"]`).waitFor({ state: 'attached' });
    expect(await taken()).to.eql({ unapi: `urn:uuid:${other}`, coins: `${library.url}/record/${other}`, head: 0 });
  });
});
