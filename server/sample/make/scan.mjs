/** The beginning of Truyện Kiều as an old book on a school scanner gives it: images only, toned, a little crooked, no text layer. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import PDFDocument from 'pdfkit';
import { openPage, out } from './browser.mjs';
import { verses } from './poem-text.mjs';

const pages = 12;
const couplets = 13;
/** A5 at 170 dpi. */
const [wide, high] = [990, 1404];
const quality = 46;

/** The same crooked angles each time, so that the file is the same when made again. */
function wobble(seed) {
  const x = Math.sin(seed * 127.1 + 311.7) * 43758.5453;
  return x - Math.floor(x) - 0.5;
}

function leaf(number) {
  const from = (number - 1) * couplets * 2;
  const lines = verses.slice(from, from + couplets * 2);
  const head = number === 1 ? '<h1>Truyện Kiều</h1>' : '';
  const body = lines.map((line, i) => `<p class="${i % 2 ? 'eight' : 'six'}">${line}</p>`).join('');
  const skew = (wobble(number) * 1.6).toFixed(2);
  const gutter = number % 2 ? 'to right' : 'to left';
  return `<html lang="vi"><head><style>
    html,body{margin:0;background:#8d8578}
    .paper{position:absolute;inset:-30px;background:#e9e2d0;overflow:hidden;
      transform:rotate(${skew}deg) translate(${(wobble(number + 40) * 10).toFixed(1)}px,${(wobble(number + 80) * 12).toFixed(1)}px)}
    .shade{position:absolute;inset:0;background:linear-gradient(${gutter},rgba(70,58,40,.55),rgba(90,76,52,.14) 7%,transparent 18%)}
    .stain{position:absolute;width:520px;height:420px;left:${Math.round(300 + wobble(number + 7) * 900)}px;
      top:${Math.round(700 + wobble(number + 9) * 1200)}px;border-radius:50%;
      background:radial-gradient(rgba(150,112,52,.17),rgba(150,112,52,.08) 55%,transparent 70%)}
    .text{position:absolute;left:195px;top:${number === 1 ? 150 : 175}px;width:740px;color:#2a2621;
      font:31px/1.42 'Gentium Book Plus','Gentium Plus',serif;filter:blur(.35px)}
    h1{font-weight:700;font-size:52px;line-height:1.2;margin:0 0 22px;text-align:center;color:#2a2621;padding-right:110px}
    p{margin:0} .six{padding-left:56px}
    .folio{position:absolute;bottom:105px;left:0;right:0;text-align:center;font:24px 'Gentium Plus';color:#3a352e}
    svg{position:absolute;inset:0;width:100%;height:100%}
  </style></head><body><div class="paper"><div class="stain"></div>
    <div class="text" ${number === 1 ? 'style="font-size:30px;line-height:1.38"' : ''}>${head}${body}</div>
    <div class="folio">${number}</div><div class="shade"></div></div>
    <svg><filter id="grain"><feTurbulence type="fractalNoise" baseFrequency=".55" numOctaves="2" seed="${number}"/>
      <feColorMatrix values="0 0 0 0 .25  0 0 0 0 .2  0 0 0 0 .14  0 0 0 -.9 .52"/></filter>
      <rect width="100%" height="100%" filter="url(#grain)" opacity=".16"/></svg></body></html>`;
}

/** Writes truyen-kieu-ban-quet.pdf: one JPEG fills each page. */
export async function makeScan(browser) {
  const images = [];
  for (let number = 1; number <= pages; number++) {
    const page = await openPage(browser, leaf(number), { width: wide, height: high });
    images.push(await page.screenshot({ type: 'jpeg', quality }));
    await page.close();
  }
  const doc = new PDFDocument({
    autoFirstPage: false,
    margin: 0,
    info: { CreationDate: new Date('2025-09-05T00:00:00Z'), Title: 'Truyện Kiều (bản quét)' },
  });
  const file = createWriteStream(join(out, 'truyen-kieu-ban-quet.pdf'));
  doc.pipe(file);
  for (const image of images) {
    const size = [(wide / 170) * 72, (high / 170) * 72];
    doc.addPage({ size, margin: 0 }).image(image, 0, 0, { width: size[0], height: size[1] });
  }
  doc.end();
  await once(file, 'finish');
}
