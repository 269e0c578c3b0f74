import { expect } from 'chai';
import fc from 'fast-check';
import { queryTerms } from '../../server/discovery/query-terms.ts';
import { queryAsTyped } from '../../search/query/parse.ts';
import type { QueryVocabulary } from '../../search/query/query-vocabulary.ts';
import { understand } from '../../search/query/understand.ts';
import { seededVocabularies } from '../support/seeded-vocabularies.ts';

describe('understanding a query', () => {
  let terms: QueryVocabulary;
  before(async () => {
    terms = queryTerms(await seededVocabularies());
  });
  const chips = (text: string, dropped: string[] = []): string[] =>
    understand(text, terms, { dropped }).chips.map(({ typed, label }) => `${typed} = ${label}`);

  for (const [text, ...understood] of [
    ['gdcd lop 8', 'gdcd = Giáo dục công dân', 'lop 8 = Lớp 8'],
    ['gdcd 8', 'gdcd = Giáo dục công dân', '8 = Lớp 8'],
    ['khtn6', 'khtn = Khoa học tự nhiên', '6 = Lớp 6'],
    ['lop6', 'lop 6 = Lớp 6'],
    ['lớp một', 'lớp một = Lớp 1'],
    ['mithuat7', 'mithuat = Mĩ thuật', '7 = Lớp 7'],
    ['giáo án toán 6', 'giáo án = Kế hoạch bài dạy (giáo án)', 'toán = Toán', '6 = Lớp 6'],
    ['lsdl 6 ctst', 'lsdl = Lịch sử và Địa lí', '6 = Lớp 6', 'ctst = Chân trời sáng tạo'],
    // What is uncertain alone is meant among others that are not.
    ['toán 6 cd', 'toán = Toán', '6 = Lớp 6', 'cd = Cánh Diều'],
    ['sgk anh 7', 'sgk = Sách giáo khoa', 'anh = Tiếng Anh / Tranh, ảnh, infographic', '7 = Lớp 7'],
    ['giaos ans', 'giaos = giáo', 'ans = án', 'giáo án = Kế hoạch bài dạy (giáo án)'],
    // And alone it is a word.
    ['cd'],
    ['anh'],
    ['văn'],
    ['ảnh đẹp'],
    ['tin tức'],
    ['truyện kiều'],
    ['1984'],
    ['8'],
    ['windows'],
    ['"giáo án"'],
    ['-gdcd'],
  ] as string[][])
    it(`${text}: ${understood.join(', ') || 'words'}`, () => expect(chips(text!)).to.eql(understood));

  it('marks that were typed are those of the name', () => {
    expect(chips('toạn 6')).to.eql([]);
    expect(chips('sgk ảnh 7')).to.not.include('ảnh = Tiếng Anh');
  });

  it('what is taken back is words again', () => {
    expect(chips('gdcd 8', ['8'])).to.eql(['gdcd = Giáo dục công dân']);
    expect(understand('gdcd 8', terms, { dropped: ['gdcd', '8'] }).query.wanted).to.eql(queryAsTyped('gdcd 8').wanted);
  });

  it('a field holds for what follows it', () => {
    const { wanted } = understand('toán "đại số" tác giả: Hà Huy Khoái', terms).query;
    expect(wanted.map(({ field }) => field)).to.eql([null, null, 'agents', 'agents', 'agents']);
    expect(wanted.map(({ quoted }) => quoted)).to.eql([false, true, false, false, false]);
  });

  it('understands any text, in bounded time, and never loses what was typed', function () {
    this.timeout(20_000);
    const pieces = fc.constantFrom('gdcd', '8', 'lop', '"', '-', 'tác giả:', 'giaos', 'd9e62', 'lớp', '\0', '\ud800', '  ', 'khtn6', '漢', '16/2022/tt-bgddt', '(', '*', '$&');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(pieces, { maxLength: 40 }).map((list) => list.join(' '))), (text) => {
        const { query, chips: shown } = understand(text, terms);
        expect(query.wanted.every(({ readings }) => readings.length > 0)).to.equal(true);
        expect(query.wanted.length).to.be.at.most(32);
        if (queryAsTyped(text).wanted.length > 0) expect(query.wanted.length).to.be.above(0);
        for (const { typed } of shown) expect(typed).to.not.equal('');
      }),
      { numRuns: 2000 },
    );
    for (const text of ['gdcd 8 '.repeat(2000), 'giaos '.repeat(2000), 'a'.repeat(10_000), '"'.repeat(10_000), 'tác giả:'.repeat(1500), 'a1b2c3'.repeat(1700)]) {
      const begun = performance.now();
      understand(text, terms);
      expect(performance.now() - begun).to.be.below(100);
    }
  });
});
