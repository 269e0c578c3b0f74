import { expect } from 'chai';
import { browseAddress, levelsUnder, readBrowse, wayTo } from '../../web/pages/browse-state.ts';

const placeOf = (query: string) => readBrowse(new URLSearchParams(query));
const branch = (code: string, count: number) => ({ code, label: code, count });

describe('a place in the tree of levels, grades and subjects', () => {
  it('is in the address, both ways, and every step of the way to it leads to less', () => {
    const place = placeOf('subject=TOAN&grade=8&level=THCS&page=3');
    expect(place).to.deep.equal({ level: 'THCS', grade: '8', subject: 'TOAN' });
    expect(browseAddress(place)).to.equal('/browse?level=THCS&grade=8&subject=TOAN');
    expect(browseAddress(placeOf(''))).to.equal('/browse');
    expect(wayTo(place).map((one) => browseAddress(one.place))).to.deep.equal([
      '/browse?level=THCS',
      '/browse?level=THCS&grade=8',
      '/browse?level=THCS&grade=8&subject=TOAN',
    ]);
    expect(wayTo(placeOf('subject=TOAN')).map(({ code }) => code)).to.deep.equal(['TOAN']);
  });

  it('under a subject, levels and grades are counted by its records, and those without any are left out', () => {
    const levels = [
      { ...branch('TH', 5), grades: [branch('4', 3), branch('5', 2)] },
      { ...branch('THCS', 9), grades: [branch('8', 6), branch('9', 4)] },
    ];
    // A grade counts in whatever order it comes, and one of another level stands under none of these.
    const facets = { level: [branch('THCS', 2)], grade: [branch('12', 7), branch('8', 2)] };
    expect(levelsUnder(levels, facets)).to.deep.equal([{ ...branch('THCS', 2), grades: [branch('8', 2)] }]);
    expect(levelsUnder(levels, { level: [], grade: [] })).to.deep.equal([]);
    expect(levels[1]!.grades, 'the tree itself stays').to.have.length(2);
  });
});
