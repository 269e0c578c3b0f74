import { expect } from 'chai';
import fc from 'fast-check';
import { readPpt } from '../../../server/ingest/office/ppt-text.ts';
import { readPptx } from '../../../server/ingest/office/pptx-text.ts';
import { makePptx } from '../../fixtures/office-documents.ts';
import { makePpt } from '../../fixtures/old-presentation.ts';
import { codeOf, readBytes } from './reading-files.ts';

describe('the text of a pptx', function () {
  this.timeout(60_000);
  const slides = [
    [
      { text: 'Bµi gi¶ng ®iÖn tö', font: '.VnTimeH' },
      { text: 'Tröôøng Tieåu hoïc', font: 'VNI-Times' },
    ],
    null,
    [{ text: 'học sinh giỏi', font: null }],
  ];

  it('is that of its slides in the order shown, converted by their fonts and by the theme’s', async () => {
    const read = await readBytes(readPptx, await makePptx(slides));
    expect(read.text.split('\f').map((slide) => slide.trim())).to.deep.equal([
      'BÀI GIẢNG ĐIỆN TỬ\nTrường Tiểu học',
      '',
      'học sinh giỏi',
    ]);
    expect(read.conversions).to.deep.equal([
      { from: 'tcvn3', font: '.VnTimeH' },
      { from: 'vni', font: 'VNI-Times' },
    ]);
    const themed = await readBytes(readPptx, await makePptx([[{ text: 'häc sinh', font: null }]], '.VnArialH'));
    expect(themed.text.trim()).to.equal('HỌC SINH');
  });

  it('with more slides than a document may have pages, or scribbled on, ends in a code', async () => {
    const sound = await makePptx(slides);
    expect(await codeOf(readBytes(readPptx, sound, { pages: 2 }))).to.equal('document-too-many-pages');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 8 }), async (changes) => {
        const bytes = Buffer.from(sound);
        for (const [at, value] of changes) bytes[at] = value;
        expect(await codeOf(readBytes(readPptx, bytes))).to.be.oneOf([
          'read',
          'document-damaged',
          'document-too-much-memory',
        ]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the text of a ppt', function () {
  this.timeout(60_000);
  const slides = [
    { outline: 'Bµi gi¶ng ®iÖn tö\rm«n Ng÷ v¨n líp s¸u', box: 'Tr\u00adêng trung häc c¬ së' },
    {},
    { outline: 'Ôn tập học kì', box: '*' },
  ];

  it('is that of its slides, outline first, converted by its words', async () => {
    const read = await readBytes(readPpt, makePpt(slides));
    expect(read.text.split('\f').map((slide) => slide.trim())).to.deep.equal([
      'Bài giảng điện tử\nmôn Ngữ văn lớp sáu\nTrường trung học cơ sở',
      '',
      'Ôn tập học kì',
    ]);
    expect(read).to.deep.include({ numbered: true, conversions: [{ from: 'tcvn3', font: null }] });
  });

  it('with a password, cut, or with more slides than pages may be, ends in a code', async () => {
    expect(await codeOf(readBytes(readPpt, makePpt(slides, { locked: true })))).to.equal('format-not-read');
    expect(await codeOf(readBytes(readPpt, makePpt(slides), { pages: 2 }))).to.equal('document-too-many-pages');
    const sound = makePpt(slides);
    for (let at = 0; at < sound.length; at += Math.ceil(sound.length / 50)) {
      const code = await codeOf(readBytes(readPpt, sound.subarray(0, at)));
      expect(code, `cut at ${at}`).to.be.oneOf(['document-damaged', 'format-not-read', 'read']);
    }
  });

  it('one that has been scribbled on ends in a code too', async () => {
    const sound = makePpt(slides);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 30 }),
        async (changes) => {
          const bytes = Buffer.from(sound);
          for (const [at, value] of changes) bytes[at] = value;
          const code = await codeOf(readBytes(readPpt, bytes));
          expect(code).to.be.oneOf(['read', 'document-damaged', 'document-too-many-pages', 'format-not-read']);
        },
      ),
      { numRuns: 500 },
    );
  });
});
