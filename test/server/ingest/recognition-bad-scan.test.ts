import { expect } from 'chai';
import sharp from 'sharp';
import { decodePageWords } from '../../../server/ingest/page-words.ts';
import { findTools, noTools, type Tools } from '../../../server/ingest/tools.ts';
import { isNamed } from '../../../storage/metadata/object-references.ts';
import { recogniseAgain } from '../../../storage/metadata/pages-to-check.ts';
import { charactersWrong } from '../../bench/ocr-measure.ts';
import { harshRecipes, spoiltJpeg, toGrey } from '../../bench/ocr-recipes.ts';
import { need } from '../../support/need.ts';
import { type IngestLibrary, openIngestLibrary, testEnvironment } from './ingest-library.ts';

const text = `Trăm năm trong cõi người ta,
Chữ tài chữ mệnh khéo là ghét nhau.
Trải qua một cuộc bể dâu,
Những điều trông thấy mà đau đớn lòng.
Lạ gì bỉ sắc tư phong,
Trời xanh quen thói má hồng đánh ghen.
Cảo thơm lần giở trước đèn,
Phong tình có lục còn truyền sử xanh.`;

const readsVietnamese = (tools: Tools): boolean =>
  tools.tesseract?.languages.some((one) => /viet|vie/i.test(one)) ?? false;

describe('a bad scan becomes text', function () {
  this.timeout(120_000);
  let library: IngestLibrary;
  /** The page that ingest sets from a text, as clean as it gets. */
  let clean: Buffer;

  before(async () => {
    library = await openIngestLibrary({ recognition: true });
    const id = await library.put('kieu.txt', Buffer.from(text));
    await library.ingest(id);
    const [page] = await library.pages(id);
    clean = await library.storage.objects.read(page!.image_key as string);
  });
  after(() => library.close());

  const recipe = (name: string) => harshRecipes.find((one) => one.name === name)!;
  const bad = async (name: string): Promise<Buffer> => spoiltJpeg(recipe(name), await toGrey(sharp(clean)), 5, null);

  it('skewed and in shadow: read from a cleaned image that is kept beside the page, with boxes on the page', async function () {
    const tools = await findTools(testEnvironment.PATH);
    need(this, readsVietnamese(tools), 'tesseract with Vietnamese');
    const jpeg = await bad('skew and a shadow');
    const id = await library.put('nghieng.jpg', jpeg);
    await library.ingest(id, { tools });
    const [page] = await library.pages(id);
    expect(charactersWrong(page!.text, text)).to.be.below(text.length * 0.08);
    expect(page!.quality).to.be.above(700);
    expect(page!.syllables).to.be.above(0.8);
    expect(page!.cleaned_key).to.match(/^derived\/.*\/cleaned\/00001\.png$/);
    const cleaned = await library.storage.objects.read(page!.cleaned_key as string);
    expect((await sharp(cleaned).metadata()).format).to.equal('png');
    expect(await isNamed(library.storage.metadata.queries, { key: page!.cleaned_key as string, fileId: id })).to.equal(
      true,
    );
    const file = await library.file(id);
    expect((await library.storage.objects.read(file.object_key)).equals(jpeg)).to.equal(true);

    // On a page that leans, the last word of a line lies higher or lower than the first by the line's lean.
    const words = decodePageWords(await library.storage.objects.read(page!.words_key as string)).words;
    const line = words.filter(([, , , , , number]) => number === words.at(-1)![5]);
    const [first, last] = [line[0]!, line.at(-1)!];
    const lean = Math.abs(last[2] + last[4] / 2 - first[2] - first[4] / 2);
    expect(lean).to.be.above(Math.tan((2 * Math.PI) / 180) * (last[1] - first[1]));
    for (const [, x, y, w, h] of words) {
      expect(x + w).to.be.at.most(page!.width);
      expect(y + h).to.be.at.most(page!.height);
    }
    // Ink lies under a word where it is said to be.
    const grey = await toGrey(
      sharp(jpeg).extract({
        left: Math.floor(first[1]),
        top: Math.floor(first[2]),
        width: Math.ceil(first[3]),
        height: Math.ceil(first[4]),
      }),
    );
    const [darkest, lightest] = [Math.min(...grey.pixels), Math.max(...grey.pixels)];
    expect(lightest - darkest).to.be.above(40);
  });

  it('on its head: read the right way up', async function () {
    const tools = await findTools(testEnvironment.PATH);
    need(this, readsVietnamese(tools), 'tesseract with Vietnamese');
    const id = await library.put('nguoc.jpg', await sharp(clean).rotate(180).jpeg().toBuffer());
    await library.ingest(id, { tools });
    const [page] = await library.pages(id);
    expect(page!.text).to.match(/Trời xanh quen thói/);
  });

  it('a clean page is examined once and nothing is kept beside it', async function () {
    const tools = await findTools(testEnvironment.PATH);
    need(this, readsVietnamese(tools), 'tesseract with Vietnamese');
    const id = await library.put('sach.jpg', await sharp(clean).jpeg({ quality: 90 }).toBuffer());
    await library.ingest(id, { tools });
    const [page] = await library.pages(id);
    expect(page!.text).to.match(/Trời xanh quen thói má hồng/);
    expect(page!.cleaned_key).to.equal(null);
  });

  it('again, turned as a person says', async function () {
    const tools = await findTools(testEnvironment.PATH);
    need(this, readsVietnamese(tools), 'tesseract with Vietnamese');
    const id = await library.put('nam.jpg', await sharp(clean).rotate(90).jpeg().toBuffer());
    await library.ingest(id, { tools });
    const { queries } = library.storage.metadata;
    expect(await recogniseAgain(queries, id, { number: 1, turn: 270, language: 'vi' })).to.equal(1);
    await library.ingest(id, { tools });
    const [page] = await library.pages(id);
    expect(page!.text).to.match(/Trời xanh quen thói/);
    expect(page!.turn).to.equal(270);
  });

  it('without tesseract the engine from npm reads the cleaned image too', async () => {
    const id = await library.put('nghieng.jpg', await bad('skew'));
    await library.ingest(id, { tools: { ...noTools, environment: testEnvironment } });
    const [page] = await library.pages(id);
    expect(page!.text).to.match(/Trời xanh|trông thấy/);
    expect(page!.cleaned_key).to.be.a('string');
  });
});
