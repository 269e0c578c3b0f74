import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { upload } from '../server/files/tus-client.ts';
import { openTestApp } from '../support/app.ts';
import { browserOf, faultsOf, openBrowser, pictureOfFailure } from '../support/browser.ts';
import { type LibraryProcess, runCommand, startSampleLibrary } from '../support/library-process.ts';
import { recognisedBook, withoutAccents } from '../support/scanned-book.ts';
import { say, sayAny } from '../support/spoken.ts';
import { temporaryFolder, until } from '../support/temporary.ts';
import { dc, identify, list, oai, openProvider } from '../support/told-by-others.ts';
import { openSite, rss } from '../support/told-site.ts';

const pageWanted = 37;

describe('finding', function () {
  this.timeout(60_000);
  let browser: Browser;
  let library: LibraryProcess;
  const contexts: BrowserContext[] = [];
  let faults: string[] = [];

  before(async function () {
    this.timeout(300_000);
    browser = await openBrowser(this);
    library = await startSampleLibrary();
  });
  afterEach(async function () {
    await pictureOfFailure(this.currentTest, contexts);
    for (const context of contexts.splice(0)) await context.close();
    expect(faults).to.deep.equal([]);
    faults = [];
  });
  after(async () => {
    await browser?.close();
    await library?.end();
  });

  async function guest(): Promise<Page> {
    const context = await browserOf(browser, library.url, 'guest');
    contexts.push(context);
    const page = await context.newPage();
    faults = faultsOf(page);
    return page;
  }

  it(`words typed without accents find page ${pageWanted} of a scan, which opens there with the words marked`, async () => {
    const book = await recognisedBook(40);
    const { path, remove } = await temporaryFolder();
    try {
      const file = join(path, 'Tho xua.pdf');
      await writeFile(file, book.pdf);
      const put = await runCommand(
        library.folder,
        'ingest',
        '--wait',
        '--publish',
        '--scope',
        'public',
        '--licence',
        'CC-BY-4.0',
        file,
      );
      expect(put.code, put.stderr).to.equal(0);
    } finally {
      await remove();
    }
    // The sample has some of these verses on pages of its own.
    const verse = book.pages[pageWanted - 1]![4]!;
    const page = await guest();
    await page.goto('/');
    const box = page.getByRole('combobox', { name: say('search.label') });
    await box.fill(`tho xua ${withoutAccents(verse)}`);
    await box.press('Enter');
    const results = page.getByRole('region', { name: say('search.results') });
    const hit = results.getByRole('link', { name: new RegExp(`^${say('page.number', { page: pageWanted })}`) }).first();
    await hit.waitFor();
    await hit.click();
    await page.waitForURL(new RegExp(`/read/[^/]+/page/${pageWanted}\\?q=`));
    const leaf = page.getByRole('group', { name: say('reader.page', { label: pageWanted }), exact: true });
    await leaf.getByRole('group', { name: say('reader.textOf', { label: pageWanted }) }).waitFor();
    await page
      .getByRole('complementary', { name: say('reader.panel') })
      .getByText(sayAny('reader.hits'))
      .waitFor();
    await until('the words are marked', async () => (await leaf.locator('.hit').count()) > 0);
    // The fifth line of the page.
    const [mark, whole] = [await leaf.locator('.hit').first().boundingBox(), await leaf.boundingBox()];
    expect((mark!.y - whole!.y) / whole!.height).to.be.within(0.28, 0.33);
    expect((mark!.x - whole!.x) / whole!.width).to.be.within(0.18, 0.21);
    await page.goBack();
    await hit.waitFor();
  });

  it('without a query, from the level to the grade to the subject to what is there, and back', async () => {
    const page = await guest();
    await page.goto('/');
    await page.getByRole('link', { name: say('browse.title') }).click();
    await page.getByRole('heading', { level: 1, name: say('browse.title') }).waitFor();
    await page.getByRole('link', { name: 'Trung học cơ sở', exact: true }).click();
    await page.waitForURL(/browse\?level=THCS$/);
    const way = page.getByRole('navigation', { name: say('browse.way') });
    await way.getByText('Trung học cơ sở').waitFor();
    await page.getByRole('link', { name: /^Lớp 8/ }).click();
    await page.waitForURL(/level=THCS&grade=8$/);
    await page.getByRole('link', { name: /^Ngữ văn/ }).click();
    await page.waitForURL(/subject=NGU_VAN$/);
    await page.getByRole('heading', { level: 2, name: 'Tắt đèn' }).waitFor();
    await page.getByRole('heading', { level: 2, name: say('facet.topic') }).waitFor();
    await way.getByRole('link', { name: 'Lớp 8' }).click();
    await page.waitForURL(/level=THCS&grade=8$/);
    await page.goBack();
    await page.waitForURL(/subject=NGU_VAN$/);
    await page.getByRole('link', { name: /^chị Dậu/ }).click();
    await page.waitForURL(/\/search\?.*topic=/);
    await page.getByRole('heading', { level: 2, name: 'Tắt đèn' }).waitFor();
    for (const chosen of ['Trung học cơ sở', 'Lớp 8', 'Ngữ văn', 'chị Dậu'])
      await page
        .getByRole('list', { name: say('search.chosen') })
        .getByText(chosen)
        .waitFor();

    await page.goto('/browse?grade=99');
    await page.getByText(say('browse.empty')).waitFor();
  });

  it('a subject chosen first: its grades alone, counted by it, and what was promised is there; the focus goes along', async () => {
    const page = await guest();
    await page.goto('/browse');
    await page.getByRole('link', { name: /^Ngữ văn \d+$/ }).press('Enter');
    await page.waitForURL(/browse\?subject=NGU_VAN$/);
    const heading = page.getByRole('heading', { level: 1, name: 'Ngữ văn', exact: true });
    await until('the focus is where one is', async () => (await heading.and(page.locator(':focus')).count()) === 1);
    const grades = page.getByRole('link', { name: /^Lớp \d+ \d+$/ });
    await grades.first().waitFor();
    // A phone shows a few topics before the books, and the others when asked.
    const topics = page.getByRole('region', { name: say('facet.topic') });
    const few = await topics.getByRole('listitem').count();
    await topics.getByRole('button').click();
    await until('all topics are there', async () => (await topics.getByRole('listitem').count()) > few);
    expect(await topics.getByRole('button').count()).to.equal(0);
    const promised = await grades.allInnerTexts();
    expect(promised.length).to.be.above(3);
    for (const words of promised) {
      const [, grade, count] = /^Lớp (\d+)\s+(\d+)$/.exec(words)!;
      const { total } = (await (await fetch(`${library.url}/api/browse?subject=NGU_VAN&grade=${grade}`)).json()) as {
        total: number;
      };
      expect(total, words).to.equal(Number(count));
    }
  });

  it('on a slow line nothing of the last place stands under the name of the next', async () => {
    const page = await guest();
    await page.goto('/browse?level=THCS&grade=8');
    await page.getByRole('link', { name: /^Ngữ văn/ }).waitFor();
    let answer = (): void => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route(/\/api\/browse/, async (route) => {
      await held;
      await route.continue();
    });
    const way = page.getByRole('navigation', { name: say('browse.way') });
    await way.getByRole('link', { name: 'Trung học cơ sở' }).click();
    await page.waitForURL(/level=THCS$/);
    expect(await page.getByRole('link', { name: /^Ngữ văn/ }).count()).to.equal(0);
    answer();
    await page.getByRole('link', { name: /^Lớp 9/ }).waitFor();
  });

  it('a topic that did not fit in the list is found by typing it without accents', async () => {
    const librarian = await browserOf(browser, library.url, 'librarian');
    contexts.push(librarian);
    const { request } = librarian;
    const { csrf } = (await (await request.get('/api/session')).json()) as { csrf: string };
    const send = async (
      method: 'POST' | 'PATCH',
      path: string,
      data: object,
    ): Promise<{ id: string; version: number }> => {
      const answer = await request.fetch(path, { method, data, headers: { 'x-csrf-token': csrf } });
      expect(answer.ok(), await answer.text()).to.equal(true);
      return answer.json() as never;
    };
    for (const book of [1, 2, 3]) {
      const { id, version } = await send('POST', '/api/records', {
        title: `Từ điển chủ đề ${book}`,
        licence: 'CC-BY-4.0',
      });
      const keywords = Array.from({ length: 40 }, (_, at) => `đề mục ${book * 100 + at}`);
      const changed = await send('PATCH', `/api/records/${id}`, {
        ...{ version, scope: 'public' },
        description: { keywords: [...keywords, ...(book === 3 ? ['Ước chung lớn nhất'] : [])] },
      });
      await send('POST', `/api/records/${id}/publish`, { version: changed.version });
    }
    const facet = (): Promise<{ values: { code: string }[] }> =>
      request.get('/api/search/facet?facet=topic&starts=uoc%20chung').then((answer) => answer.json() as never);
    await until('it can be found', async () => (await facet()).values.length === 1);
    const { facets } = (await (await request.get('/api/search?size=1')).json()) as {
      facets: { topic: { code: string }[] };
    };
    const loaded = facets.topic.map(({ code }) => code);
    expect(loaded, 'or the page would not have to ask').to.include('truyện ngắn').and.not.include('Ước chung lớn nhất');
    const page = await guest();
    await page.goto('/search');
    const topics = page
      .getByRole('region', { name: say('facet.label') })
      .getByRole('group', { name: say('facet.topic') });
    await topics.getByRole('checkbox').first().check();
    await page.waitForURL(/topic=/);
    const box = topics.getByRole('searchbox');
    await box.fill('uoc chung');
    await topics.getByRole('checkbox', { name: /^Ước chung lớn nhất/ }).check();
    await page.waitForURL(/topic=.*topic=/);
    await page.getByRole('heading', { level: 2, name: 'Từ điển chủ đề 3' }).waitFor();
    await box.fill('khong co dau');
    await topics.getByText(say('facet.none')).waitFor();
    expect(await topics.getByRole('checkbox').count(), 'what is chosen stays').to.equal(2);

    // What an input method does: nothing is asked while it composes, and nothing in the box is touched.
    const asked: string[] = [];
    let answer = (): void => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route(/\/api\/search\/facet/, async (route) => {
      asked.push(new URL(route.request().url()).searchParams.get('starts')!);
      await held;
      await route.continue();
    });
    await box.dispatchEvent('compositionstart');
    await box.fill('truyen');
    await box.fill('truyen ng');
    await box.dispatchEvent('compositionend');
    await until('it is asked', () => asked.length > 0);
    // Until the answer comes, what is known of the new words; never what was found for the old.
    expect(await topics.getByText(say('facet.none')).count()).to.equal(0);
    await topics
      .getByRole('checkbox', { name: /^truyện ngắn/ })
      .first()
      .waitFor();
    answer();
    expect(asked).to.deep.equal(['truyen ng']);
    expect(await box.inputValue()).to.equal('truyen ng');
    // Few topics are left under these words: the box that narrows them stays, or nobody could take it back.
    await page.unroute(/\/api\/search\/facet/);
    const main = page.getByRole('searchbox', { name: say('search.label') });
    await main.fill('tat den ngo tat to');
    await main.press('Enter');
    await page.waitForURL(/q=tat/);
    await page.locator('section[aria-busy=false]').waitFor();
    expect(await box.inputValue()).to.equal('truyen ng');
  });

  it('with the input method off, and with a slip in a part of the words', async () => {
    const page = await guest();
    await page.goto('/search');
    const box = page.getByRole('searchbox', { name: say('search.label') });
    const results = page.getByRole('region', { name: say('search.results') });
    await box.fill('tats ddenf');
    await box.press('Enter');
    await results.getByRole('listitem').first().getByRole('heading', { name: 'Tắt đèn' }).waitFor();
    expect(await box.inputValue(), 'nothing is rewritten').to.equal('tats ddenf');

    // Part of it is found as it was typed: the right words are offered, not put in its place.
    await box.fill('lao hac ca dao nguyen duu');
    await box.press('Enter');
    await page.getByText(say('understood.didYouMean')).waitFor();
    await page.getByText(say('understood.partial')).waitFor();
    await page.getByRole('link', { name: 'lao hac ca dao nguyen du', exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('q') === 'lao hac ca dao nguyen du');
    await results.getByRole('heading', { level: 2, name: 'Truyện Kiều' }).waitFor();
    await until(
      'nothing is offered any more',
      async () => (await page.getByText(say('understood.didYouMean')).count()) === 0,
    );
    expect(await box.inputValue()).to.equal('lao hac ca dao nguyen du');
  });

  it('a librarian adds another library by its address, looks, takes, and its books are found here and lead there', async () => {
    const more = (at: number): string =>
      `<dc:creator>Lê Thị Thảo Nguyên</dc:creator><dc:date>2019</dc:date><dc:identifier>http://ban.example/${at}</dc:identifier>`;
    const broken = dc('oai:ban:hong', 'Thẻ <b>không đóng');
    const provider = await openProvider(({ verb, resumptionToken }) => {
      if (verb === 'Identify') return identify();
      if (verb === 'ListSets')
        return oai('<ListSets><set><setSpec>vh</setSpec><setName>Văn học</setName></set></ListSets>');
      if (verb === 'ListMetadataFormats')
        return oai(
          '<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix><schema>s</schema><metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace></metadataFormat></ListMetadataFormats>',
        );
      return resumptionToken
        ? list([dc('oai:ban:3', 'Mùa hoa gạo ven đê', more(3))])
        : list([dc('oai:ban:1', 'Bến sông trăng khuyết', more(1)), broken], 'hai', ' completeListSize="3"');
    });
    const site = await openSite();
    site.pages.set('/', {
      body: '<title>Trường bạn</title><link rel="alternate" type="application/rss+xml" title="Tin mới" href="/rss">',
    });
    site.pages.set('/rss', { type: 'application/rss+xml', body: rss([]) });
    site.pages.set('/sach.csv', { type: 'text/csv', body: 'Cuốn sách,Tác giả\nĐêm trăng cửa biển,Vũ Thị Minh\n' });
    try {
      const administrator = await browserOf(browser, library.url, 'administrator');
      contexts.push(administrator);
      const ruling = await administrator.newPage();
      await ruling.goto('/sources');
      await ruling.getByText(say('hosts.title')).click();
      await ruling.getByLabel(say('hosts.label')).fill(`${provider.host}\n${site.host}`);
      await ruling.getByRole('button', { name: say('edit.save') }).click();
      await ruling.getByText(say('hosts.saved', { count: '2' })).waitFor();

      const librarian = await browserOf(browser, library.url, 'librarian');
      contexts.push(librarian);
      const page = await librarian.newPage();
      faults = faultsOf(page);
      await page.goto('/sources');
      await page.getByText(say('sources.none')).waitFor();
      await page.getByRole('link', { name: say('sources.add') }).click();
      await page.getByLabel(say('source.address')).fill(provider.address);
      await page.getByRole('button', { name: say('source.ask') }).click();
      await page.getByText(say('source.isThere', { name: 'Thư viện bạn' })).waitFor();
      expect(await page.getByLabel(say('source.set')).locator('option').allTextContents()).to.deep.equal([
        say('source.setAll'),
        'Văn học',
      ]);
      await page.getByRole('button', { name: say('source.preview') }).click();
      await page.getByText(say('source.previewSize', { count: '3' })).waitFor();
      await page.getByText('Bến sông trăng khuyết').waitFor();
      await page.getByText(say('source.previewAsides', { count: '1' })).waitFor();
      await page.getByLabel(say('source.scope')).selectOption('public');
      await page.getByRole('button', { name: say('source.addAndRun') }).click();
      await page.getByText(say('sources.held', { count: '2' })).waitFor();
      await page.getByText(say('run.done'), { exact: true }).first().waitFor();
      await page.getByText(say('aside.xml-broken')).waitFor();
      await page.getByText(say('source.asideText'), { exact: true }).click();
      await page.getByText('<dc:title>Thẻ <b>không đóng').waitFor();
      await page.goBack();
      await page.getByRole('link', { name: 'Thư viện bạn' }).waitFor();

      // A home page leads to what can be taken; the columns of a table are set right by hand.
      await page.getByRole('link', { name: say('sources.add') }).click();
      await page.getByLabel(say('source.address')).fill(site.at('/'));
      await page.getByRole('button', { name: say('source.ask') }).click();
      await page.getByRole('button', { name: 'Tin mới' }).click();
      await page.getByText(say('source.kind.rss')).waitFor();
      await page.getByLabel(say('source.address')).fill(site.at('/sach.csv'));
      await page.getByRole('button', { name: say('source.ask') }).click();
      await page.getByText(say('columns.noTitle')).waitFor();
      expect(await page.getByRole('button', { name: say('source.preview') }).isDisabled()).to.equal(true);
      await page.getByLabel('Cuốn sách').selectOption('title');
      await page.getByRole('button', { name: say('source.preview') }).click();
      await page.getByText('Đêm trăng cửa biển').and(page.locator('ol strong')).waitFor();
      await page.getByRole('button', { name: say('source.addAndRun') }).click();
      await page.getByText(say('sources.held', { count: '1' })).waitFor();

      const reader = await guest();
      const first = reader.getByRole('link', { name: 'Mùa hoa gạo ven đê' });
      await until('the index has it', async () => {
        await reader.goto('/search?q=mua+hoa+gao+ven+de');
        return first.isVisible();
      });
      await first.click();
      await reader.getByText(say('record.fromSource', { name: 'Thư viện bạn' })).waitFor();
      const link = reader.getByRole('link', { name: say('record.openLink') });
      expect(await link.getAttribute('href')).to.equal('http://ban.example/3');
    } finally {
      await provider.close();
      await site.close();
    }
  });

  it('an administrator pairs with a library by its code; its file is copied here and a correction proposed to it', async () => {
    const there = await openTestApp({ ownUrl: true });
    try {
      there.work();
      const theirs = await there.as('librarian');
      const made = (
        await theirs.post('/api/records', { title: 'Chong chóng lá dừa', licence: 'CC-BY-4.0', scope: 'public' })
      ).body;
      await upload(theirs, Buffer.from('Gió thổi chong chóng quay.'), {
        filename: 'chong-chong.txt',
        recordId: made.id,
      });
      const { body: whole } = await theirs.get(`/api/records/${made.id}`);
      await theirs.post(`/api/records/${made.id}/publish`, { version: whole.version });
      const { code } = (await (await there.as('administrator')).post('/api/peers/invitations')).body;

      const administrator = await browserOf(browser, library.url, 'administrator');
      contexts.push(administrator);
      const ruling = await administrator.newPage();
      await ruling.goto('/peers');
      await ruling.getByRole('link', { name: say('peers.enterCode') }).click();
      await ruling.getByLabel(say('peers.address')).fill(there.url);
      await ruling.getByLabel(say('peers.code'), { exact: true }).fill(code.toLowerCase());
      const pair = ruling.getByRole('button', { name: say('peers.pair'), exact: true });
      await pair.click();
      await ruling.getByText(say('error.source-address-refused')).waitFor();
      await ruling.getByText(say('hosts.title')).click();
      await ruling.getByLabel(say('hosts.label')).fill(new URL(there.url).host);
      await ruling.getByRole('button', { name: say('edit.save') }).click();
      await ruling.getByText(say('hosts.saved', { count: '1' })).waitFor();
      await pair.click();
      await ruling.getByRole('heading', { level: 2, name: 'Trường THCS Hoa Sen' }).waitFor();
      const { self, peers } = (await (await there.as('administrator')).get('/api/peers')).body;
      await ruling.getByText(self.fingerprint).waitFor();
      await ruling.getByText(peers[0].fingerprint).waitFor();

      const librarian = await browserOf(browser, library.url, 'librarian');
      contexts.push(librarian);
      const page = await librarian.newPage();
      faults = faultsOf(page);
      const found = page
        .getByRole('region', { name: say('search.results') })
        .getByRole('heading', { name: 'Chong chóng lá dừa' });
      await until('the index has it', async () => {
        await page.goto('/search?q=chong+chong+la+dua');
        await page.locator('section[aria-busy=false]').waitFor();
        return found.isVisible();
      });
      await page.getByRole('button', { name: say('peers.ask') }).click();
      const answers = page.getByRole('region', { name: say('peers.answers') });
      const theirOwn = await answers.getByRole('link', { name: 'Chong chóng lá dừa' }).getAttribute('href');
      expect(theirOwn).to.equal(`${there.url}/record/${made.id}`);

      await found.getByRole('link').click();
      await page.getByRole('button', { name: say('copies.copy') }).click();
      await page.getByText(say('copies.held')).waitFor();
      const files = page.getByRole('region', { name: say('record.files'), exact: true });
      await files.getByText('chong-chong.txt').waitFor();
      await page.getByRole('button', { name: say('proposals.title') }).click();
      const dialog = page.getByRole('dialog');
      const send = dialog.getByRole('button', { name: say('propose.send') });
      expect(await send.isDisabled(), 'nothing is corrected yet').to.equal(true);
      await dialog.getByLabel(say('field.year')).fill('2019');
      await dialog.getByLabel(say('propose.note')).fill('Xem bìa sau');
      await send.click();
      await page.getByText(say('propose.sent')).waitFor();
      const { proposals } = (await until('it is there', async () => {
        const { body } = await theirs.get('/api/peers/proposals');
        return body.proposals.length === 1 && body;
      })) as { proposals: object[] };
      expect(proposals[0]).to.deep.include({
        note: 'Xem bìa sau',
        changes: [{ field: 'year', before: null, after: '2019' }],
      });
      await page.goto('/peers?show=proposals');
      await page.getByText(say('proposals.state.open'), { exact: true }).waitFor();
    } finally {
      await there.close();
    }
  });
});
