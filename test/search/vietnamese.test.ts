import { expect } from 'chai';
import fc from 'fast-check';
import { comparePeople, compareTitles, personKey, titleKey } from '../../search/vietnamese/collation.ts';
import { fixCharacters } from '../../search/vietnamese/fix-characters.ts';
import { foldSyllable, foldText, tokens, wordsOf } from '../../search/vietnamese/fold.ts';
import { romanNumber } from '../../search/vietnamese/numerals.ts';
import { couldBeSyllable, countSyllables, isSyllable, vietnameseScore } from '../../search/vietnamese/syllables.ts';
import { toneKey } from '../../search/vietnamese/tone-key.ts';

const letters =
  'aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯ áàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ0123456789 .,-/';
const vietnamese = fc.array(fc.constantFrom(...letters), { maxLength: 40 }).map((all) => all.join(''));
/** Letters beside what parts them, joins them, cannot be seen, or is written in two halves. */
const odd = fc
  .array(fc.constantFrom('a', 'Đ', '5', '²', 'ª', '\u00AD', '\u0301', '\u200B', '字', '𡗶', '…', '—', ' ', '_', 'ﬁ'), {
    maxLength: 12,
  })
  .map((all) => all.join(''));
const anything = fc.oneof(vietnamese, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
const syllable = fc.constantFrom(
  ...'ba bà bả bã bá bạ an ăn ân anh ánh đá dá đường dương đươc học hóc sinh toán toan lí ly mĩ my thuý thuỷ uống ưng ứng a ă â'.split(
    ' ',
  ),
);
const title = fc
  .array(fc.oneof(syllable, fc.nat({ max: 120 }).map(String)), { minLength: 1, maxLength: 4 })
  .map((all) => all.join(' '));

describe('characters', () => {
  it('repairs the look-alikes of đ and ư, and drops what cannot be seen', () => {
    expect(fixCharacters('Đối tƣợng THƢ VIỆN')).to.equal('Đối tượng THƯ VIỆN');
    expect(fixCharacters('ðường Ðạo')).to.equal('đường Đạo');
    expect(fixCharacters('\uFEFFhọc\u00ADsinh\u200B\u00A0giỏi')).to.equal('họcsinh giỏi');
    expect(fixCharacters('bê\u0323nh')).to.equal('bệnh');
  });
  it('is idempotent, and the same for every normal form', () => {
    fc.assert(fc.property(anything, (text) => fixCharacters(fixCharacters(text)) === fixCharacters(text)));
    fc.assert(fc.property(vietnamese, (text) => fixCharacters(text.normalize('NFD')) === fixCharacters(text)));
  });
});

describe('folding', () => {
  it('takes off the marks, đ too, and writes an open y as i after h k l m s t', () => {
    expect(foldText('Địa lý = Địa lí')).to.equal('dia li dia li');
    expect(foldText('Quy tắc y tế ngày mỹ kỳ')).to.equal('quy tac y te ngay mi ki');
    expect(foldText('khtn6 16/2022/TT-BGDĐT e-Learning')).to.equal('khtn 6 16 2022 tt bgddt e learning');
    expect(foldText('ﬁle x² 南国山河')).to.equal('file x 2 南 国 山 河');
  });
  it('is idempotent and the same for NFC and NFD', () => {
    fc.assert(fc.property(anything, (text) => foldText(foldText(text)) === foldText(text)));
    fc.assert(fc.property(anything, (text) => foldSyllable(foldSyllable(text)) === foldSyllable(text)));
    fc.assert(fc.property(anything, (text) => foldText(text.normalize('NFD')) === foldText(text.normalize('NFC'))));
  });
  it('gives offsets into the text as it was written', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          vietnamese.map((text) => text.normalize('NFD')),
        ),
        (text) => {
          let before = 0;
          for (const token of tokens(text)) {
            expect(text.slice(token.start, token.end)).to.equal(token.text);
            expect(token.start).to.be.at.least(before);
            expect(foldSyllable(token.text)).to.equal(token.fold);
            expect(toneKey(token.text)).to.equal(token.tone);
            before = token.end;
          }
        },
      ),
    );
  });
  it('gives the same words without their places, and the same again', () => {
    const written = ({ text, fold, tone }: { text: string; fold: string; tone: string }) => ({ text, fold, tone });
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          vietnamese.map((text) => text.normalize('NFD')),
          odd,
        ),
        (text) => {
          expect(wordsOf(text).map(written)).to.eql(tokens(text).map(written));
          expect(wordsOf(text)).to.eql(wordsOf(text));
        },
      ),
      { numRuns: 500 },
    );
  });
  it('gives each syllable one token, also when its marks are spread', () => {
    expect(tokens('Đường về'.normalize('NFD')).map(({ fold }) => fold)).to.eql(['duong', 've']);
  });
});

