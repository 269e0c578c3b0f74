import { expect } from 'chai';
import sharp, { type Sharp } from 'sharp';
import { boxOnPage, planCleanUp } from '../../../server/ingest/images/clean-up-plan.ts';
import { evenness, type GreyPage, paperLight, underEvenLight } from '../../../server/ingest/images/grey-page.ts';
import { skewOf } from '../../../server/ingest/images/page-skew.ts';
import { cleanPage } from '../../../server/ingest/images/image-codec.ts';
import { languageOfText } from '../../../server/ingest/text-recognition/recognition-language.ts';
import { recognitionModel } from '../../../server/ingest/text-recognition/recognition-model.ts';
import { qualityOf, worthOf } from '../../../server/ingest/text-recognition/recognition-quality.ts';
import type { PageWord } from '../../../server/ingest/page-words.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** Lines of bars, as long as words and as high as letters: print to whoever does not read. */
function printedPage(width = 840, height = 1180): GreyPage {
  const pixels = new Uint8Array(width * height).fill(245);
  for (let line = 0; line < 30; line++)
    for (let word = 0; word < 9; word++) {
      const [left, top, long] = [80 + word * 75, 80 + line * 34, 40 + ((line * 7 + word * 11) % 25)];
      for (let y = top; y < top + 11; y++)
        for (let x = left; x < left + long; x++) if (x % 5 < 3) pixels[y * width + x] = 20;
    }
  return { width, height, pixels };
}

const open = ({ pixels, width, height }: GreyPage): Sharp => sharp(pixels, { raw: { width, height, channels: 1 } });

