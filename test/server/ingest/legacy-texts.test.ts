import { expect } from 'chai';
import { decodePageWords, type PageWord } from '../../../server/ingest/page-words.ts';
import { conversionsOfStep } from '../../../server/ingest/text-conversion.ts';
import { findTools, noTools, type Tools } from '../../../server/ingest/tools.ts';
import { waitAgain } from '../../../storage/metadata/files.ts';
import { legacyPdf } from '../../fixtures/legacy-pdf.ts';
import { makePdf } from '../../fixtures/make-documents.ts';
import { encodeLegacy } from '../../search/legacy-encoding.ts';
import { need } from '../../support/need.ts';
import { type IngestLibrary, openIngestLibrary, testEnvironment } from './ingest-library.ts';

const ours: Tools = { ...noTools, environment: testEnvironment };
/** Recognition that fails: what comes out was in the layer. */
const blind: Tools = { ...ours, tesseract: { path: '/nonexistent/tesseract', languages: ['vie'] } };
const heading = { font: 'ABCDEF+.VnTimeH', text: 'céng hoµ x· héi', x: 60, y: 700 };
const body = { font: '.VnTime', text: 'Tr\u00adêng §¹i häc S\u00ad ph¹m, th\u00ad viÖn tr\u00ad êng', x: 60, y: 660 };
const southern = { font: 'VNI-Times', text: 'Tröôøng Tieåu hoïc Laùi Thieâu', x: 60, y: 620 };
const nameless = { font: 'Times-Roman', text: 'Phoøng Giaùo duïc vaø Ñaøo taïo thò xaõ', x: 60, y: 580 };
const english = { font: 'Times-Roman', text: 'Plain English stays as it is here', x: 60, y: 540 };

