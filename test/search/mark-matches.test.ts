import { expect } from 'chai';
import fc from 'fast-check';
import { markText, type MarkedRun } from '../../search/vietnamese/mark-matches.ts';

const plain = (runs: MarkedRun[]): string => runs.map(({ text }) => text).join('');
const shown = (runs: MarkedRun[]): string => runs.map(({ text, marked }) => (marked ? `[${text}]` : text)).join('');

describe('marking matches', () => {
  it('marks by the folded form, in the words as written', () => {
    expect(shown(markText('Địa lí và đời sống', 'dia ly'))).to.equal('[Địa lí] và đời sống');
    const spread = 'Đường lên đỉnh'.normalize('NFD');
    expect(shown(markText(spread, 'duong'))).to.equal(`[${'Đường'.normalize('NFD')}]${' lên đỉnh'.normalize('NFD')}`);
  });
  it('leaves lone words unmarked where the query stands together', () => {
    expect(shown(markText('Một học sinh sinh ra để học', 'hoc sinh'))).to.equal('Một [học sinh] sinh ra để học');
    expect(shown(markText('sinh ra để học', 'hoc sinh'))).to.equal('[sinh] ra để [học]');
  });
  it('leaves look-alikes unmarked where the word stands as typed', () => {
    expect(shown(markText('bạn để trên bàn', 'bàn'))).to.equal('bạn để trên [bàn]');
    expect(shown(markText('bạn để trên bàn', 'ban'))).to.equal('[bạn] để trên [bàn]');
    expect(shown(markText('bạn để', 'bàn'))).to.equal('[bạn] để');
  });
  it('marks neither words that must not be there nor nothing', () => {
    expect(shown(markText('sách cũ và mới', 'sách -mới'))).to.equal('[sách] cũ và mới');
    expect(markText('sách', '')).to.eql([{ text: 'sách', marked: false }]);
    expect(markText('', 'sách')).to.eql([]);
  });
  it('cuts the densest window out of a long text, at words', () => {
    const far = 'chữ '.repeat(200);
    const text = `${far}học một mình ${far}\n  các bạn học\n sinh giỏi ${far}`;
    const runs = markText(text, 'hoc sinh', { around: 30 });
    expect(shown(runs)).to.match(/^…(chữ )+các bạn \[học sinh\] giỏi( chữ)+…$/);
    expect(plain(runs).split(' ')).to.have.length.within(28, 32);
  });
  it('gives the beginning where nothing matches, and short texts whole', () => {
    expect(plain(markText('một hai ba bốn năm', 'xyz', { around: 3 }))).to.equal('một hai ba…');
    expect(plain(markText('  một\n hai ', 'hai', { around: 30 }))).to.equal('một hai');
  });
  it('keeps the text, and never throws', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'học sinh, Giỏi -"a1\u0301') }),
    );
    fc.assert(
      fc.property(anything, anything, (text, query) => {
        const runs = markText(text, query);
        expect(plain(runs)).to.equal(text);
        expect(runs.every((run) => run.text !== '')).to.equal(true);
        markText(text, query, { around: 2 });
      }),
    );
  });
  it('is quick on a long page', () => {
    const text = 'giáo dục công dân lớp tám '.repeat(4000);
    const start = performance.now();
    markText(text, 'giao duc '.repeat(1000), { around: 30 });
    expect(performance.now() - start).to.be.lessThan(500);
  });
});