describe('tone keys', () => {
  it('do not see the place of the tone nor i and y, but every other mark', () => {
    for (const [a, b] of [
      ['hoà', 'hòa'],
      ['quý', 'qúy'],
      ['thuỷ', 'thủy'],
      ['Khoẻ', 'khỏe'],
      ['lí', 'lý'],
      ['toán', 'tóan'],
    ]) {
      expect(toneKey(a!), `${a} ${b}`).to.equal(toneKey(b!));
    }
    for (const [a, b] of [
      ['đường', 'dương'],
      ['cụ', 'cũ'],
      ['tăng', 'tâng'],
      ['an', 'ăn'],
      ['quý', 'quỷ'],
      ['duong', 'dương'],
    ]) {
      expect(toneKey(a!), `${a} ${b}`).to.not.equal(toneKey(b!));
    }
    expect(toneKey('hoà')).to.equal("hoa'f");
  });
  it('are the same for NFC and NFD', () => {
    fc.assert(fc.property(anything, (text) => toneKey(text.normalize('NFD')) === toneKey(text.normalize('NFC'))));
  });
});

describe('numerals', () => {
  it('are numbers only behind a word that they count', () => {
    expect(romanNumber('I', 'ki')).to.equal('1');
    expect(romanNumber('XX', 'ki')).to.equal('20');
    expect(romanNumber('I', 'va')).to.equal(null);
    expect(romanNumber('V', undefined)).to.equal(null);
    expect(romanNumber('i', 'ki')).to.equal(null);
  });
});

describe('syllables', () => {
  it('knows those that can be from those that cannot', () => {
    const good =
      'nghiêng khuỷu quyển giếng gì gìn quốc thuở nguyệt ngoằn ngoèo uỷ ủy yêu đường Ộc huơ xoong rượu chuếnh quạch gió';
    const bad = 'nghương học̀ hoc hòc kan ngi ghà thö Tröôøng viÖn b bgdđt strong wifi jazz nghiep ằăn qung';
    expect(good.split(' ').filter((one) => !isSyllable(one))).to.eql([]);
    expect(bad.split(' ').filter((one) => isSyllable(one))).to.eql([]);
  });
  it('knows abbreviations from syllables without marks', () => {
    expect('hoc nghiep duong the'.split(' ').filter((one) => !couldBeSyllable(one))).to.eql([]);
    expect('khbd tphcm sgk ubnd bgddt lsdl'.split(' ').filter((one) => couldBeSyllable(one))).to.eql([]);
  });
  it('tells good text layers from junk', () => {
    const good =
      'Mỗi buổi sáng, học sinh trường Tiểu học Lái Thiêu xếp hàng vào lớp; cô giáo kể chuyện về dòng sông quê hương.';
    expect(vietnameseScore(good)).to.be.greaterThan(0.95);
    expect(vietnameseScore(good.normalize('NFD'))).to.equal(vietnameseScore(good));
    expect(vietnameseScore('Kho¸ luËn tèt nghiÖp, TrÇn thÞ quý, th- viÖn tr-êng ®¹i häc')).to.be.lessThan(0.2);
    expect(vietnameseScore('Tröôøng Tieåu hoïc Laùi Thieâu coù nhieàu saùch')).to.be.lessThan(0.2);
    expect(vietnameseScore('VVIC LÀM BIÊN MC MÔ T DLIU SDNG CHO')).to.be.within(0.2, 0.7);
    expect(vietnameseScore(foldText(good))).to.be.within(0.3, 0.8);
    expect(vietnameseScore('Đối tƣợng của thƣ viện')).to.equal(1);
  });
  it('does not judge numbers, and says when there was nothing to judge', () => {
    expect(countSyllables('12 + 34 = 46 x2')).to.eql({ words: 0, valid: 0 });
    expect(vietnameseScore('')).to.equal(0);
    fc.assert(fc.property(anything, (text) => vietnameseScore(text) >= 0 && vietnameseScore(text) <= 1));
  });
});

