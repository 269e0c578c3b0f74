import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { viLater } from '../../web/messages/vi-later.ts';
import { vi as viFirst } from '../../web/messages/vi.ts';
import { routes } from '../../web/router.ts';
import { browserOf, everyRole, faultsOf, openBrowser, pictureOfFailure } from '../support/browser.ts';
import { type LibraryProcess, startSampleLibrary } from '../support/library-process.ts';
import { until } from '../support/temporary.ts';

const widths = [360, 1920] as const;
const keys = new Set<string>(Object.keys({ ...viFirst, ...viLater }));
/** Pages that say on purpose that something is not for this person: what they ask is refused. */
const refusedOnPurpose = (status: number): boolean => status === 401 || status === 403 || status === 404;

interface Sample {
  recordId: string;
  fileId: string;
}

/** A published book of the sample that can be read. */
async function bookOf(url: string): Promise<Sample> {
  const found = (await (await fetch(`${url}/api/search?q=${encodeURIComponent('truyện kiều')}`)).json()) as {
    records: { id: string; readable: { fileId: string } | null }[];
  };
  const book = found.records.find((record) => record.readable);
  if (!book?.readable) throw new Error('the sample has no book to read');
  return { recordId: book.id, fileId: book.readable.fileId };
}

const addressOf = (path: string, { recordId, fileId }: Sample): string =>
  path.replace(':id', recordId).replace(':fileId', fileId).replace(':n', '2') +
  (path === '/search' ? '?q=truyen' : path.startsWith('/read/') ? '?q=kieu' : '');

/**
 * Answers a function that waits until a page is at rest: it has its heading, nothing on screen says that it is loading, and nothing asked
 * of the server is outstanding. (Playwright's own "networkidle" waits half a second each time, which 238 pages cannot have.)
 */
function restOf(page: Page): () => Promise<void> {
  const asked = new Set<Request>();
  let last = 0;
  const settled = (request: Request): void => {
    asked.delete(request);
    last = performance.now();
  };
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') asked.add(request); // live events go on for as long as the page
  });
  page.on('requestfinished', settled);
  page.on('requestfailed', settled);
  return async () => {
    await page.locator('h1').first().waitFor();
    const busy = page.locator('[aria-busy="true"]');
    await until(
      'the page is at rest',
      async () => asked.size === 0 && performance.now() - last > 80 && (await busy.count()) === 0,
    );
  };
}

/** Content of pages, by width and colours, in which axe has found nothing to say. */
const faultless = new Set<string>();

interface Seen {
  main: string;
  headings: number;
  across: number;
  words: string;
  language: string;
  title: string;
}
/** As text, because it runs in the page. */
const whatIsSeen = `({
  main: matchMedia('(prefers-color-scheme: dark)').matches + (document.querySelector('main')?.innerHTML ?? ''),
  headings: [...document.querySelectorAll('h1')].filter((heading) => heading.checkVisibility()).length,
  across: document.documentElement.scrollWidth - innerWidth,
  words: [document.body.innerText, ...[...document.querySelectorAll('*')].flatMap((one) =>
    ['aria-label', 'title', 'placeholder', 'alt'].map((name) => one.getAttribute(name) ?? ''))].join('\\n'),
  language: document.documentElement.lang,
  title: document.title,
})`;

