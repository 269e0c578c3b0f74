import { expect } from 'chai';
import { hardNegatives, type MadeCatalogues, makeCatalogues } from '../../bench/school-records.ts';
import { type Measured, measureMatching } from '../../bench/matching-measure.ts';
import { seededWords } from './forms.ts';

/** The bench at a fiftieth of its size: the same floors, on a seed of its own. */
describe('matching of 2,000 records from twenty schools', () => {
  let made: MadeCatalogues;
  let measured: Measured;
  before(async () => {
    made = makeCatalogues(77, 2000);
    measured = measureMatching(made, await seededWords());
  });

  it('the set is what the floors are about', () => {
    expect(new Set(made.records.map(({ school }) => school)).size).to.equal(20);
    expect(hardNegatives(made).share).to.be.at.least(0.2);
    expect(measured.truePairs).to.be.greaterThan(4000);
    for (const error of ['slip in the title', 'all marks lost', 'ISBN left out', 'name abbreviated', 'publisher abbreviated', 'people left out', 'title and subtitle swapped', 'year left out']) expect(made.errors.get(error), error).to.be.greaterThan(0);
    expect(makeCatalogues(77, 2000).records).to.deep.equal(made.records);
  });

  it('joins what is one work, and hardly anything else', () => {
    expect(measured.precision, 'precision').to.be.at.least(0.995);
    expect(measured.recall, 'recall').to.be.at.least(0.95);
  });

  it('asks about much of the rest, and seldom', () => {
    expect(measured.questions / measured.records).to.be.below(0.1);
    expect(measured.askedShare).to.be.at.least((1 - measured.recall) / 3);
    expect(measured.editionPrecision).to.be.at.least(0.98);
  });

  it('compares a few dozen pairs a record', () => expect(measured.compared / measured.records).to.be.below(80));
});
