import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DocumentFault } from '../../../server/ingest/document-fault.ts';
import { defaultLimits } from '../../../server/ingest/ingest-limits.ts';
import { decodePageWords, type PageWord, textOfWords } from '../../../server/ingest/page-words.ts';
import { openRecogniser } from '../../../server/ingest/text-recognition/open-recogniser.ts';
import { judgeLayer } from '../../../server/ingest/text-quality.ts';
import { findTools, noTools, type Tools } from '../../../server/ingest/tools.ts';
import { type DrawnWord, makePdf, makeScan } from '../../fixtures/make-documents.ts';
import { need } from '../../support/need.ts';
import { type IngestLibrary, openIngestLibrary, testEnvironment } from './ingest-library.ts';

const drawn: DrawnWord[] = [
  { text: 'Đường', x: 80, y: 100 },
  { text: 'giữa', x: 300, y: 420 },
  { text: 'cuối', x: 480, y: 780 },
  { text: 'trang', x: 60, y: 600 },
];

describe('the words of a page', function () {
  this.timeout(120_000);
  let library: IngestLibrary;
  let found: Tools;
  const ours: Tools = { ...noTools, environment: testEnvironment };
  before(async () => {
    library = await openIngestLibrary({ recognition: true });
    found = await findTools(testEnvironment.PATH);
  });
  after(() => library.close());

  async function wordsOf(bytes: Uint8Array, tools: Tools, name = 'tu.pdf') {
    const id = await library.put(name, bytes);
    await library.ingest(id, { tools });
    const pages = await library.pages(id);
    const words = await Promise.all(
      pages.map(async (page) => decodePageWords(await library.storage.objects.read(page.words_key as string))),
    );
    return { pages, words };
  }

  /** Where a point of the unrotated A4 page lies on its image of 150 dpi after `rotate` degrees clockwise. */
  const place = ({ x, y }: DrawnWord, rotate: number): [number, number] => {
    const scale = 150 / 72;
    const turned = { 0: [x, y], 90: [842 - y, x], 180: [595 - x, 842 - y], 270: [y, 595 - x] }[rotate] as [
      number,
      number,
    ];
    return [turned[0] * scale, turned[1] * scale];
  };

  function expectPlaces(words: PageWord[], rotate: number): void {
    for (const word of drawn) {
      const box = words.find(([text]) => text === word.text);
      if (!box) throw new Error(`${word.text} is not among ${words.map(([text]) => text).join(' ')}`);
      const [, x, y, w, h] = box;
      // The middle of the word: half its width on, half its height (of 14 points) down.
      const middle = place({ ...word, x: word.x + Math.max(w, h) / 2 / (150 / 72), y: word.y + 8 }, rotate);
      expect(Math.abs(x + w / 2 - middle[0]), `${word.text} across at ${rotate}`).to.be.below(14);
      expect(Math.abs(y + h / 2 - middle[1]), `${word.text} down at ${rotate}`).to.be.below(14);
      const [long, short] = rotate % 180 ? [h, w] : [w, h];
      expect(long, 'as long as the word is').to.be.greaterThan(short);
    }
  }

  for (const rotate of [0, 90, 180, 270]) {
    it(`lie where they are drawn, on a page turned by ${rotate} degrees`, async () => {
      const { words, pages } = await wordsOf(await makePdf([{ words: drawn, rotate }]), ours);
      expect(pages[0]).to.include({ text_source: 'layer' });
      expectPlaces(words[0]?.words ?? [], rotate);
    });
    it(`and as poppler reads them, turned by ${rotate} degrees`, async function () {
      need(this, found.pdftotext, 'pdftotext');
      const pdf = await makePdf([
        { words: [...drawn, { text: 'thêm chữ cho đủ một bài văn ngắn', x: 60, y: 200 }], rotate },
      ]);
      const { words } = await wordsOf(pdf, { ...ours, pdftotext: found.pdftotext });
      expectPlaces(words[0]?.words ?? [], rotate);
    });
  }

  it('are those of the layer under a scan where it is good, and not recognised again', async () => {
    const jpeg = await makeScan(['Hình quét']);
    const layer = 'Trăm năm trong cõi người ta chữ tài chữ mệnh khéo là ghét nhau';
    const pdf = await makePdf([{ jpeg, words: [{ text: layer, x: 60, y: 80 }] }]);
    const { pages } = await wordsOf(pdf, {
      ...ours,
      tesseract: { path: '/nonexistent/tesseract', languages: ['vie'] },
    });
    expect(pages[0]).to.include({ text: layer, text_source: 'layer' });
  });

  it('a blank page has none, and asks no recognition', async () => {
    const { pages } = await wordsOf(await makePdf([{}]), {
      ...ours,
      tesseract: { path: '/nonexistent/tesseract', languages: ['vie'] },
    });
    expect(pages[0]).to.include({ state: 'text', text: '', text_source: 'none', code: null });
  });

  it('a page that cannot be recognised stays readable by eye', async () => {
    const { pages } = await wordsOf(
      await makeScan(['x']),
      { ...ours, tesseract: { path: '/nonexistent/tesseract', languages: ['vie'] } },
      'a.jpg',
    ).catch(async () => ({
      pages: await library.pages(
        (
          await library.storage.metadata.queries
            .selectFrom('files')
            .select('id')
            .orderBy('created_at', 'desc')
            .orderBy('id', 'desc')
            .executeTakeFirstOrThrow()
        ).id,
      ),
    }));
    expect(pages[0]).to.include({ state: 'image', code: 'text-recognition-failed', text_source: null });
  });

  const lines = [
    'Trăm năm trong cõi người ta,',
    'Chữ tài chữ mệnh khéo là ghét nhau.',
    'Trải qua một cuộc bể dâu,',
    'Những điều trông thấy mà đau đớn lòng.',
  ];
  function expectPoem(
    page: { text: string; text_source: string | null; confidence: number | null } | undefined,
    words: PageWord[],
  ): void {
    const wanted = lines.join(' ').split(' ');
    const right = wanted.filter((word) => page?.text.split(/\s+/).includes(word)).length;
    expect(right, page?.text).to.be.at.least(Math.ceil(wanted.length * 0.85));
    expect(page?.text_source).to.equal('ocr');
    expect(page?.confidence).to.be.within(0.5, 1);
    expect(page?.text.normalize('NFC')).to.equal(page?.text);
    expect(new Set(words.map(([, , , , , line]) => line)).size, 'lines').to.equal(4);
    const first = words[0] as PageWord;
    expect(first[1]).to.be.within(100, 140);
    expect(first[2]).to.be.within(110, 170);
  }

  it('are read off a scan by tesseract.js, with nothing installed and no network', async () => {
    const { pages, words } = await wordsOf(await makeScan(lines), ours, 'kieu.jpg');
    expectPoem(pages[0], words[0]?.words ?? []);
  });

  it('are read off a scan by the system’s tesseract', async function () {
    need(
      this,
      found.tesseract?.languages.some((one) => one === 'vie' || one === 'script/Vietnamese'),
      'tesseract with Vietnamese',
    );
    const { pages, words } = await wordsOf(await makeScan(lines), { ...ours, tesseract: found.tesseract }, 'kieu.jpg');
    expectPoem(pages[0], words[0]?.words ?? []);
  });
});

