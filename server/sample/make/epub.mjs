/** A small EPUB 3.3 book: a cover, five chapters, a navigation document. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openPage, out } from './browser.mjs';
import { writeZip } from './zip.mjs';

const title = 'An toàn thông tin trên Internet';
const author = 'Huỳnh Thị Kim Ngân';
const folder = new URL('epub/', import.meta.url);
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

const sheet = `body{font-family:sans-serif;line-height:1.6;margin:0 5%}h1{color:#5a2d91;line-height:1.3}h2{color:#7443b0;font-size:1.15em}
aside{background:#f3edfa;border-left:4px solid #7443b0;padding:.6em 1em;margin:1.4em 0}aside h3{margin:0 0 .3em}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #cdbfe0;padding:.4em .6em;text-align:left;vertical-align:top}
.cover{margin:0;text-align:center}.cover img{max-width:100%;max-height:100vh}`;

const xhtml = (name, body, kind = '') =>
  `${declaration}<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="vi" xml:lang="vi"><head><meta charset="UTF-8"/><title>${name}</title><link rel="stylesheet" href="book.css"/></head><body${kind}>${body}</body></html>`;

const coverPicture = `<html lang="vi"><head><style>body{width:900px;height:1240px;background:#5a2d91;color:#fff;padding:110px 84px;position:relative;overflow:hidden}
h1{font-size:82px;line-height:1.25;color:#fff;margin:24px 0 0}p{font-size:32px;margin:0;color:#e6d9f7}svg{position:absolute;left:150px;bottom:150px}.by{position:absolute;left:84px;bottom:80px}</style></head>
<body><p>Tin học 6 · Bài giảng e-Learning</p><h1>${title}</h1>
<svg width="600" height="520" viewBox="0 0 600 520"><path d="M300 20 500 90V250C500 380 410 460 300 500 190 460 100 380 100 250V90Z" fill="#7443b0" stroke="#c9b2ea" stroke-width="8"/><rect x="215" y="235" width="170" height="140" rx="18" fill="#ffd166"/><path d="M245 235v-40a55 55 0 0 1 110 0v40" fill="none" stroke="#ffd166" stroke-width="22"/><circle cx="300" cy="295" r="17" fill="#5a2d91"/><path d="M300 300v36" stroke="#5a2d91" stroke-width="14" stroke-linecap="round"/></svg>
<p class="by">${author}</p></body></html>`;

const nav = (chapters) =>
  `<nav epub:type="toc" id="toc"><h1>Mục lục</h1><ol>${chapters.map((c) => `<li><a href="${c.file}">${c.title}</a></li>`).join('')}</ol></nav>
<nav epub:type="landmarks" hidden="hidden"><ol><li><a epub:type="bodymatter" href="${chapters[0].file}">Bắt đầu đọc</a></li></ol></nav>`;

const book = (
  chapters,
) => `${declaration}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="vi">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">urn:uuid:1f3b0c5e-6a2d-4d53-9a55-2f6c0d5a34e6</dc:identifier><dc:title>${title}</dc:title><dc:language>vi</dc:language>
<dc:creator id="by">${author}</dc:creator><meta refines="#by" property="role" scheme="marc:relators">aut</meta><dc:publisher>Trường THCS An Phú (mẫu)</dc:publisher><dc:date>2025</dc:date>
<dc:rights>CC BY-NC-SA 4.0</dc:rights><dc:subject>Tin học 6</dc:subject><meta property="dcterms:modified">2025-09-05T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta><meta property="schema:accessibilityFeature">tableOfContents</meta><meta property="schema:accessibilityHazard">none</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/><item id="css" href="book.css" media-type="text/css"/>
<item id="cover-image" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/><item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
${chapters.map((c) => `<item id="${c.id}" href="${c.file}" media-type="application/xhtml+xml"/>`).join('\n')}</manifest>
<spine><itemref idref="cover" linear="no"/><itemref idref="nav"/>${chapters.map((c) => `<itemref idref="${c.id}"/>`).join('')}</spine></package>`;

export async function makeEpub(browser) {
  const page = await openPage(browser, coverPicture, { width: 900, height: 1240 });
  const cover = await page.screenshot({ type: 'jpeg', quality: 78 });
  await page.close();
  const chapters = readdirSync(folder)
    .sort()
    .map((name, i) => {
      const body = readFileSync(new URL(name, folder), 'utf8').trim();
      return { id: `chapter-${i + 1}`, file: `chapter-${i + 1}.xhtml`, title: /<h1>(.*)<\/h1>/.exec(body)[1], body };
    });
  await writeZip(join(out, 'an-toan-thong-tin.epub'), [
    // EPUB 3.3 OCF 4.2: first, stored, without extra fields.
    ['mimetype', 'application/epub+zip', { compress: false }],
    [
      'META-INF/container.xml',
      `${declaration}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
    ],
    ['OEBPS/book.opf', book(chapters)],
    ['OEBPS/nav.xhtml', xhtml('Mục lục', nav(chapters))],
    ['OEBPS/book.css', sheet],
    ['OEBPS/cover.jpg', cover, { compress: false }],
    ['OEBPS/cover.xhtml', xhtml(title, `<img src="cover.jpg" alt="Bìa sách: ${title}"/>`, ' class="cover"')],
    ...chapters.map((c) => [`OEBPS/${c.file}`, xhtml(c.title, c.body)]),
  ]);
}
