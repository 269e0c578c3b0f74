import { expect } from 'chai';
import fc from 'fast-check';
import { convertLegacy } from '../../search/vietnamese/legacy-convert.ts';
import { legacyFont } from '../../search/vietnamese/legacy-fonts.ts';
import { legacyEncodings, type LegacyEncoding, misreadings } from '../../search/vietnamese/legacy-tables.ts';
import { convertLegacyText, repairShortText } from '../../search/vietnamese/legacy-text.ts';
import { convertLegacyWords } from '../../search/vietnamese/legacy-words.ts';
import { isSyllable } from '../../search/vietnamese/syllables.ts';
import { encodeLegacy, tcvn3Capitals } from './legacy-encoding.ts';

const onsets = ' b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x'.split(' ');
const rimes =
  'a ai am an ang anh ao ay ăn ăm ăng ân âm âng âu ây e em en eo ê êm ên ênh êu i im in inh ia iêm iên iêng iêu o oi om on ong ô ôi ôm ôn ông ơ ơi ơm ơn u ui um un ung ua uôi uôn uông ư ưng ưa ươi ươm ươn ương ươu oa oan oang uyên uân y uy'.split(
    ' ',
  );
const tones = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'];
const marked = /[aeiouyăâêôơư]/giu;

/** Every letter that Vietnamese has, the tone on the last marked or else the last vowel of the first two. */
const syllables = onsets.flatMap((onset) =>
  rimes.flatMap((rime) =>
    tones.map((tone) => {
      const vowels = [...rime.matchAll(marked)];
      const at = (vowels.findLast(([letter]) => /[ăâêôơư]/.test(letter)) ?? vowels[0])?.index ?? 0;
      return (onset + rime.slice(0, at + 1) + tone + rime.slice(at + 1)).normalize('NFC');
    }),
  ),
);
const valid = syllables.filter(isSyllable);
const capital = (word: string): string => word.charAt(0).toLocaleUpperCase('vi') + word.slice(1);
const sentence = fc
  .array(fc.constantFrom(...valid), { minLength: 12, maxLength: 40 })
  .map((words) => `${capital(words[0] as string)} ${words.slice(1).join(' ')}.`);
const plainLetters = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D');
const english =
  'the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so up'.split(
    ' ',
  );

const sentenceOf = (encoding: LegacyEncoding): fc.Arbitrary<string> =>
  encoding === 'tcvn3' ? sentence.map(tcvn3Capitals) : sentence;

