/** The printed materials: each page of pages/ becomes a tagged PDF with an outline. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPage, out } from './browser.mjs';

/** `[page in pages/, file in files/]` */
const prints = [
  ['khbd-duong-doi', 'khbd-bai-hoc-duong-doi.pdf'],
  ['bai-giang-tam-giac-can', 'bai-giang-tam-giac-can.pdf'],
  ['de-gdcd8', 'de-kiem-tra-gdcd8.pdf'],
  ['phieu-chuyen-the', 'phieu-su-chuyen-the.pdf'],
  ['skkn-van-kho', 'skkn-doc-dung-van-kho.pdf'],
  ['stem-den-ngu', 'stem-den-ngu.pdf'],
];

export const readPage = (name) => readFileSync(new URL(`pages/${name}.html`, import.meta.url), 'utf8');

export async function makePrints(browser) {
  for (const [name, file] of prints) {
    const page = await openPage(browser, readPage(name));
    await page.pdf({
      path: join(out, file),
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
    });
    await page.close();
  }
}
