import { expect } from 'chai';
import { convertedFrom, isMended } from '../../web/parts/converted-from.ts';

describe('what a file was converted from', () => {
  it('names the encodings, each with its fonts', () => {
    expect(
      convertedFrom([
        { from: 'tcvn3', font: '.VnTime' },
        { from: 'tcvn3', font: '.VnTimeH' },
        { from: 'vni', font: null },
        { from: 'damaged', font: null },
      ]),
    ).to.equal('TCVN3 (.VnTime, .VnTimeH), VNI');
  });

  it('is nothing for a text that was good, or only mended', () => {
    expect(convertedFrom([])).to.equal('');
    expect(convertedFrom([{ from: 'damaged', font: null }])).to.equal('');
    expect(isMended([{ from: 'damaged', font: null }])).to.equal(true);
    expect(isMended([{ from: 'vni', font: null }])).to.equal(false);
  });
});
