import { expect } from 'chai';
import fc from 'fast-check';
import { isOneSlip, slipsOf } from '../../search/vietnamese/slips.ts';

const word = fc.string({ unit: fc.constantFrom(...'abcdeghiklmnopqrstuvxy'), minLength: 1, maxLength: 6 });
const pair = fc.tuple(word, word).map(([a, b]) => `${a} ${b}`);

describe('slips of the hand', () => {
  for (const [meant, typed] of [
    ['giao an', 'gao an'],
    ['giao an', 'gioa an'],
    ['giao an', 'giao am'],
    ['giao an', 'giaao an'],
    ['truyen kieu', 'truten kieu'],
    ['toan', 'taon'],
    ['toan', 'yoan'],
  ] as const)
    it(`${typed} for ${meant}`, () => {
      expect(slipsOf(typed)).to.include(meant);
      expect(isOneSlip(meant, typed)).to.equal(true);
    });
  for (const [meant, typed] of [
    ['toan', 'van'],
    ['toan', 'toan'],
    ['toan', 'toam hoc'],
    ['duong', 'dung'],
    ['lop', 'lap'],
  ] as const)
    it(`${typed} is ${typed === 'dung' ? 'one' : 'no'} slip of ${meant}`, () => expect(isOneSlip(meant, typed)).to.equal(typed === 'dung'));

  it('what one slip may have been is one slip away, and few', () => {
    fc.assert(
      fc.property(fc.oneof(word, pair), (typed) => {
        const meant = slipsOf(typed);
        expect(new Set(meant).size).to.equal(meant.length);
        expect(meant.length).to.be.below(600);
        for (const one of meant) expect(isOneSlip(one, typed), `${one} ${typed}`).to.equal(true);
      }),
    );
  });
  it('takes any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (typed) => void slipsOf(typed)));
    expect(slipsOf('a'.repeat(10_000))).to.eql([]);
  });
});