async function turned(page: GreyPage, degrees: number): Promise<GreyPage> {
  const grey = open(page).rotate(degrees, { background: '#f5f5f5' }).toColourspace('b-w').extractChannel(0).raw();
  const { data, info } = await grey.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

const shaded = (page: GreyPage, depth: number): GreyPage => ({
  ...page,
  pixels: page.pixels.map((value, at) => value * (1 - depth * Math.exp(-(((at % page.width) / 200) ** 2)))),
});

describe('what a page needs before its text is recognised', () => {
  for (const degrees of [-7, -2.5, -1.2, 1.5, 3, 6])
    it(`the skew of ${degrees} degrees is found to a fifth of one`, async () => {
      const page = await turned(printedPage(), degrees);
      expect(skewOf(page, paperLight(page)).degrees).to.be.closeTo(degrees, 0.2);
      expect(planCleanUp(page, 1680)?.degrees).to.be.closeTo(-degrees, 0.2);
    });

  it('a straight page in even light needs nothing', () => {
    expect(planCleanUp(printedPage(), 1680)).to.equal(null);
  });

  it('an empty page, one of one pixel and one that is black need nothing that fails', () => {
    expect(planCleanUp({ width: 840, height: 1180, pixels: new Uint8Array(840 * 1180).fill(255) }, 1680)).to.equal(
      null,
    );
    expect(planCleanUp({ width: 1, height: 1, pixels: Uint8Array.of(7) }, 1680)?.degrees ?? 0).to.equal(0);
    expect(planCleanUp({ width: 300, height: 5, pixels: new Uint8Array(1500) }, 1680)?.degrees ?? 0).to.equal(0);
  });

  it('a shadow is seen, and gone under even light; the print stays', () => {
    const page = shaded(printedPage(), 0.8);
    const light = paperLight(page);
    expect(evenness(light)).to.be.below(0.6);
    expect(planCleanUp(page, 1680)?.light).to.be.an('object');
    const lit = underEvenLight(page, light);
    // The steepest edge of a fold is finer than the blocks that light is measured in.
    expect(evenness(paperLight(lit))).to.be.above(Math.max(0.75, evenness(light) * 2));
    const dark = lit.pixels.filter((value) => value < 90).length;
    const before = printedPage().pixels.filter((value) => value < 90).length;
    expect(dark / before).to.be.within(0.9, 1.1);
  });

  it('small print is made larger, and print of the usual size on a narrow page is not', async () => {
    const small = open(printedPage()).resize({ width: 420 }).toColourspace('b-w').extractChannel(0).raw();
    const { data, info } = await small.toBuffer({ resolveWithObject: true });
    expect(planCleanUp({ width: info.width, height: info.height, pixels: data }, 420)?.scale).to.equal(2);
    expect(planCleanUp(printedPage(), 840)).to.equal(null);
  });
});

describe('boxes found on a cleaned page', () => {
  for (const plan of [
    { degrees: 5, scale: 1, turn: 0 },
    { degrees: -3, scale: 2, turn: 0 },
    { degrees: 0, scale: 1, turn: 90 },
    { degrees: 0, scale: 1, turn: 180 },
    { degrees: 2, scale: 2, turn: 270 },
  ] as const)
    it(`lie on the page as it is: ${JSON.stringify(plan)}`, async () => {
      const page: GreyPage = { width: 600, height: 800, pixels: new Uint8Array(480_000).fill(255) };
      for (let y = 150; y < 170; y++) page.pixels.fill(0, y * 600 + 400, y * 600 + 440);
      const { path: folder, remove } = await temporaryFolder();
      try {
        const path = `${folder}/trang.png`;
        await open(page).png().toFile(path);
        const cleaned = await cleanPage(path, { light: null, sharpen: 0, ...plan }, 10_000_000);
        const { data, info } = await sharp(cleaned.bytes).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
        expect([info.width, info.height]).to.deep.equal([cleaned.width, cleaned.height]);
        let [left, top, right, bottom] = [info.width, info.height, 0, 0];
        for (const [at, value] of data.entries()) {
          if (value > 128) continue;
          const [x, y] = [at % info.width, Math.floor(at / info.width)];
          [left, right, top, bottom] = [
            Math.min(left, x),
            Math.max(right, x + 1),
            Math.min(top, y),
            Math.max(bottom, y + 1),
          ];
        }
        const [x, y, w, h] = boxOnPage([left, top, right - left, bottom - top], cleaned, page);
        // The middle is exact; a box around a turned box is larger than what it holds.
        expect(x + w / 2).to.be.closeTo(420, 2);
        expect(y + h / 2).to.be.closeTo(160, 2);
        expect(w).to.be.within(38, 50);
        expect(h).to.be.within(18, 32);
      } finally {
        await remove();
      }
    });

  it('never leave the page', () => {
    const cleaned = { width: 700, height: 880, scale: 1, degrees: 5, turn: 0 as const };
    expect(boxOnPage([0, 0, 700, 880], cleaned, { width: 600, height: 800 })).to.deep.equal([0, 0, 600, 800]);
  });
});

const words = (text: string): PageWord[] => text.split(' ').map((word, at) => [word, at * 50, 0, 40, 20, 0]);

describe('how well a page was recognised', () => {
  it('is what the engine says, less what is no syllable', () => {
    const page = { words: words('Trăm năm trong cõi xqz wvtk người ta'), confidence: 0.8 };
    const { quality, syllables } = qualityOf(page, 'vi');
    expect(syllables).to.equal(0.75);
    expect(quality).to.be.closeTo(0.6, 0.001);
    expect(qualityOf({ words: [], confidence: null }, 'vi').quality).to.equal(0);
  });

  it('a page half lost is worth less than the whole, and much junk less than a little text', () => {
    const line = 'Trăm năm trong cõi người ta';
    const whole = { words: words(`${line} ${line}`), confidence: 0.8 };
    expect(worthOf(whole, 'vi')).to.be.above(worthOf({ words: words(line), confidence: 0.95 }, 'vi'));
    const junk = { words: words('xqz wvtk qqt zzx pfw jjk vvb nnm xxc zza qqw rrt wwp xqk'), confidence: 0.5 };
    expect(worthOf({ words: words(line), confidence: 0.7 }, 'vi')).to.be.above(worthOf(junk, 'vi'));
  });
});

describe('the language of a document', () => {
  const english =
    'The library keeps every book that was ever printed there and lends them to children who would like to read about ships storms islands and the people who lived on them before steam engines came';
  const vietnamese =
    'Trăm năm trong cõi người ta chữ tài chữ mệnh khéo là ghét nhau trải qua một cuộc bể dâu những điều trông thấy mà đau đớn lòng lạ gì bỉ sắc tư phong';

  it('is told by a page that reads well, and by no other', () => {
    expect(languageOfText(english, 0.9)).to.equal('en');
    expect(languageOfText(vietnamese, 0.9)).to.equal('vi');
    expect(languageOfText(english, 0.4)).to.equal(null);
    expect(languageOfText('Unit 3', 0.9)).to.equal(null);
  });

  it('has one model, the best that is there, and never two', () => {
    expect(recognitionModel('vi', ['eng', 'vie', 'script/Vietnamese'])).to.equal('script/Vietnamese');
    expect(recognitionModel('vi', ['Vietnamese', 'eng', 'vie'])).to.equal('Vietnamese');
    expect(recognitionModel('vi', ['eng', 'vie'])).to.equal('vie');
    expect(recognitionModel('en', ['eng', 'vie'])).to.equal('eng');
    expect(recognitionModel('en', ['vie'])).to.equal('vie');
    expect(recognitionModel('vi', ['fra'])).to.equal('fra');
  });
});
