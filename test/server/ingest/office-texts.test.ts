import { expect } from 'chai';
import fc from 'fast-check';
import { DocumentFault } from '../../../server/ingest/document-fault.ts';
import { readDoc } from '../../../server/ingest/office/doc-text.ts';
import { readDocx } from '../../../server/ingest/office/docx-text.ts';
import { decodePageWords } from '../../../server/ingest/page-words.ts';
import { conversionsOfStep } from '../../../server/ingest/text-conversion.ts';
import { noTools } from '../../../server/ingest/tools.ts';
import { makeZip } from '../../fixtures/make-documents.ts';
import {
  docxParagraph,
  docxRun,
  makeCompoundFile,
  makeDoc,
  makeDocx,
  makePptx,
  type OfficeRun,
} from '../../fixtures/office-documents.ts';
import { type IngestLibrary, openIngestLibrary, testEnvironment } from './ingest-library.ts';
import { codeOf, readBytes } from './reading-files.ts';

const runs: OfficeRun[] = [
  { text: 'Gi¸o ¸n: ', font: '.VnTime' },
  { text: 'Tr\u00adêng Tr', font: '.VnTime' },
  { text: 'ung häc c¬ së ', font: '.VnTime' },
  { text: 'nguyÔn tr·i', font: '.VnTimeH' },
  { text: ' và Đối tượng là học sinh, ', font: 'Times New Roman', wide: true },
  { text: 'Tröôøng Tieåu hoïc', font: 'VNI-Times' },
];
const converted = 'Giáo án: Trường Trung học cơ sở NGUYỄN TRÃI và Đối tượng là học sinh, Trường Tiểu học';
const conversions = [
  { from: 'tcvn3', font: '.VnTime' },
  { from: 'tcvn3', font: '.VnTimeH' },
  { from: 'vni', font: 'VNI-Times' },
];

const docx = (bytes: Buffer, limits = {}) => readBytes(readDocx, bytes, limits);
const doc = (bytes: Buffer, limits = {}) => readBytes(readDoc, bytes, limits);