describe('order of titles', () => {
  const sorted = (all: string[]): string[] => [...all].reverse().sort(compareTitles);
  it('is that of a Vietnamese dictionary', () => {
    const alphabet = 'a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y'.split(' ');
    expect(sorted(alphabet)).to.eql(alphabet);
    const tones = 'ma mà mả mã má mạ'.split(' ');
    expect(sorted(tones)).to.eql(tones);
    const titles = ['Âm nhạc', 'Bài 2', 'Bài 10', 'Bài 10 và 11', 'Dân ca', 'Đạo đức', 'Ứng dụng', 'Vật lí'];
    expect(sorted(titles)).to.eql(titles);
    expect(titleKey('hòa bình')).to.equal(titleKey('  Hoà – BÌNH.'));
  });
  it('is the byte order of plain ASCII keys, whatever the title', () => {
    fc.assert(fc.property(anything, (text) => /^[ -~]*$/.test(titleKey(text))));
    fc.assert(fc.property(anything, (text) => titleKey(text.normalize('NFD')) === titleKey(text.normalize('NFC'))));
  });
  it('agrees with ICU', () => {
    const collator = new Intl.Collator('vi', { numeric: true, sensitivity: 'accent' });
    fc.assert(
      fc.property(title, title, (a, b) => {
        const ours = titleKey(a) < titleKey(b) ? -1 : titleKey(a) > titleKey(b) ? 1 : 0;
        expect(ours, `${a} | ${b}`).to.equal(Math.sign(collator.compare(a, b)));
      }),
      { numRuns: 1000 },
    );
  });
  it('has numbers by value, also very long ones', () => {
    const numbers = [
      '0',
      '2',
      '10',
      '99',
      '100',
      '9'.repeat(14),
      '1' + '0'.repeat(14),
      '1' + '0'.repeat(20),
      '2' + '0'.repeat(20),
    ];
    expect(sorted(numbers.map((number) => `Bài ${number}`))).to.eql(numbers.map((number) => `Bài ${number}`));
    expect(titleKey('Bài 007')).to.equal(titleKey('Bài 7'));
  });
  it('has people by given name, then family name, then what is between', () => {
    const names = 'An Anh Ánh Ăn Ân Bình Dung Duy Đạt'.split(' ');
    expect([...names].reverse().sort(comparePeople)).to.eql(names);
    const people = ['Trần Văn An', 'Lê Thị Bình', 'Nguyễn An Bình', 'Nguyễn Thị Bình', 'Nguyễn Du (1765-1820)'];
    expect([...people].reverse().sort(comparePeople)).to.eql(people);
  });
  it('has a key for people by which bytes alone sort part by part, whatever the names', () => {
    const part = fc.constantFrom(...'An Anh Ánh Ăn Ân Bình Dung Duy Đạt Hoà Hòa Lê Nguyễn Thị Thị. Y 2 10'.split(' '));
    const name = fc.tuple(part, fc.array(part, { maxLength: 2 }), part);
    fc.assert(
      fc.property(name, name, ([family, between, given], [otherFamily, otherBetween, otherGiven]) => {
        const parts = [
          [given, otherGiven],
          [family, otherFamily],
          [between.join(' '), otherBetween.join(' ')],
        ].map(([one, other]) => (titleKey(one!) < titleKey(other!) ? -1 : titleKey(one!) > titleKey(other!) ? 1 : 0));
        const [a, b] = [
          [family, ...between, given],
          [otherFamily, ...otherBetween, otherGiven],
        ].map((all) => all.join(' '));
        const byKey = personKey(a!) < personKey(b!) ? -1 : personKey(a!) > personKey(b!) ? 1 : 0;
        expect(byKey, `${a} | ${b}`).to.equal(parts.find((one) => one !== 0) ?? 0);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(anything, (text) => {
        expect(personKey(text)).to.match(/^[ -~]*\t[ -~]*\t[ -~]*$/);
        expect(personKey(text.normalize('NFD'))).to.equal(personKey(text.normalize('NFC')));
      }),
    );
  });
});
