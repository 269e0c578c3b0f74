/** One Chromium for all makers, with Be Vietnam Pro joined into whole fonts first (fonts.py says why). */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../../..');
const fonts = join(root, '.cache/sample-fonts');
export const out = join(here, '../files');

export function makeFonts() {
  const source = join(root, 'node_modules/@fontsource/be-vietnam-pro/files');
  execFileSync('/usr/bin/python3', [join(here, 'fonts.py'), source, fonts], { stdio: 'inherit' });
}

export const fontFile = (weight) => join(fonts, `be-vietnam-pro-${weight}.ttf`);

function fontFaces() {
  const face = (weight, style) => {
    const bytes = readFileSync(fontFile(`${weight}-${style}`)).toString('base64');
    return `@font-face{font-family:'Be Vietnam Pro';font-weight:${weight};font-style:${style};src:url(data:font/ttf;base64,${bytes})}`;
  };
  const upright = [400, 500, 600, 700, 800].map((weight) => face(weight, 'normal'));
  return [...upright, face(400, 'italic')].join('\n');
}

const sheet = () => `${fontFaces()}\n${readFileSync(join(here, 'pages/school.css'), 'utf8')}`;

/** Calls `work` with a browser and closes it whatever happens. */
export async function withBrowser(work) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--font-render-hinting=none'],
  });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/** Opens a page with `html` in it, after the school's style sheet, so that a page may say otherwise; `size` in CSS pixels. */
export async function openPage(browser, html, size = { width: 1000, height: 1400 }, scale = 1) {
  const page = await browser.newPage({ viewport: size, deviceScaleFactor: scale });
  await page.setContent(html.replace('<head>', `<head><style>${sheet()}</style>`));
  await page.evaluate(() => document.fonts.ready);
  return page;
}