describe('the text of a docx', function () {
  this.timeout(60_000);
  const textOf = async (body: string, styles = ''): Promise<string> =>
    (await docx(await makeDocx({ body, styles }))).text.trim();

  it('is converted run by run by its fonts, words that runs cut are whole, and what stood there is kept', async () => {
    const read = await docx(await makeDocx({ body: docxParagraph(runs) }));
    expect(read.text.trim()).to.equal(converted);
    expect(read.conversions).to.deep.equal(conversions);
    expect([...read.originals.values()].slice(0, 3)).to.deep.equal(['Gi¸o', '¸n:', 'Tr\u00adêng']);
  });

  it('takes fonts from styles: of the run, of the paragraph, what they are based on, the default one, the document', async () => {
    const font = (name: string): string => `<w:rPr><w:rFonts w:ascii="${name}" w:hAnsi="${name}"/></w:rPr>`;
    const style = (id: string, type: string, inside: string, more = ''): string =>
      `<w:style w:type="${type}" w:styleId="${id}"${more}>${inside}</w:style>`;
    const styles =
      `<w:docDefaults><w:rPrDefault>${font('.VnTime')}</w:rPrDefault></w:docDefaults>` +
      style('Normal', 'paragraph', '', ' w:default="1"') +
      style('Dau', 'paragraph', font('.VnTimeH')) +
      style('De', 'paragraph', '<w:basedOn w:val="Dau"/>') +
      style('Vong', 'paragraph', '<w:basedOn w:val="Vong"/>') +
      style('Nam', 'character', font('VNI-Times'));
    const one = (text: string): OfficeRun[] => [{ text, font: null }];
    expect(await textOf(docxParagraph(one('häc sinh')), styles)).to.equal('học sinh');
    expect(await textOf(docxParagraph(one('häc sinh'), 'De'), styles)).to.equal('HỌC SINH');
    expect(await textOf(docxParagraph(one('häc sinh'), 'Vong'), styles)).to.equal('học sinh');
    expect(
      await textOf('<w:p><w:r><w:rPr><w:rStyle w:val="Nam"/></w:rPr><w:t>hoïc</w:t></w:r></w:p>', styles),
    ).to.equal('học');
    expect(await textOf(docxParagraph([{ text: 'hoïc', font: 'VNI-Times' }], 'De'), styles)).to.equal('học');
    // The theme's font is over a name that was left beside it.
    const themed =
      '<w:p><w:r><w:rPr><w:rFonts w:ascii=".VnTimeH" w:hAnsi=".VnTimeH" w:asciiTheme="minorHAnsi"/></w:rPr><w:t>học</w:t></w:r></w:p>';
    expect(await textOf(themed, styles)).to.equal('học');
  });

  it('a soft hyphen is the letter ư, tables and text boxes are read, text that is gone or there twice is not', async () => {
    const soft =
      '<w:r><w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr><w:t>th</w:t><w:softHyphen/><w:t xml:space="preserve"> viÖn</w:t></w:r>';
    const cell = (text: string): string => `<w:tc>${docxParagraph([{ text, font: null }])}</w:tc>`;
    const box = `<w:r><mc:AlternateContent><mc:Choice>${docxParagraph([{ text: 'khung', font: null }])}</mc:Choice><mc:Fallback>${docxParagraph([{ text: 'lặp', font: null }])}</mc:Fallback></mc:AlternateContent></w:r>`;
    const body =
      `<w:p>${soft}</w:p><w:tbl><w:tr>${cell('một')}${cell('hai')}</w:tr></w:tbl><w:p>${box}${docxRun({ text: 'sau', font: null })}</w:p>` +
      '<w:p><w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del><w:r><w:instrText>PAGEREF</w:instrText></w:r><w:r><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial"/><w:rPrChange><w:rPr><w:rFonts w:ascii=".VnTimeH" w:hAnsi=".VnTimeH"/></w:rPr></w:rPrChange></w:rPr><w:t>còn</w:t></w:r></w:p>';
    expect(await textOf(body)).to.equal('thư viện\nmột\nhai\nkhung\nsau\ncòn');
  });

  it('begins pages where Word did, and has its notes at the end', async () => {
    const body =
      docxParagraph([{ text: 'trang một', font: null }]) +
      `<w:p><w:r><w:lastRenderedPageBreak/><w:t>trang hai</w:t></w:r></w:p><w:p><w:r><w:br w:type="page"/></w:r></w:p>${docxParagraph([{ text: 'trang ba', font: null }])}`;
    const footnotes = `<w:footnote w:id="1">${docxParagraph([{ text: 'chó thÝch cuèi trang', font: '.VnTime' }])}</w:footnote>`;
    const read = await docx(await makeDocx({ body, footnotes, title: '§Ò c\u00ad¬ng', main: 'word/document2.xml' }));
    expect(
      read.text
        .trim()
        .split('\f')
        .map((page) => page.trim()),
    ).to.deep.equal(['trang một', 'trang hai', 'trang ba\n\nchú thích cuối trang']);
    expect(read.metadata).to.deep.equal({ title: '§Ò c\u00ad¬ng' });
  });

  it('a hostile one costs no more than its limits and says so', async () => {
    const bomb = await makeDocx({ body: `<w:p><w:r><w:t>${'a'.repeat(30_000_000)}</w:t></w:r></w:p>` });
    expect(await codeOf(docx(bomb))).to.equal('document-too-much-memory');
    const long = await makeDocx({ body: docxParagraph([{ text: 'một hai '.repeat(2000), font: null }]) });
    expect(await codeOf(docx(long, { textBytes: 10_000 }))).to.equal('document-too-many-pages');
    const deep = await makeDocx({ body: '<w:p>'.repeat(600) + '</w:p>'.repeat(600) });
    expect(await codeOf(docx(deep))).to.equal('document-damaged');
    const entities = `<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>`;
    expect(await codeOf(docx(await makeZip([{ name: 'word/document.xml', bytes: Buffer.from(entities) }])))).to.equal(
      'document-damaged',
    );
    const many = await makeZip(
      Array.from({ length: 30 }, (_, index) => ({ name: `${index}.xml`, bytes: Buffer.from('<a/>') })),
    );
    expect(await codeOf(docx(many, { archiveEntries: 20 }))).to.equal('document-damaged');
    const sound = await makeDocx({ body: docxParagraph(runs) });
    for (let at = 0; at < sound.length; at += Math.ceil(sound.length / 40))
      expect(await codeOf(docx(sound.subarray(0, at))), `cut at ${at}`).to.equal('document-damaged');
  });

  it('one that has been scribbled on ends in a code too', async () => {
    const sound = await makeDocx({ body: docxParagraph(runs), title: 'x' });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 8 }), async (changes) => {
        const bytes = Buffer.from(sound);
        for (const [at, value] of changes) bytes[at] = value;
        expect(await codeOf(docx(bytes))).to.be.oneOf(['read', 'document-damaged', 'document-too-much-memory']);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the text of a doc', function () {
  this.timeout(60_000);

  it('is converted run by run by its fonts, in pieces of one and of two bytes a letter', async () => {
    const read = await doc(makeDoc([...runs, { text: '\r', font: null }]));
    expect(read.text.trim()).to.equal(converted);
    expect(read.conversions).to.deep.equal(conversions);
  });

  it('takes the font of the style where a run has none, and goes by the words where no font tells', async () => {
    const text = 'Kho¸ luËn tèt nghiÖp cña sinh viªn\r';
    const named = await doc(makeDoc([{ text, font: null }], { normal: '.VnTimeH' }));
    expect(named.text.trim()).to.equal('KHOÁ LUẬN TỐT NGHIỆP CỦA SINH VIÊN');
    const bare = await doc(makeDoc([{ text, font: null }]));
    expect(bare.text.trim()).to.equal('Khoá luận tốt nghiệp của sinh viên');
    expect(bare.conversions).to.deep.equal([{ from: 'tcvn3', font: null }]);
  });

  it('cells and pages part its words, fields leave no instructions, and Word’s own hyphens are ư in TCVN3', async () => {
    const text = 'mét\x07hai\x07\x07\rtrang\x0cba \x13 HYPERLINK "http://x" \x14liªn kÕt\x15 th\x1f viÖn s¸ch\r';
    const read = await doc(makeDoc([{ text, font: '.VnTime' }]));
    expect(read.text.trim()).to.equal('một\nhai\n\ntrang\fba liên kết thư viện sách');
  });

  it('a place to cut a word is none of its letters in Unicode', async () => {
    const read = await doc(makeDoc([{ text: 'khoa hoc inter\x1fnet vi\u00adtamin\r', font: null }]));
    expect(read.text.trim()).to.equal('khoa hoc internet vitamin');
  });

  it('an object in it that is a doc itself is not taken for it', async () => {
    const read = await doc(
      makeDoc([{ text: 'bài của em\r', font: null, wide: true }], { embedded: Buffer.alloc(4096) }),
    );
    expect(read.text.trim()).to.equal('bài của em');
  });

  it('one of Word 6 goes by its words', async () => {
    const text = Buffer.from('Tröôøng Tieåu hoïc Laùi Thieâu höôùng daãn hoïc sinh\r', 'latin1');
    const main = Buffer.alloc(4096);
    main.writeUInt16LE(0xa5dc, 0);
    main.writeUInt32LE(768, 24);
    main.writeUInt32LE(768 + text.length, 28);
    text.copy(main, 768);
    const read = await doc(makeCompoundFile([{ name: 'WordDocument', bytes: main }]));
    expect(read.text.trim()).to.equal('Trường Tiểu học Lái Thiêu hướng dẫn học sinh');
  });

  it('a hostile one ends in a code, fast: circles, cuts, lengths that lie, a password', async () => {
    const sound = makeDoc([{ text: `${'mét hai ba '.repeat(500)}\r`, font: '.VnTime' }]);
    const circle = Buffer.from(sound);
    for (let at = 3; at < 60; at++) circle.writeUInt32LE(3, 512 + at * 4);
    const started = performance.now();
    const round = await doc(circle).catch((error: unknown) => error);
    expect(round instanceof DocumentFault ? 0 : (round as { text: string }).text.length, 'letters').to.be.below(
      sound.length,
    );
    const directory = Buffer.from(sound);
    directory.writeUInt32LE(1, 512 + 4);
    expect((await doc(directory)).text.length).to.be.below(sound.length);
    expect(await codeOf(doc(makeDoc([{ text: 'kín', font: null }], { flags: 0x0100 })))).to.equal('format-not-read');
    for (let at = 0; at < sound.length; at += Math.ceil(sound.length / 60))
      expect(await codeOf(doc(sound.subarray(0, at))), `cut at ${at}`).to.be.oneOf(['document-damaged', 'read']);
    expect(await codeOf(doc(sound, { textBytes: 100 }))).to.equal('document-too-many-pages');
    expect(performance.now() - started).to.be.below(20_000);
  });

  it('one that has been scribbled on ends in a code too', async () => {
    const sound = makeDoc(runs);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 30 }),
        async (changes) => {
          const bytes = Buffer.from(sound);
          for (const [at, value] of changes) bytes[at] = value;
          expect(await codeOf(doc(bytes))).to.be.oneOf([
            'read',
            'document-damaged',
            'document-too-many-pages',
            'format-not-read',
          ]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('an office document in the library', function () {
  this.timeout(120_000);
  let library: IngestLibrary;
  before(async () => void (library = await openIngestLibrary()));
  after(() => library.close());

  for (const [name, make] of [
    ['giao an.docx', () => makeDocx({ body: docxParagraph(runs), title: 'Kho¸ luËn tèt nghiÖp' })],
    ['giao an.doc', async () => makeDoc(runs)],
  ] as const) {
    it(`${name} has pages, is found by its words, and says what it was converted from`, async () => {
      const id = await library.put(name, await make());
      expect(await library.ingest(id, { tools: { ...noTools, environment: testEnvironment } })).to.deep.equal({
        state: 'done',
      });
      expect(await library.file(id)).to.include({
        state: 'ready',
        format: 'office',
        code: 'document-text-only',
        page_count: 1,
      });
      const [page] = await library.pages(id);
      expect(page).to.include({ text_source: 'layer', state: 'text' });
      expect(page?.text.replace(/\s+/g, ' ')).to.equal(converted);
      const { words } = decodePageWords(await library.storage.objects.read(page?.words_key ?? ''));
      expect(words[0]?.[6]).to.equal('Gi¸o');
      expect(words.map(([text]) => text).join(' ')).to.equal(converted);
      expect(conversionsOfStep((await library.steps(id))['text']?.params_json ?? '{}')).to.deep.equal(conversions);
    });
  }

  it('a pptx has a page for every slide with words, with its number', async () => {
    const id = await library.put(
      'bai giang.pptx',
      await makePptx([[{ text: 'một', font: null }], null, [{ text: 'ba', font: null }]]),
    );
    await library.ingest(id);
    expect(await library.file(id)).to.include({ state: 'ready', format: 'office', code: 'document-text-only' });
    expect((await library.pages(id)).map(({ label, text }) => ({ label, text }))).to.deep.equal([
      { label: '1', text: 'một' },
      { label: '3', text: 'ba' },
    ]);
  });

  it('one without words stays what it was, a file to take away, also when it is looked at again', async () => {
    const id = await library.put('anh.docx', await makeDocx({ body: '<w:p/>' }));
    for (let time = 0; time < 2; time++) {
      expect(await library.ingest(id)).to.deep.equal({ state: 'done' });
      expect(await library.file(id)).to.include({ state: 'ready', code: 'format-not-read', page_count: 0 });
    }
  });

  it('so does a spreadsheet, and a compound file of another program', async () => {
    for (const stream of ['Workbook', 'PowerPoint Document', 'Khác']) {
      const id = await library.put('tep.xls', makeCompoundFile([{ name: stream, bytes: Buffer.alloc(4096) }]));
      await library.ingest(id);
      expect(await library.file(id), stream).to.include({ state: 'ready', format: 'office', page_count: 0 });
    }
  });

  it('a damaged one fails with a permanent code', async () => {
    const sound = await makeDocx({ body: docxParagraph(runs) });
    const broken = Buffer.from(sound);
    const at = broken.indexOf('word/document.xml') + 40;
    broken.fill(0x55, at, at + 60);
    const id = await library.put('hong.docx', broken);
    expect(await library.ingest(id)).to.deep.equal({ state: 'failed', code: 'document-damaged' });
  });
});