describe('texts in encodings from before Unicode', function () {
  this.timeout(120_000);
  let library: IngestLibrary;
  let found: Tools;
  before(async () => {
    library = await openIngestLibrary({ recognition: true });
    found = await findTools(testEnvironment.PATH);
  });
  after(() => library.close());

  async function read(name: string, bytes: Uint8Array, tools = blind, changes = {}) {
    const id = await library.put(name, bytes);
    await library.ingest(id, { tools, ...changes });
    const pages = await library.pages(id);
    const words = await Promise.all(
      pages.map(async ({ words_key: key }) =>
        key ? decodePageWords(await library.storage.objects.read(key)).words : [],
      ),
    );
    const steps = await library.steps(id);
    return {
      id,
      pages,
      words,
      conversions: conversionsOfStep(steps['text']?.params_json ?? '{}'),
      file: await library.file(id),
    };
  }
  const originals = (words: PageWord[] | undefined): string[] =>
    (words ?? []).flatMap(([, , , , , , original]) => (original === undefined ? [] : [original]));

  for (const withPoppler of [false, true]) {
    it(`in a PDF are converted run by run, by the names of its fonts${withPoppler ? ', where poppler reads too' : ''}`, async function () {
      if (withPoppler) need(this, found.pdftotext, 'pdftotext');
      const tools = withPoppler ? { ...blind, pdftotext: found.pdftotext } : blind;
      const { pages, words, conversions } = await read(
        'cu.pdf',
        legacyPdf([[heading, body, southern, nameless, english]]),
        tools,
      );
      expect(pages[0]?.text).to.equal(
        'CỘNG HOÀ XÃ HỘI\nTrường Đại học Sư phạm, thư viện trường\nTrường Tiểu học Lái Thiêu\n' +
          'Phòng Giáo dục và Đào tạo thị xã\nPlain English stays as it is here',
      );
      expect(pages[0]?.text_source).to.equal('layer');
      expect(conversions).to.deep.equal([
        { from: 'tcvn3', font: '.VnTime' },
        { from: 'tcvn3', font: '.VnTimeH' },
        { from: 'vni', font: 'VNI-Times' },
      ]);
      expect(originals(words[0]).slice(0, 6)).to.deep.equal(['céng', 'hoµ', 'x·', 'héi', 'Tr-êng', '§¹i']);
    });
  }

  it('keep their boxes, and a word that was cut in two has the box around both', async () => {
    const { words } = await read('hop.pdf', legacyPdf([[body]]));
    const page = words[0] ?? [];
    const at = (text: string): PageWord => page.find((word) => word[0] === text) as PageWord;
    const [, left, , width] = at('trường');
    const [, before, , beforeWidth] = at('viện');
    expect(originals([at('trường')])).to.deep.equal(['tr- êng']);
    expect(left).to.be.greaterThan(before + beforeWidth);
    // `tr-`, a space and `êng` of 7 points a letter, at 150 dpi.
    expect(width).to.be.within(6 * 7 * (150 / 72), 7.2 * 7 * (150 / 72));
    expect(new Set(page.map((word) => word[5])).size, 'lines').to.equal(1);
  });

  for (const withPoppler of [false, true]) {
    it(`one line in an old font on a page of Unicode is found out, ${withPoppler ? 'with' : 'without'} poppler`, async function () {
      if (withPoppler) need(this, found.pdftotext, 'pdftotext');
      const tools = withPoppler ? { ...blind, pdftotext: found.pdftotext } : blind;
      const many = Array.from({ length: 12 }, (_, line) => ({ ...english, y: 520 - line * 20 }));
      const { pages, conversions } = await read('tron.pdf', legacyPdf([[heading, ...many]]), tools);
      expect(pages[0]?.text.split('\n')[0]).to.equal('CỘNG HOÀ XÃ HỘI');
      expect(conversions).to.deep.equal([{ from: 'tcvn3', font: '.VnTimeH' }]);
    });
  }

  it('damaged layers are mended, and good ones are not touched nor read twice', async function () {
    const damaged = 'Đối tƣợng nghiên cứu là các tr- ờng trung học đ- ợc chọn trong năm học';
    const { pages, conversions, words } = await read(
      'hong.pdf',
      await makePdf([{ words: [{ text: damaged, x: 40, y: 100 }] }]),
    );
    expect(pages[0]?.text).to.equal('Đối tượng nghiên cứu là các trường trung học được chọn trong năm học');
    expect(conversions).to.deep.equal([{ from: 'damaged', font: null }]);
    expect(originals(words[0])).to.deep.equal(['tƣợng', 'tr- ờng', 'đ- ợc']);
    const good = 'Trăm năm trong cõi người ta, chữ tài chữ mệnh khéo là ghét nhau';
    const again = await read('tot.pdf', await makePdf([{ words: [{ text: good, x: 40, y: 100 }] }]));
    expect(again.pages[0]?.text).to.equal(good);
    expect(again.conversions).to.deep.equal([]);
    expect(originals(again.words[0])).to.deep.equal([]);
  });

  it('a font that lies is not believed', async () => {
    const { pages, conversions } = await read(
      'doi.pdf',
      legacyPdf(
        [[{ ...english, font: '.VnTime', text: 'Truong hoc lon, cac ban nho; toán là vui, bàn ghế' }]].map((runs) =>
          runs.map((run) => ({ ...run, text: run.text.replace('ế', 'e') })),
        ),
      ),
    );
    expect(pages[0]?.text).to.equal('Truong hoc lon, cac ban nho; toán là vui, bàn ghe');
    expect(conversions).to.deep.equal([]);
  });

  it('a layer that no encoding explains is read off the image instead', async () => {
    const { pages } = await read(
      'rac.pdf',
      await makePdf([{ words: [{ text: 'VVIC LÀM BIÊN MC MÔ ĐƯNG TRNG HC TRƯNG', x: 40, y: 100 }] }]),
    );
    expect(pages[0]).to.include({ text_source: null, code: 'text-recognition-failed' });
  });

  for (const encoding of ['tcvn3', 'vni', 'viscii', 'windows-1258'] as const) {
    it(`a text file in ${encoding} is read, and what stood there is kept`, async () => {
      const line = 'Trường tiểu học của em rất đẹp, thầy cô giáo dạy giỏi và các bạn chăm chỉ.';
      const written = encodeLegacy(line, encoding);
      const { pages, conversions, words, file } = await read(
        'cu.txt',
        Buffer.from(`${written}\r\n${written}\r\n`, 'latin1'),
      );
      expect(pages[0]?.text).to.equal(`${line}\n${line}`);
      expect(conversions).to.deep.equal([{ from: encoding, font: null }]);
      expect(file.code).to.equal(null);
      const stood = (words[0] ?? []).map(([text, , , , , , original]) => original ?? text).join(' ');
      expect(stood).to.equal(new TextDecoder('latin1').decode(Buffer.from(`${written} ${written}`, 'latin1')));
    });
  }

  it('a title in the file, and a file’s name, are converted for the draft', async () => {
    const guesses: unknown[] = [];
    const describeRecord = async (_: string, guess: { fields: object }): Promise<void> =>
      void guesses.push(guess.fields);
    await read('x.pdf', legacyPdf([[english]], { title: 'Kho¸ luËn tèt nghiÖp ngµnh th\u00ad viÖn' }), blind, {
      describeRecord,
    });
    expect(guesses.at(-1)).to.include({ title: 'Khoá luận tốt nghiệp ngành thư viện' });
    await read('§Ò_thi_häc k× HSG To¸n.bin', Buffer.from([0, 1, 2, 3, 0, 0]), blind, { describeRecord });
    expect(guesses.at(-1)).to.include({ title: 'Đề thi học kì HSG Toán' });
  });

  it('a run that is cut off and goes on knows what it had converted', async () => {
    const pages = Array.from({ length: 3 }, (_, page) => [page === 0 ? body : { ...english, y: 500 + page }]);
    const id = await library.put('dut.pdf', legacyPdf(pages));
    await library.ingest(id, { tools: blind });
    await library.storage.metadata.queries
      .updateTable('pages')
      .set({ text_source: null, state: 'image' })
      .where('file_id', '=', id)
      .where('number', '>', 1)
      .execute();
    await library.storage.metadata.queries
      .updateTable('file_steps')
      .set({ state: 'running' })
      .where('file_id', '=', id)
      .where('step', '=', 'text')
      .execute();
    // As after a store that was full: a person tries again.
    await library.storage.metadata.transaction((queries) => waitAgain(queries, id, new Date().toISOString()));
    await library.ingest(id, { tools: blind });
    const step = (await library.steps(id))['text'];
    expect(step?.state).to.equal('done');
    expect(conversionsOfStep(step?.params_json ?? '{}')).to.deep.equal([{ from: 'tcvn3', font: '.VnTime' }]);
  });
});
