import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { sampleAccounts, samplePassword } from '../../server/sample/sample-accounts.ts';
import type { PersonRole } from '../../server/contract/person.ts';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** CHROMIUM, the usual place of Debian, or the first on PATH; null when there is none. */
export function chromiumPath(): string | null {
  const given = process.env['CHROMIUM'];
  if (given) return existsSync(given) ? given : null;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const places = [
    '/usr/bin/chromium',
    ...(process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
  ];
  return places.find((place) => existsSync(place)) ?? null;
}

let told = false;

/** For `before`: skips the suite, with the reason said once, where there is no chromium. */
export async function openBrowser(suite: Mocha.Context): Promise<Browser> {
  const executablePath = chromiumPath();
  if (!executablePath) {
    if (!told)
      console.log(
        '      no chromium here (CHROMIUM, /usr/bin/chromium or PATH): the journeys in a browser are skipped',
      );
    told = true;
    suite.skip();
  }
  return chromium.launch({ executablePath, args: flags });
}

export type Guest = 'guest';
export const everyRole: readonly (PersonRole | Guest)[] = [
  'guest',
  'pupil',
  'teacher',
  'group-head',
  'head',
  'librarian',
  'administrator',
];

/** A browser of somebody new, in Vietnamese. Pages wait at most 15 s for anything. */
export async function newContext(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'vi-VN',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(15_000);
  return context;
}

/** A browser of one person of the sample library, signed in already; a guest has no account. */
export async function browserOf(
  browser: Browser,
  url: string,
  role: PersonRole | Guest,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await newContext(browser, url, options);
  if (role === 'guest') return context;
  const { username } = sampleAccounts.find((account) => account.role === role)!;
  const answer = await context.request.post('/api/session', { data: { username, password: samplePassword } });
  if (!answer.ok()) throw new Error(`${role} could not sign in: ${await answer.text()}`);
  return context;
}

/** What went wrong in a page without anybody seeing it. A 4xx answer that `expected` takes is one that the page shows on purpose. */
export function faultsOf(page: Page, expected: (status: number, path: string) => boolean = () => false): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400 && !expected(response.status(), pathname))
      faults.push(`${response.status()} ${response.request().method()} ${pathname}`);
  });
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // The same answers again, without their status in a form of its own.
    if (message.text().startsWith('Failed to load resource: the server responded')) return;
    faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  return faults;
}

/** For `afterEach`: a picture of every open page of a failed test, in the temporary folder; says where. */
export async function pictureOfFailure(
  test: Mocha.Test | undefined,
  contexts: readonly (BrowserContext | undefined)[],
): Promise<void> {
  if (test?.state !== 'failed') return;
  const folder = join(tmpdir(), 'tu-sach-journeys');
  mkdirSync(folder, { recursive: true });
  const name = test
    .fullTitle()
    .normalize('NFD')
    .replaceAll(/[^\w]+/g, '-')
    .slice(0, 100);
  let at = 0;
  for (const page of contexts.flatMap((context) => context?.pages() ?? [])) {
    const path = join(folder, `${name}-${++at}.png`);
    await page.screenshot({ path, timeout: 5_000 }).then(
      () => console.log(`      picture: ${path} of ${page.url()}`),
      () => {}, // a page that hangs gives no picture; the test has failed already
    );
  }
}

/** For a suite whose tests are the steps of one journey: what comes after a step that failed is left out. */
export function stepsOf(journey: Mocha.Suite): void {
  journey.beforeEach(function () {
    if (journey.tests.some((test) => test.state === 'failed')) this.skip();
  });
}
