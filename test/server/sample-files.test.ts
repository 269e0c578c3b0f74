import { expect } from 'chai';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import yauzl from 'yauzl';
import { sampleRecords } from '../../server/sample/sample-descriptions.ts';
import { sampleFiles } from '../../server/sample/sample-files.ts';

const folder = new URL('../../server/sample/files/', import.meta.url);
const bytesOf = (file: string) => readFileSync(new URL(file, folder));
const standardFontDataUrl = fileURLToPath(new URL('../../node_modules/pdfjs-dist/standard_fonts/', import.meta.url));

const beginnings: Record<string, (bytes: Buffer) => boolean> = {
  pdf: (bytes) => bytes.subarray(0, 5).toString('latin1') === '%PDF-',
  png: (bytes) => bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a',
  mp4: (bytes) => bytes.subarray(4, 8).toString('latin1') === 'ftyp',
  mp3: (bytes) => bytes.subarray(0, 3).toString('latin1') === 'ID3',
  vtt: (bytes) => bytes.subarray(0, 7).toString('utf8') === 'WEBVTT\n',
  html: (bytes) => bytes.subarray(0, 15).toString('latin1') === '<!doctype html>',
  zip: isZip,
  docx: isZip,
  epub: isZip,
};

function isZip(bytes: Buffer) {
  return bytes.subarray(0, 4).toString('hex') === '504b0304';
}

async function openPdf(file: string) {
  return getDocument({ data: new Uint8Array(bytesOf(file)), standardFontDataUrl, verbosity: 0 }).promise;
}

async function textOf(file: string, pages = Infinity) {
  const pdf = await openPdf(file);
  let text = '';
  for (let number = 1; number <= Math.min(pages, pdf.numPages); number++) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    for (const item of items) if ('str' in item) text += item.str + (item.hasEOL ? '\n' : '');
  }
  await pdf.destroy();
  return text;
}

async function entriesOf(file: string) {
  const zip = await yauzl.openPromise(fileURLToPath(new URL(file, folder)), { lazyEntries: true });
  const names: string[] = [];
  for await (const entry of zip.eachEntry()) names.push(entry.fileName);
  return names;
}

describe('files of the sample library', () => {
  it('are all there, belong to a record, and nothing lies beside them', () => {
    const ids = new Set(sampleRecords().map((record) => record.id));
    for (const { recordId, file, name } of sampleFiles) {
      expect(ids.has(recordId), recordId).to.equal(true);
      expect(name).to.equal(name.normalize('NFC'));
      expect(name.split('.').at(-1)).to.equal(file.split('.').at(-1));
    }
    expect(readdirSync(folder).sort()).to.deep.equal(sampleFiles.map(({ file }) => file).sort());
    expect(new Set(sampleFiles.map(({ recordId }) => recordId)).size).to.be.at.least(10);
  });

  it('are as small as a clone can bear', () => {
    const sizes = new Map(sampleFiles.map(({ file }) => [file, statSync(new URL(file, folder)).size]));
    expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).to.be.at.most(4 * 1024 * 1024);
    expect(sizes.get('truyen-kieu-ban-quet.pdf')).to.be.at.most(1.5 * 1024 * 1024);
    expect(sizes.get('bach-dang-938.mp4')).to.be.below(200_000);
    expect(sizes.get('doc-chu-a.mp3')).to.be.below(200_000);
  });

  it('are by content what their names say', () => {
    for (const { file } of sampleFiles) {
      const begins = beginnings[file.split('.').at(-1) ?? ''];
      expect(begins?.(bytesOf(file)), file).to.equal(true);
    }
  });

  it('hold no file under the name of a real author but the poem in the public domain', () => {
    const real = sampleRecords().filter((record) => /\d{4}-\d{4}|Chủ biên|Quốc hội|^Bộ /.test(record.author));
    const held = real.filter((record) => sampleFiles.some(({ recordId }) => recordId === record.id));
    expect(held.map((record) => record.id)).to.deep.equal(['R01']);
  });
});