/** Every fault of the page in front, as sentences. */
async function look(page: Page, width: number, whole = true): Promise<string[]> {
  const faults: string[] = [];
  const seen = await page.evaluate<Seen>(whatIsSeen);
  if (seen.headings !== 1) faults.push(`${seen.headings} level 1 headings`);
  if (seen.across > 0) faults.push(`${seen.across} px wider than ${width}`);
  const untranslated = [
    ...new Set(seen.words.split(/[\s"“”()]+/).filter((word) => keys.has(word) && word.includes('.'))),
  ];
  if (untranslated.length > 0) faults.push(`untranslated: ${untranslated.join(', ')}`);
  if (/\{\w+\}|undefined|\[object /.test(seen.words))
    faults.push(`a hole in a sentence: ${/.{0,40}(\{\w+\}|undefined|\[object ).{0,40}/.exec(seen.words)?.[0]}`);
  if (seen.language !== 'vi') faults.push(`lang is ${seen.language}`);
  if (!/ · .*\S$/.test(seen.title)) faults.push(`title is ${seen.title}, which names no page or no library`);
  // What stands around it is looked at on each person's first page. Three of four seconds of these journeys were axe on the same content.
  const content = `${width} ${seen.main}`;
  if (!whole && faultless.has(content)) return faults;
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode() // no page has frames; the other mode opens a blank page each time to join them
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  if (violations.length === 0) faultless.add(content);
  for (const { id, nodes } of violations)
    faults.push(
      `${id}: ${nodes
        .map((node) => node.target.join(' '))
        .slice(0, 3)
        .join(' | ')} ${nodes[0]?.failureSummary?.replaceAll(/\s+/g, ' ').slice(0, 200)}`,
    );
  return faults;
}

describe('every page for every role at both widths', function () {
  this.timeout(120_000);
  let browser: Browser;
  let library: LibraryProcess;
  let sample: Sample;
  const contexts: BrowserContext[] = [];
  let visits = 0;

  before(async function () {
    this.timeout(300_000);
    browser = await openBrowser(this);
    library = await startSampleLibrary();
    sample = await bookOf(library.url);
  });
  afterEach(async function () {
    await pictureOfFailure(this.currentTest, contexts);
    for (const context of contexts.splice(0)) await context.close();
  });
  after(async () => {
    await browser?.close();
    await library?.end();
  });

  /** Visits every entry of the router; answers what is wrong, and counts the visits. */
  async function visitAll(
    role: (typeof everyRole)[number],
    width: number,
    colorScheme: 'light' | 'dark',
  ): Promise<string[]> {
    const context = await browserOf(browser, library.url, role, {
      viewport: { width, height: width === 360 ? 740 : 1080 },
      colorScheme,
    });
    contexts.push(context);
    const page = await context.newPage();
    const unseen = faultsOf(page, refusedOnPurpose);
    const faults: string[] = [];
    const atRest = restOf(page);
    for (const route of routes) {
      unseen.length = 0;
      await page.goto(addressOf(route.path, sample));
      await atRest();
      for (const fault of [...(await look(page, width, route === routes[0])), ...unseen])
        faults.push(`${route.name} at ${width} px: ${fault}`);
      visits++;
    }
    return faults;
  }
  /** Both widths at once, for there are two cores. */
  const bothWidths = async (role: (typeof everyRole)[number], colors: 'light' | 'dark' = 'light'): Promise<string[]> =>
    (await Promise.all(widths.map((width) => visitAll(role, width, colors)))).flat();

  for (const role of everyRole) {
    it(`${role}: one heading, nothing wider than the screen, nothing that axe finds`, async () => {
      expect(await bothWidths(role)).to.deep.equal([]);
    });
  }

  it('a page that is wrong in every way is told in every way', async () => {
    const context = await browserOf(browser, library.url, 'guest', { viewport: { width: 360, height: 740 } });
    contexts.push(context);
    const page = await context.newPage();
    const unseen = faultsOf(page);
    await page.goto('/api/nothing-here'); // has no content security policy for scripts of ours to trip over
    await page.setContent(
      `<html lang="en"><title>Trang</title><h1>Một</h1><h1>Hai {count}</h1><input><p>nav.search</p><div style="width:900px">rộng</div></html>`,
    );
    await page.evaluate(`console.error('hỏng')`);
    const told = [...(await look(page, 360)), ...unseen].join('\n');
    for (const fault of [
      '2 level 1 headings',
      'px wider than 360',
      'untranslated: nav.search',
      'a hole in a sentence',
      'lang is en',
      'title is Trang',
      'label: input',
      'console: hỏng',
      '404 GET /api/nothing-here',
    ])
      expect(told).to.include(fault);
  });

  it('visited every entry of the router for every role at both widths', () => {
    expect(visits).to.equal(routes.length * everyRole.length * widths.length);
    expect(visits).to.be.at.least(17 * 7 * 2);
  });

  it('a librarian with dark colours: the same', async () => {
    expect(await bothWidths('librarian', 'dark')).to.deep.equal([]);
  });
});