describe('texts in encodings from before Unicode', function () {
  this.timeout(60_000);

  it('the syllables that are generated hold every letter', () => {
    expect(valid.length).to.be.greaterThan(4000);
    expect(new Set(valid.join('')).size).to.be.at.least(89);
  });

  for (const encoding of legacyEncodings) {
    it(`${encoding}: every text comes back as it was`, () => {
      fc.assert(
        fc.property(sentenceOf(encoding), (text) => {
          expect(convertLegacy(encodeLegacy(text, encoding), encoding)).to.deep.equal({ text, foreign: 0 });
        }),
      );
    });

    it(`${encoding}: is recognised without being told, but for one sentence in a hundred at most`, () => {
      const told = fc.sample(sentenceOf(encoding), { numRuns: 400, seed: 20261125 }).filter((text) => {
        const written = encodeLegacy(text, encoding).split(' ');
        const telling = text.split(' ').filter((word, index) => word !== written[index]).length;
        // Õ of VISCII is the byte of a space that does not break, and such a space is not taken for a letter.
        return telling > 5 && !(encoding === 'viscii' && text.includes('Õ'));
      });
      expect(told.length).to.be.above(100);
      const missed = told.filter((text) => convertLegacyText(encodeLegacy(text, encoding))?.text !== text);
      expect(missed.length / told.length, missed[0]).to.be.at.most(0.01);
    });

    it(`${encoding}: what has been converted is left alone`, () => {
      fc.assert(
        fc.property(sentenceOf(encoding), (text) => {
          const once = convertLegacyText(encodeLegacy(text, encoding))?.text ?? text;
          expect(convertLegacyText(once)).to.equal(null);
        }),
        { seed: 20261125 },
      );
    });
  }

  it('windows-1258 and viscii are known too when their bytes were taken for Windows-1252', () => {
    const text = 'ĐẠI HỌC Y KHOA PHẠM NGỌC THẠCH, CỘNG HOÀ XÃ HỘI CHỦ NGHĨA';
    const latin1 = encodeLegacy(text, 'viscii');
    const shown = Array.from(latin1, (sign) => misreadings(sign.charCodeAt(0)).at(-1)).join('');
    expect(shown).not.to.equal(latin1);
    expect(convertLegacyText(shown)?.text).to.equal(text);
  });

  for (const [what, written, text] of [
    [
      'TCVN3',
      'Kho¸ luËn tèt nghiÖp cña sinh viªn TrÇn thÞ quý, ngµnh th\u00ad viÖn häc',
      'Khoá luận tốt nghiệp của sinh viên Trần thị quý, ngành thư viện học',
    ],
    ['a hyphen for ư', 'th- viÖn tr-êng §¹i häc', 'thư viện trường Đại học'],
    ['a hyphen and a space for ư', 'tr- êng häc cña chóng em rÊt ®Ñp', 'trường học của chúng em rất đẹp'],
    ['the soft hyphen dropped', 'häc sinh ®îc ®Õn trêng', 'học sinh được đến trường'],
    [
      'every ư dropped',
      'Nhµ trêng cã nhiÒu ngêi giái, nh thÇy Nam; nhng th viÖn ®îc dïng Ýt, líp díi cha cã níc',
      'Nhà trường có nhiều người giỏi, như thầy Nam; nhưng thư viện được dùng ít, lớp dưới cha có nước',
    ],
    ['a minus and a Greek letter', 'cuéc sèng ®−îc giμu vμ ®Ñp', 'cuộc sống được giàu và đẹp'],
    [
      'TCVN3 that was taken for Turkish',
      'Bµi tËp to¸n cã lêi gi¶i, ta yªu thİch vŞ thÇy gi¸o',
      'Bài tập toán có lời giải, ta yêu thích vị thầy giáo',
    ],
    ['a Unicode word between VNI ones', 'TRÖÔØNG CAO ĐẲNG TAÂY ÑOÂ', 'TRƯỜNG CAO ĐẲNG TÂY ĐÔ'],
    [
      'half-converted text',
      'Các tr- ờng trung học đ- ợc chọn, ng- ời th- ờng',
      'Các trường trung học được chọn, người thường',
    ],
    ['ƣ for ư', 'Đối tƣợng nghiên cứu của THƢ VIỆN', 'Đối tượng nghiên cứu của THƯ VIỆN'],
    ['VNI', 'Tröôøng Tieåu hoïc Laùi Thieâu', 'Trường Tiểu học Lái Thiêu'],
    ['VNI in capitals', 'TRÖÔØNG TIEÅU HOÏC LAÙI THIEÂU', 'TRƯỜNG TIỂU HỌC LÁI THIÊU'],
    ['capitals of TCVN3', 'TR\u00adêNG THPT L\u00ad¬NG V¡N TôY', 'TRƯỜNG THPT LƯƠNG VĂN TỤY'],
    [
      'lines of several encodings',
      'Trường tiểu học Kim Đồng\nTröôøng Tieåu hoïc Laùi Thieâu\nKho¸ luËn tèt nghiÖp §¹i häc',
      'Trường tiểu học Kim Đồng\nTrường Tiểu học Lái Thiêu\nKhoá luận tốt nghiệp Đại học',
    ],
  ] as const) {
    it(`${what}: ${text.split('\n')[0]}`, () => expect(convertLegacyText(written)?.text).to.equal(text));
  }

  it('junk that no converter explains stays as it is', () => {
    for (const text of [
      'VVIC LÀM BIÊN MC MÔ ĐƯNG TRNG HC TRƯNG BIÊN',
      'xkcd qwrt zzpl mnbv ghjk tsrd plkj',
      '\ufffd\ufffd\ufffd a\ufffd',
      '¸ ¸ ¸ ¸',
      '',
    ]) {
      expect(convertLegacyText(text)).to.equal(null);
    }
  });

  it('a very long word costs no more than it is long', () => {
    const started = performance.now();
    for (const text of [
      '-ê'.repeat(200_000),
      `${'tr-'.repeat(100_000)} ${'êng-'.repeat(100_000)}`,
      '¸ '.repeat(200_000),
    ]) {
      convertLegacyText(text);
      repairShortText(text);
    }
    expect(legacyFont('Bold'.repeat(1_000_000))).to.equal(null);
    expect(performance.now() - started).to.be.below(20_000);
  });

  it('never throws, and never loses a word', () => {
    const signs = fc.string({ unit: fc.constantFrom(...'aeiouthn­-¸µ®êïøùÊ« \n“”\u00a0\ud800ƣđ·…'), maxLength: 60 });
    fc.assert(
      fc.property(signs, (text) => {
        const words = text.split(/\s+/).filter(Boolean);
        for (const short of [false, true]) {
          const converted = convertLegacyWords({ words, short });
          if (converted) expect(converted.reduce((sum, word) => sum + word.took, 0)).to.equal(words.length);
          convertLegacyText(text, { short });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('texts that are in Unicode', function () {
  this.timeout(60_000);
  const untouched = (text: string): void => {
    expect(convertLegacyText(text)?.text).to.equal(undefined);
    expect(repairShortText(text)).to.equal(text);
  };

  it('are never converted: Vietnamese, without marks, English, and all of them mixed', () => {
    const words = (list: string[]): fc.Arbitrary<string> =>
      fc.array(fc.constantFrom(...list), { minLength: 1, maxLength: 30 }).map((some) => some.join(' '));
    const mixed = fc
      .array(fc.oneof(fc.constantFrom(...valid), fc.constantFrom(...english)), { minLength: 1, maxLength: 30 })
      .map((some) => some.join(' '));
    fc.assert(fc.property(fc.oneof(sentence, sentence.map(plainLetters), words(english), mixed), untouched), {
      numRuns: 1500,
      seed: 20261125,
    });
  });

  it('nor are hyphens between words, old spellings, French, German and what else is read in schools', () => {
    for (const text of [
      'Truyện ngắn Nga – Xô-viết, Ê-đê, Ba-na, Ki-lô-mét, Tây Bắc - Đông Bắc, vi-ta-min A',
      'Thuý hoà khoẻ, quí vị, lý thuyết, mỹ thuật, cái xoong, pơ-luya',
      'L’été dernier, où étiez-vous ? « Voilà », répondit-elle, très émue, à la française.',
      'Die schöne Müllerin hört für Österreich größere Töne als Köln',
      'El niño español soñó con una piñata en otoño, según él',
      'å gå på skolen er gøy for små bjørner',
      'Nhiệt độ 37 °C ± 0,5; ½ số lượng; © 2020; Windows®; giá 5 £; §3 ¶2; 3 × 4 ÷ 2',
      'Hà Nội, ngày 5-9-2020: e-mail, X-quang, A-ri-xtốt, K-pop, T-shirt, vitamin B-12',
    ])
      untouched(text);
  });
});

describe('a title or a query out of an old document', () => {
  for (const [written, text] of [
    ['Tröôøng', 'Trường'],
    ['tr-êng', 'trường'],
    ['th- viÖn', 'thư viện'],
    ['§Ò thi häc k× I', 'Đề thi học kì I'],
    ['Thö vieän quoác gia', 'Thư viện quốc gia'],
  ] as const) {
    it(`${written} is ${text}`, () => expect(repairShortText(written)).to.equal(text));
  }
  it('is told from what people type every day: abbreviations, numbers, operators, and keystrokes of an input method that is off', () => {
    const typed = fc.constantFrom(
      ...'gdcd khtn6 lop6 ck1 hk2 sgk ctst 10a1 2024-2025 16/2022/tt-bgddt 978-604-0-12345-6 6.5 H2SO4 50% x=2 toán Đề "đường -word'.split(
        ' ',
      ),
      ...'tác giả: truyeenj kieeuf dduwowngf tru7o7ng2 vie65t d9e6` IELTS café c++ lớp đ ôn kì II'.split(' '),
      ...['e-mail', 'vi-ta-min', '-văn', '"', '*', '&', '(', '3,14', 'π'],
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(typed, fc.nat().map(String)), { minLength: 1, maxLength: 8 }), (words) => {
        expect(repairShortText(words.join(' '))).to.equal(words.join(' '));
      }),
      { numRuns: 1000 },
    );
  });
  it('and one that is none stays', () => {
    for (const text of ['café', 'où', 'naïve', 'Müller', 'toán 6', 'giao an', 'Noël', 'ä', 'Windows®', '-N', '½', ''])
      expect(repairShortText(text)).to.equal(text);
  });
});

describe('the name of a font', () => {
  for (const [name, encoding, capitals] of [
    ['.VnTime', 'tcvn3', false],
    ['.VnTimeH', 'tcvn3', true],
    ['ABCDEF+.VnTimeH-Bold', 'tcvn3', true],
    ['.VnArial NarrowH', 'tcvn3', true],
    ['.VNTIMEH', 'tcvn3', true],
    ['VnTime', 'tcvn3', false],
    ['.VnBahamasB', 'tcvn3', false],
    ['VNI-Times', 'vni', false],
    ['XYZABC+VNI-Helve-Condense,BoldItalic', 'vni', false],
    ['VNI Times', 'vni', false],
    ['VI Times', 'viscii', false],
  ] as const) {
    it(`${name} is ${encoding}${capitals ? ' in capitals' : ''}`, () =>
      expect(legacyFont(name)).to.include({ encoding, capitals }));
  }
  it('and most fonts say nothing', () => {
    for (const name of [
      'Times New Roman',
      'ABCDEF+TimesNewRomanPSMT',
      'Vnative',
      'SVN-Gilroy',
      'VNF-Comic Sans',
      'Vivaldi',
      'UVN Bach Dang',
      '',
      'Be Vietnam Pro',
      'Vni',
    ])
      expect(legacyFont(name), name).to.equal(null);
  });

  it('decides where words do not: capitals, and words too few to tell', () => {
    const fonts = [legacyFont('.VnTimeH'), legacyFont('.VnTimeH'), null, null];
    expect(convertLegacyWords({ words: ['céng', 'hoµ', 'là', 'hai'], fonts })).to.deep.equal([
      { text: 'CỘNG', took: 1, from: 'tcvn3' },
      { text: 'HOÀ', took: 1, from: 'tcvn3' },
      { text: 'là', took: 1, from: null },
      { text: 'hai', took: 1, from: null },
    ]);
  });
  it('is not believed where the text in it is good as it stands', () => {
    const words = 'Cộng hoà xã hội chủ nghĩa Việt Nam'.split(' ');
    expect(convertLegacyWords({ words, fonts: words.map(() => legacyFont('.VnTime')) })).to.equal(null);
  });
});
