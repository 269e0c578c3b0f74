/** The lesson plan again as Word keeps it (ECMA-376, transitional): headings, lists and tables read from the same page. */
import { join } from 'node:path';
import { openPage, out } from './browser.mjs';
import { readPage } from './print.mjs';
import { writeZip } from './zip.mjs';

const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Runs in the page: blocks `{ style, runs }` or `{ rows: [[{ head, runs }]] }`; a run is `{ text, bold, italic }`. */
function readBlocks() {
  const runsOf = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const runs = [];
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      const text = walker.currentNode.data.replace(/\s+/g, ' ');
      if (text) runs.push({ text, bold: !!parent.closest('b,th'), italic: !!parent.closest('i') });
    }
    return runs;
  };
  const blocks = [];
  for (const element of document.body.querySelectorAll('.mast > div, h1, h2, h3, p, li, table')) {
    if (element.matches('table p, table li')) continue;
    if (element.matches('table')) {
      const rows = [...element.rows].map((row) =>
        [...row.cells].map((cell) => ({ head: cell.tagName === 'TH', runs: runsOf(cell) })),
      );
      blocks.push({ rows });
    } else {
      const style = { H1: 'Title', H2: 'Heading1', H3: 'Heading2', LI: 'ListBullet' }[element.tagName] ?? 'Normal';
      blocks.push({ style: element.closest('ol') ? 'ListNumber' : style, runs: runsOf(element) });
    }
  }
  return blocks;
}

function paragraph({ style, runs }) {
  const inner = runs.map(({ text, bold, italic }) => {
    const look = `${bold ? '<w:b/>' : ''}${italic ? '<w:i/>' : ''}`;
    return `<w:r>${look ? `<w:rPr>${look}</w:rPr>` : ''}<w:t xml:space="preserve">${escape(text)}</w:t></w:r>`;
  });
  return `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr>${inner.join('')}</w:p>`;
}

/** `width` of the text area in twentieths of a point: A4 less its margins. */
function table(rows, width = 9360) {
  const columns = rows[0].length;
  const each = Math.floor(width / columns);
  const grid = `<w:tblGrid>${`<w:gridCol w:w="${each}"/>`.repeat(columns)}</w:tblGrid>`;
  const cell = ({ head, runs }) =>
    `<w:tc><w:tcPr><w:tcW w:w="${each}" w:type="dxa"/>${head ? '<w:shd w:val="clear" w:color="auto" w:fill="EDF5F5"/>' : ''}</w:tcPr>${paragraph({ style: 'Normal', runs })}</w:tc>`;
  const body = rows.map((row) => `<w:tr>${row.map(cell).join('')}</w:tr>`).join('');
  return `<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="${width}" w:type="dxa"/></w:tblPr>${grid}${body}</w:tbl>${paragraph({ style: 'Normal', runs: [] })}`;
}

const style = (id, name, rest, kind = 'paragraph') =>
  `<w:style w:type="${kind}" w:styleId="${id}"><w:name w:val="${name}"/>${rest}</w:style>`;
const heading = (id, name, size, level) =>
  style(
    id,
    name,
    `<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="200" w:after="60"/><w:outlineLvl w:val="${level}"/></w:pPr><w:rPr><w:b/><w:color w:val="0F6B6D"/><w:sz w:val="${size}"/></w:rPr>`,
  );
const list = (id, name, num) =>
  style(id, name, `<w:basedOn w:val="Normal"/><w:pPr><w:numPr><w:numId w:val="${num}"/></w:numPr></w:pPr>`);
const edges = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV']
  .map((edge) => `<w:${edge} w:val="single" w:sz="4" w:color="9FB3BF"/>`)
  .join('');
const styles = `${declaration}<w:styles ${w}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="26"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:spacing w:after="80" w:line="288" w:lineRule="auto"/></w:pPr></w:style>
${style('Title', 'Title', '<w:basedOn w:val="Normal"/><w:pPr><w:spacing w:before="240" w:after="80"/></w:pPr><w:rPr><w:b/><w:color w:val="0F6B6D"/><w:sz w:val="36"/></w:rPr>')}
${heading('Heading1', 'heading 1', 28, 0)}${heading('Heading2', 'heading 2', 26, 1)}${list('ListBullet', 'List Bullet', 1)}${list('ListNumber', 'List Number', 2)}
${style('TableGrid', 'Table Grid', `<w:tblPr><w:tblBorders>${edges}</w:tblBorders><w:tblCellMar><w:left w:w="100" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr>`, 'table')}</w:styles>`;
const level = (format, text) =>
  `<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/><w:pPr><w:ind w:left="500" w:hanging="260"/></w:pPr></w:lvl>`;
const numbering = `${declaration}<w:numbering ${w}><w:abstractNum w:abstractNumId="1">${level('bullet', '•')}</w:abstractNum><w:abstractNum w:abstractNumId="2">${level('decimal', '%1.')}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>`;
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const types = `${declaration}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${main}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${main}.styles+xml"/><Override PartName="/word/numbering.xml" ContentType="${main}.numbering+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`;
const rootLinks = `${declaration}<Relationships xmlns="${packaged}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="word/document.xml"/><Relationship Id="r2" Type="${packaged}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`;
const documentLinks = `${declaration}<Relationships xmlns="${packaged}/relationships"><Relationship Id="r1" Type="${office}/styles" Target="styles.xml"/><Relationship Id="r2" Type="${office}/numbering" Target="numbering.xml"/></Relationships>`;
const core = (title, author) =>
  `${declaration}<cp:coreProperties xmlns:cp="${packaged}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${escape(title)}</dc:title><dc:creator>${escape(author)}</dc:creator><dc:language>vi</dc:language></cp:coreProperties>`;

export async function makeDocx(browser) {
  const page = await openPage(browser, readPage('khbd-duong-doi'));
  const blocks = await page.evaluate(readBlocks);
  const title = await page.title();
  await page.close();
  const body = blocks.map((block) => (block.rows ? table(block.rows) : paragraph(block))).join('\n');
  const sheet =
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1412" w:header="600" w:footer="600" w:gutter="0"/></w:sectPr>';
  await writeZip(join(out, 'KHBD_NguVan6_Tuan1_BaiHocDuongDoi.docx'), [
    ['[Content_Types].xml', types],
    ['_rels/.rels', rootLinks],
    ['word/document.xml', `${declaration}<w:document ${w}><w:body>${body}${sheet}</w:body></w:document>`],
    ['word/_rels/document.xml.rels', documentLinks],
    ['word/styles.xml', styles],
    ['word/numbering.xml', numbering],
    ['docProps/core.xml', core(title, 'Nguyễn Thị Thuý Hằng')],
  ]);
}
