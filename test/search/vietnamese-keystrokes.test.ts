import { expect } from 'chai';
import fc from 'fast-check';
import { decodeKeystrokes } from '../../search/vietnamese/keystrokes.ts';
import { isSyllable } from '../../search/vietnamese/syllables.ts';
import { toneKey } from '../../search/vietnamese/tone-key.ts';
import { typeTelex, typeVni } from '../support/keystrokes-typed.ts';

const decoded = (text: string): string => text.split(' ').map((word) => decodeKeystrokes(word)?.text ?? word).join(' ');

/** Every onset with every rime, in every tone, that spelling allows. */
function* syllables(): Generator<string> {
  const onsets = ' b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x'.split(' ');
  const rimes = 'a ai anh ao at ay ăc ăn ăt âm ân ât âu ây e em eng eo ê ên êt i ia iêc iên iêng iêt im in inh it iêu o oa oac oai oan oang oăn oi on ong ô ôc ôi ôn ông ơ ơi ơn u ua uân uât ui un ung uôc uôi uôn uông uy uyên uyêt ư ưa ưc ưng ươi ươn ương ươc ưu y yên yêu'.split(' ');
  for (const onset of onsets)
    for (const rime of rimes)
      for (const tone of ['', '\u0301', '\u0300', '\u0309', '\u0303', '\u0323']) {
        const place = /[ăâêôơư](?=[^ăâêôơư]*$)/.exec(rime)?.index ?? /[aeiouy]/.exec(rime)!.index;
        const syllable = (onset + rime.slice(0, place + 1) + tone + rime.slice(place + 1)).normalize('NFC');
        if (isSyllable(syllable)) yield syllable;
      }
}

describe('keystrokes without an input method', () => {
  for (const [typed, meant] of [
    ['giaos ans', 'giáo án'],
    ['ddeef thi', 'đề thi'],
    ['dduwowngf', 'đường'],
    ['toasn', 'toán'],
    ['nguwowif', 'người'],
    ['tieengs vieetj', 'tiếng việt'],
    ['duongwf', 'dường'],
    ['Truyeenj Kieeuf', 'Truyện Kiều'],
    ['DDAATS', 'ĐẤT'],
    ['muwa', 'mưa'],
    ['muaw', 'mưa'],
    ['hoacj', 'hoạc'],
    ['tuwj', 'tự'],
    ['gia1o a1n', 'giáo án'],
    ['d9e62', 'đề'],
    ['duong72', 'dường'],
    ['Truye65n Kie62u', 'Truyện Kiều'],
    ['quys', 'quý'],
  ] as const)
    it(`${typed} is ${meant}`, () => expect(decoded(typed)).to.equal(meant));

  for (const plain of ['powerpoint', 'windows', 'gdcd', 'khtn6', 'excel', 'a', '', '12', 'toan6', 'lop8', 'STEM', 'hoc', 'sinh', 'x'.repeat(10_000), '\ud800', 'đề'])
    it(`${plain.slice(0, 12)} is left alone`, () => expect(decodeKeystrokes(plain)).to.equal(null));

  it('every syllable that is typed, in either way, with its tone inside or at the end, is read again', () => {
    let count = 0;
    const wrong: string[] = [];
    for (const syllable of syllables()) {
      for (const typed of [typeTelex(syllable), typeTelex(syllable, 'inside'), typeVni(syllable), typeVni(syllable, 'end')]) {
        if (typed === syllable) continue;
        count++;
        if (toneKey(decodeKeystrokes(typed)?.text ?? '') !== toneKey(syllable)) wrong.push(`${typed} ${syllable} ${decodeKeystrokes(typed)?.text}`);
      }
    }
    expect(wrong.slice(0, 30)).to.eql([]);
    expect(count).to.be.above(20_000);
  });

  it('what comes out is a syllable, whatever goes in', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'aeiouydwsfrxjzngtch0123456789'), maxLength: 12 })), (typed) => {
        const read = decodeKeystrokes(typed);
        if (read) expect(isSyllable(read.text)).to.equal(true);
      }),
      { numRuns: 5000 },
    );
  });
});
