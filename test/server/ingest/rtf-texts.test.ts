import { expect } from 'chai';
import fc from 'fast-check';
import { readRtf } from '../../../server/ingest/office/rtf-text.ts';
import { codeOf, readBytes } from './reading-files.ts';

const fonts = String.raw`{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f1\fnil .VnTime;}{\f2\fnil .VnTimeH;}{\f3\fswiss\fcharset163 Arial;}{\f4 VNI-Times;}}`;
const rtf = (body: string): Buffer =>
  Buffer.from(
    String.raw`{\rtf1\ansi\ansicpg1252\deff0${fonts}{\colortbl;\red0;}{\*\generator Thử;}{\info{\title x}}${body}}`,
    'latin1',
  );
const read = (body: string) => readBytes(readRtf, rtf(body));

describe('the text of an RTF', function () {
  this.timeout(30_000);

  it('is converted run by run by its fonts', async () => {
    const { text, conversions } = await read(
      String.raw`\f1 Kho\'b8 lu\'cbn t\'e8t nghi\'d6p th\'ad vi\'d6n\par{\f2 c\'e9ng ho\'b5}\f0  v\u224\'e0 h\u7885?c sinh\par\f4 Tr\'f6\'f4\'f8ng`,
    );
    expect(text).to.equal('Khoá luận tốt nghiệp thư viện\nCỘNG HOÀ và học sinh\nTrường');
    expect(conversions).to.deep.equal([
      { from: 'tcvn3', font: '.VnTime' },
      { from: 'tcvn3', font: '.VnTimeH' },
      { from: 'vni', font: 'VNI-Times' },
    ]);
  });

  it('a font for Vietnamese has its letters in Windows-1258', async () => {
    const { text, conversions } = await read(String.raw`\f3 ti\'ea\'ecng Vi\'ea\'f2t c\'fea`);
    expect(text).to.equal('tiếng Việt c₫a');
    expect(conversions).to.deep.equal([]);
  });

  it('without a font that tells goes by its words, and a soft hyphen is ư in TCVN3 only', async () => {
    expect((await read(String.raw`\f0 Kho\'b8 lu\'cbn t\'e8t nghi\'d6p cho tr\-\'eang`)).text).to.equal(
      'Khoá luận tốt nghiệp cho trường',
    );
    expect((await read(String.raw`\f0 inter\-net v\u224?o`)).text).to.equal('internet vào');
  });

  it('pages, cells and lines part its words; pictures, headers and instructions are left out', async () => {
    const { text } = await read(
      String.raw`m\u7897?t\page hai{\header \u273?\u7847?u trang}{\pict\bin4 }}{{}{\field{\*\fldinst HYPERLINK "x"}{\fldrslt  ba}}\cell b\u7889?n\row \\n\u259?m\{s\u225?u\}`,
    );
    expect(text.replace(/\n+/g, '|')).to.equal('một\fhai ba|bốn|\\năm{sáu}');
  });

  it('a hostile one ends in a code', async () => {
    expect(await codeOf(readBytes(readRtf, Buffer.from('{\\rt')))).to.equal('document-damaged');
    expect(await codeOf(read('{'.repeat(1000)))).to.equal('document-damaged');
    expect(await codeOf(readBytes(readRtf, rtf('chữ '.repeat(1000)), { textBytes: 1000 }))).to.equal(
      'document-too-many-pages',
    );
    expect(await codeOf(read(String.raw`\bin2000000000 }`))).to.equal('read');
    expect(await codeOf(read('}'.repeat(1000)))).to.equal('read');
    const sound = rtf(String.raw`\f1 Kho\'b8 lu\'cbn \u224?\f4 Tr\'f6\'f4\'f8ng{\f2 c\'e9ng}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 10 }),
        async (changes) => {
          const bytes = Buffer.from(sound);
          for (const [at, value] of changes) bytes[at] = value;
          expect(await codeOf(readBytes(readRtf, bytes))).to.be.oneOf(['read', 'document-damaged']);
        },
      ),
      { numRuns: 200 },
    );
  });
});
