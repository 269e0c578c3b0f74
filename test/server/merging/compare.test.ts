import { expect } from 'chai';
import fc from 'fast-check';
import { apartness, compare } from '../../../server/merging/compare-forms.ts';
import { matchForm, type MatchForm, type MatchSource } from '../../../server/merging/match-form.ts';
import { bands, reasonCodes } from '../../../server/merging/match-reasons.ts';
import type { MatchWords } from '../../../server/merging/match-words.ts';
import { makeCatalogues, type MadeRecord } from '../../bench/school-records.ts';
import { formsBy, seededWords } from './forms.ts';

describe('comparing two records', () => {
  let words: MatchWords;
  let book: ReturnType<typeof formsBy>;
  let made: MadeRecord[];
  before(async () => {
    words = await seededWords();
    book = formsBy(words);
    made = makeCatalogues(90, 300).records;
  });
  const source = ({ description, files, extent }: MadeRecord): MatchSource => ({ ...description, files, extent });
  const verdict = (a: MatchForm, b: MatchForm): string => compare(a, b).verdict;
  const codes = (a: MatchForm, b: MatchForm): string[] => compare(a, b).reasons.map(({ code }) => code);
  const nxb = { publisher: 'NXB Giáo dục Việt Nam', year: '2021' };
  const team = ['Hà Huy Khoái', 'Cung Thế Anh', 'Nguyễn Huy Đoan'];

  it('the same book is the same however two schools write it down', () => {
    const one = book('Toán 6, tập một', { by: team, grades: ['6'], resourceType: 'SGK', textbookSet: 'KNTT', ...nxb });
    for (const other of [
      book('Sách giáo khoa Toán lớp 6 (Tập I) - Kết nối tri thức', { by: ['Hà Huy Khoái (Tổng Chủ biên)'], publisher: 'GDVN' }),
      book('TOAN 6 TAP 1', { by: ['H. H. Khoai, C. T. Anh, N. H. Doan'], textbookSet: 'KNTT' }),
      book('Toán 6 T.1', { by: [...team].reverse(), ...nxb }),
    ])
      expect(compare(one, other)).to.include({ verdict: 'same' });
  });

  it('what makes two books of one title keeps them apart', () => {
    const one = book('Toán 6, tập một', { by: team, textbookSet: 'KNTT', resourceType: 'SGK', ...nxb });
    const others: [string, MatchForm, string][] = [
      ['volume', book('Toán 6, tập hai', { by: team, textbookSet: 'KNTT', resourceType: 'SGK', ...nxb }), 'volume-differs'],
      ['grade', book('Toán 7, tập một', { by: team, textbookSet: 'KNTT', resourceType: 'SGK', ...nxb }), 'grade-differs'],
      ['set', book('Toán 6, tập một', { by: team, textbookSet: 'CTST', resourceType: 'SGK', ...nxb }), 'set-differs'],
      ['exercise book', book('Sách bài tập Toán 6, tập một', { by: team, textbookSet: 'KNTT', ...nxb }), 'kind-differs'],
      ['teachers’ book', book('Toán 6, tập một - Sách giáo viên', { by: team, textbookSet: 'KNTT', ...nxb }), 'kind-differs'],
    ];
    for (const [what, other, code] of others) {
      expect(verdict(one, other), what).to.equal('different');
      expect(codes(one, other), what).to.include(code);
      expect(apartness(one, other), what).to.equal('contradiction');
    }
    expect(verdict(book('Tắt đèn', { by: ['Ngô Tất Tố'] }), book('Tắt đèn', { by: ['Trần Văn An'] })), 'author').to.equal('different');
    expect(verdict(book('Bàn tay', { by: ['Ngô Tất Tố'] }), book('Bán táy', { by: ['Lê Thị Mai'] })), 'marks').to.equal('different');
    expect(verdict(book('Câu hỏi trắc nghiệm Vật lí 11', { by: ['Phan Thảo'] }), book('Câu hỏi trắc nghiệm Địa lí 11', { by: ['Phan Thảo'] })), 'subject').not.to.equal('same');
  });

  it('a person is asked where a record does not say enough, and not where it does', () => {
    expect(verdict(book('Toán 6, tập một', nxb), book('Toán 6, tập một', { textbookSet: 'KNTT', ...nxb })), 'one of four books').to.equal('ask');
    expect(verdict(book('Toán 6', { by: team, textbookSet: 'KNTT' }), book('Toán 6, tập hai', { by: team, textbookSet: 'KNTT' })), 'which volume').to.equal('ask');
    expect(verdict(book('Vở thực hành Toán 6', { by: team, textbookSet: 'KNTT' }), book('Toán 6', { by: team, textbookSet: 'KNTT' })), 'another book of the set').not.to.equal('same');
    const isbn = { identifiers: [{ scheme: 'isbn' as const, value: '978-0-306-40615-7' }] };
    expect(verdict(book('Tắt đèn', isbn), book('Tat den', isbn))).to.equal('same');
    expect(verdict(book('Tắt đèn', isbn), book('Số đỏ', isbn)), 'an ISBN that was typed for another book').not.to.equal('same');
    expect(verdict(book('Toán 6, tập một', isbn), book('Toán 6, tập hai', isbn)), 'one ISBN for a set of volumes').to.equal('different');
    const file = { files: [{ sha256: 'ab'.repeat(32), pages: 100 }] };
    expect(compare(book('Tắt đèn', file), book('Tat den', file))).to.include({ verdict: 'same', relation: 'edition', firm: true });
    expect(verdict(book('Toán 6, tập một', file), book('Toán 6, tập hai', file)), 'the same bytes, described in two ways').to.equal('ask');
  });

  it('two descriptions of the same bytes that contradict one another are joined by no third', () => {
    const file = { files: [{ sha256: 'ab'.repeat(32), pages: 100 }] };
    expect(apartness(book('Toán 6, tập một', file), book('Toán 6, tập hai', file))).to.equal('contradiction');
    expect(apartness(book('Toán 6, tập một', file), book('Toán 6', file))).to.equal('none');
  });

  it('a year or a grade in a title is no other volume', () => {
    const one = book('Toán 6, tập một', { by: team, textbookSet: 'KNTT' });
    expect(codes(one, book('Toán 6 (2021)', { by: team, textbookSet: 'KNTT' }))).to.include('volume-missing').and.not.include('volume-differs');
    expect(codes(book('Kính vạn hoa, tập 3', { by: ['Nguyễn Nhật Ánh'] }), book('Kính vạn hoa 12', { by: ['Nguyễn Nhật Ánh'] }))).to.include('volume-differs');
    expect(verdict(book('Kính vạn hoa, tập 12', { by: ['Nguyễn Nhật Ánh'] }), book('Kính vạn hoa 12', { by: ['Nguyễn Nhật Ánh'] }))).to.equal('same');
  });

  it('a reprint is the same work in another edition', () => {
    const first = book('Dế Mèn phiêu lưu kí', { by: ['Tô Hoài'], publisher: 'NXB Kim Đồng', year: '2010', identifiers: [{ scheme: 'isbn', value: '9780306406157' }] });
    expect(compare(first, book('Dế Mèn phiêu lưu ký (tái bản lần thứ 5)', { by: ['Tô Hoài'], publisher: 'NXB Kim Đồng', year: '2019', identifiers: [{ scheme: 'isbn', value: '9780804429573' }] }))).to.include({ verdict: 'same', relation: 'work' });
    expect(compare(first, book('Dế mèn phiêu lưu ký', { by: ['Tô Hoài'], publisher: 'Kim Đồng', year: '2010' }))).to.include({ verdict: 'same', relation: 'edition' });
    const sameYear = book('Dế Mèn phiêu lưu kí', { by: ['Tô Hoài'], publisher: 'NXB Kim Đồng', year: '2010', identifiers: [{ scheme: 'isbn', value: '9780804429573' }] });
    expect(compare(first, sameYear), 'two ISBNs in one year').to.include({ verdict: 'ask' });
  });

  it('either side may be first, and reasons are of the closed list', () => {
    const forms = made.map((record) => matchForm(source(record), words));
    fc.assert(
      fc.property(fc.nat(forms.length - 1), fc.nat(forms.length - 1), (a, b) => {
        const [one, other] = [forms[a]!, forms[b]!];
        const found = compare(one, other);
        expect(compare(other, one)).to.deep.equal(found);
        expect(apartness(other, one)).to.equal(apartness(one, other));
        expect(found.score).to.be.within(0, 1);
        expect(found.verdict).to.equal(found.score >= bands.same ? 'same' : found.score >= bands.ask ? 'ask' : 'different');
        expect(found.reasons.filter(({ code }) => !reasonCodes.includes(code))).to.deep.equal([]);
      }),
      { numRuns: 1500, seed: 7 },
    );
  });

  it('a record is never another than itself', () => {
    for (const record of made) {
      const form = matchForm(source(record), words);
      expect(verdict(form, form), record.description.title).not.to.equal('different');
      expect(apartness(form, form)).to.equal('none');
    }
  });

  it('normal form, case and the place of tone marks change nothing', () => {
    const oldPlace: [RegExp, string][] = [[/oà/g, 'òa'], [/oá/g, 'óa'], [/uý/g, 'úy'], [/uỳ/g, 'ùy'], [/oạ/g, 'ọa'], [/uỷ/g, 'ủy'], [/lí\b/g, 'lý'], [/mĩ\b/g, 'mỹ']];
    const ways: ((text: string) => string)[] = [
      (text) => text.normalize('NFD'),
      (text) => text.toLocaleUpperCase('vi'),
      (text) => oldPlace.reduce((styled, [now, before]) => styled.replace(now, before), text.normalize('NFC')),
      (text) => `  ${text.replace(/ /g, ' \u00a0')} `,
    ];
    for (const record of made.slice(0, 150)) {
      const plain = source(record);
      // Capitals inside a word part it (`SGKToán`), and all capitals have none.
      if (/\p{Ll}\p{Lu}/u.test(plain.title!)) continue;
      const form = matchForm(plain, words);
      for (const way of ways) expect(matchForm({ ...plain, title: way(plain.title!) }, words).fingerprint, plain.title).to.equal(form.fingerprint);
    }
  });

  it('nothing to compare is never the same', () => {
    const empty = matchForm({}, words);
    const controls = matchForm({ title: '\u0000\u0001' }, words);
    expect(verdict(empty, empty)).not.to.equal('same');
    expect(verdict(empty, controls)).not.to.equal('same');
    const long = matchForm({ title: 'Một cái tên rất dài '.repeat(200) }, words);
    expect(verdict(long, matchForm({ title: 'Một cái tên rất khác '.repeat(200) }, words))).to.equal('different');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }), (a, b) => {
        const [one, other] = [matchForm({ title: a, publisher: b }, words), matchForm({ title: b, agents: [{ name: a, role: 'aut' }] }, words)];
        expect(compare(one, other)).to.deep.equal(compare(other, one));
      }),
      { numRuns: 80, seed: 8 },
    );
  });
});
