import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { browserOf, openBrowser } from '../support/browser.ts';
import { type LibraryProcess, startSampleLibrary } from '../support/library-process.ts';
import { say } from '../support/spoken.ts';

const kilobyte = 1024;

describe('what a browser loads the first time', function () {
  this.timeout(60_000);
  let browser: Browser;
  let library: LibraryProcess;

  before(async function () {
    this.timeout(300_000);
    browser = await openBrowser(this);
    library = await startSampleLibrary();
  });
  after(async () => {
    await browser?.close();
    await library?.end();
  });

  /** Bytes of scripts and styles as they came over the line, to a browser that has never been here. */
  async function loaded(
    path: string,
    ready: (page: import('playwright-core').Page) => Promise<void>,
  ): Promise<{ bytes: number; files: string[] }> {
    const context = await browserOf(browser, library.url, 'guest');
    const page = await context.newPage();
    const sizes: Promise<{ name: string; bytes: number; coding: string | null }>[] = [];
    page.on('requestfinished', (request) => {
      if (request.resourceType() !== 'script' && request.resourceType() !== 'stylesheet') return;
      sizes.push(
        (async () => ({
          name: new URL(request.url()).pathname,
          bytes: (await request.sizes()).responseBodySize,
          coding: await (await request.response())!.headerValue('content-encoding'),
        }))(),
      );
    });
    await page.goto(path);
    await ready(page);
    await page.waitForLoadState('networkidle');
    const files = await Promise.all(sizes);
    await context.close();
    expect(files.length).to.be.above(2);
    for (const { name, coding } of files) expect(coding, name).to.equal('br');
    return {
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      files: files.map(({ name, bytes }) => `${name} ${bytes}`),
    };
  }

  it('home: at most 60 KB of scripts and styles', async () => {
    const { bytes, files } = await loaded('/', (page) =>
      page.getByRole('heading', { name: say('home.recent') }).waitFor(),
    );
    console.log(`      ${(bytes / kilobyte).toFixed(1)} KB in ${files.length} files`);
    expect(bytes, files.join('\n')).to.be.within(5 * kilobyte, 60 * kilobyte);
  });

  it('the reader: at most 120 KB', async () => {
    const { records } = (await (await fetch(`${library.url}/api/search?q=kieu`)).json()) as {
      records: { readable: { fileId: string } | null }[];
    };
    const { fileId } = records.find((record) => record.readable)!.readable!;
    const { bytes, files } = await loaded(`/read/${fileId}/page/1`, (page) =>
      page.getByRole('button', { name: say('reader.view') }).waitFor(),
    );
    console.log(`      ${(bytes / kilobyte).toFixed(1)} KB in ${files.length} files`);
    expect(bytes, files.join('\n')).to.be.within(5 * kilobyte, 120 * kilobyte);
  });
});