describe('Truyện Kiều in the sample library', () => {
  it('is whole: 3254 verses of six and eight syllables, in NFC', () => {
    const text = readFileSync(new URL('../truyen-kieu.txt', folder), 'utf8');
    expect(text).to.equal(text.normalize('NFC'));
    const verses = text.trimEnd().split('\n');
    expect(verses).to.have.length(3254);
    verses.forEach((verse, at) => expect(verse.split(' '), `verse ${at + 1}`).to.have.length(at % 2 ? 8 : 6));
  });

  it('has a text layer that reads back, contents, and printed page numbers', async function () {
    this.timeout(20_000);
    const text = await textOf('truyen-kieu.pdf', 6);
    expect(text).to.contain('Trăm năm trong cõi người ta');
    expect(text).to.equal(text.normalize('NFC'));
    const pdf = await openPdf('truyen-kieu.pdf');
    const outline = await pdf.getOutline();
    const parts = outline.filter((item) => item.title.startsWith('Phần '));
    expect(parts.map((part) => part.items.length)).to.deep.equal([10, 18, 4]);
    const labels = await pdf.getPageLabels();
    expect(labels?.slice(0, 6)).to.deep.equal(['i', 'ii', 'iii', 'iv', '1', '2']);
    await pdf.destroy();
  });

  it('is also a scan: twelve pages without any text', async () => {
    expect(await textOf('truyen-kieu-ban-quet.pdf')).to.equal('');
    const pdf = await openPdf('truyen-kieu-ban-quet.pdf');
    expect(pdf.numPages).to.equal(12);
    await pdf.destroy();
  });
});

describe('teaching materials in the sample library', () => {
  it('can be searched for the words that stand on their pages', async function () {
    this.timeout(20_000);
    const phrases: Record<string, string> = {
      'khbd-bai-hoc-duong-doi.pdf': 'Kế hoạch bài dạy: Bài học đường đời đầu tiên',
      'bai-giang-tam-giac-can.pdf': 'hai cạnh bằng nhau',
      'de-kiem-tra-gdcd8.pdf': 'Ma trận đề kiểm tra',
      'phieu-su-chuyen-the.pdf': 'Sự chuyển thể của chất',
      'skkn-doc-dung-van-kho.pdf': 'Nhìn miệng, soi gương, đặt tay',
      'stem-den-ngu.pdf': 'Làm đèn ngủ từ vật liệu tái chế',
    };
    for (const [file, phrase] of Object.entries(phrases)) {
      const text = (await textOf(file)).replace(/\s+/g, ' ');
      expect(text, file).to.contain(phrase);
      expect(text, file).to.equal(text.normalize('NFC'));
    }
  });

  it('number the page images so that only a natural order is right', async () => {
    const names = await entriesOf('lam-quen-chu-cai.zip');
    expect(names).to.deep.equal(Array.from({ length: 10 }, (_, i) => `trang-${i + 1}.jpg`));
    expect([...names].sort()).to.not.deep.equal(names);
  });

  it('include a Word document and a book that their programs recognise', async () => {
    expect(await entriesOf('KHBD_NguVan6_Tuan1_BaiHocDuongDoi.docx')).to.include.members([
      '[Content_Types].xml',
      '_rels/.rels',
      'word/document.xml',
    ]);
    // EPUB 3.3, OCF 4.2: the first entry is `mimetype`, stored, without an extra field.
    const head = bytesOf('an-toan-thong-tin.epub').subarray(8, 58);
    expect(head.readUInt16LE(0)).to.equal(0);
    expect(head.subarray(22).toString('latin1')).to.equal('mimetypeapplication/epub+zip');
    expect(await entriesOf('an-toan-thong-tin.epub')).to.include.members(['META-INF/container.xml', 'OEBPS/nav.xhtml']);
  });
});