describe('several images given to tesseract in one go', function () {
  this.timeout(60_000);

  it('each has its own words, and one that cannot be read takes no other along', async function () {
    const tools = await findTools(testEnvironment.PATH);
    need(this, tools.tesseract, 'tesseract');
    const folder = await mkdtemp(join(tmpdir(), 'tu-sach-recognise-'));
    try {
      const scans = await Promise.all(['MOT HAI', 'BA BON', 'NAM SAU'].map((line) => makeScan([line])));
      const paths = scans.map((_, index) => join(folder, `${index}.jpg`));
      await Promise.all(scans.map((bytes, index) => writeFile(paths[index] as string, bytes)));
      paths.splice(1, 0, join(folder, 'khong-co.jpg'));
      const told: string[] = [];
      const recogniser = openRecogniser(tools, defaultLimits, new AbortController().signal);
      await recogniser?.recognise(paths, 'vi', (index, page) => {
        told[index] = page instanceof DocumentFault ? page.code : textOfWords(page.words).toUpperCase();
      });
      expect(told).to.have.length(4);
      expect(told[0]).to.match(/HAI/);
      expect(told[1]).to.equal('text-recognition-failed');
      expect(told[2]).to.match(/B/);
      expect(told[3]).to.match(/NAM|SAU/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a text layer is judged', () => {
  for (const [text, verdict] of [
    ['Trăm năm trong cõi người ta, chữ tài chữ mệnh khéo là ghét nhau.', 'good'],
    ['The quick brown fox jumps over the lazy dog, and then it rests for a while.', 'good'],
    ['Kho¸ luËn tèt nghiÖp cña sinh viªn TrÇn thÞ quý, ngµnh th- viÖn häc', 'bad'],
    ['Tröôøng Tieåu hoïc Laùi Thieâu höôùng daãn hoïc sinh', 'bad'],
    ['VVIC LÀM BIÊN MC MÔ ĐƯNG TRNG HC TRƯNG BIÊN', 'bad'],
    ['\ufffd\ufffd\ufffd \ufffd\ufffd a\ufffd\ufffd', 'bad'],
    ['xkcd qwrt zzpl mnbv ghjk tsrd plkj', 'bad'],
    ['Unit 3: Thì hiện tại đơn. The present simple tense is used for habits and for general truths', 'good'],
    ['12', 'good'],
    ['  \n', 'empty'],
  ] as const) {
    it(`${JSON.stringify(text.slice(0, 30))} is ${verdict}`, () => expect(judgeLayer(text)).to.equal(verdict));
  }
});
