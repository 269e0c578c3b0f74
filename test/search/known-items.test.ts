import { expect } from 'chai';
import type { SearchDocument } from '../../search/index.ts';
import { foldText } from '../../search/vietnamese/fold.ts';
import { queryTerms } from '../../server/discovery/query-terms.ts';
import { kinds, type KnownItem, knownItems, type KnownItemSet } from '../bench/known-items.ts';
import { seededVocabularies } from '../support/seeded-vocabularies.ts';

const options = { seed: 1, records: 3000, queries: 220 };

/** Whether at most one letter was left out, added, replaced or swapped with its neighbour, over the whole text: Damerau and Levenshtein. */
function oneSlipApart(a: string, b: string): boolean {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length]! <= 1;
}

/** Judges by other means than the set was made by: which records could somebody mean who types this? */
describe('the known items of the bench', () => {
  let set: KnownItemSet;
  let code: (name: string) => string[];
  const ofKind = (...names: KnownItem['kind'][]): KnownItem[] => set.items.filter(({ kind }) => names.includes(kind));
  const meant = (fits: (document: SearchDocument) => boolean): string[] => set.documents.filter(fits).map(({ id }) => id);
  const holds = (text: string, words: string): boolean => words.split(' ').every((word) => foldText(text).split(' ').includes(word));
  before(async () => {
    const vocabularies = await seededVocabularies();
    set = knownItems(vocabularies, options);
    const { aliases } = queryTerms(vocabularies);
    code = (name) => aliases.get(name)?.terms.map((term) => term.code) ?? [];
    expect(knownItems(vocabularies, options).items).to.deep.equal(set.items);
  });

  it('has as many of every kind, and twins that fold alike', () => {
    for (const kind of kinds) expect(ofKind(kind).length, kind).to.equal(options.queries / kinds.length);
    const folds = new Set(set.documents.map(({ title }) => foldText(title)));
    expect(set.documents.length - folds.size).to.be.greaterThan(options.records / 10);
  });

  it('one record alone bears the title that was typed, by the marks where there are some', () => {
    for (const { kind, query, id } of ofKind('no accents', 'half accents')) expect(meant(({ title }) => foldText(title) === foldText(query)), `${kind}: ${query}`).to.deep.equal([id]);
    for (const { kind, query, id } of ofKind('right accents', 'NFD', 'accents decide among look-alikes'))
      expect(meant(({ title }) => title.toLowerCase() === query.normalize('NFC')), `${kind}: ${query}`).to.deep.equal([id]);
  });

  it('one record alone is a slip away', () => {
    for (const { query, id } of ofKind('one slip')) expect(meant(({ title }) => oneSlipApart(foldText(title), query)), query).to.deep.equal([id]);
  });

  it('one record alone is of the subject, the grade and the type that were typed', () => {
    for (const { query, id } of ofKind('subject glued to grade')) {
      const [, words, subject, grade] = /^(\S+ \S+) (\D+)(\d+)$/.exec(query)!;
      const fits = meant(({ title, facets }) => holds(title, words!) && facets.grade!.includes(grade!) && code(subject!).some((one) => facets.subject!.includes(one)));
      expect(fits, query).to.deep.equal([id]);
    }
    for (const { query, id } of ofKind('abbreviated type, words, subject, grade')) {
      const fits = set.documents.filter(({ title, facets }) => {
        const [, typed, grade] = /^(.*) (\d+)$/.exec(query)!;
        const words = typed!.split(' ');
        // Type, words and subject are one to two words each but for the title's four: wherever they may be cut.
        return [1, 2].some((from) => [1, 2].some((end) => {
          const middle = words.slice(from, -end).join(' ');
          return (
            middle !== '' && holds(title, middle) && facets.grade!.includes(grade!) &&
            code(words.slice(0, from).join(' ')).some((one) => facets.type!.includes(one)) && code(words.slice(-end).join(' ')).some((one) => facets.subject!.includes(one))
          );
        }));
      });
      expect(fits.map((one) => one.id), query).to.deep.equal([id]);
    }
  });

  it('one record alone has the words and is by the author', () => {
    for (const { query, id } of ofKind('author and words')) {
      const [name, words] = [query.split(' ').slice(0, 2).join(' '), query.split(' ').slice(2).join(' ')];
      expect(meant(({ title, agents }) => holds(title, words) && holds(agents.join(' '), name)), query).to.deep.equal([id]);
    }
  });

  it('the words that are typed right do not decide every second context and slip', () => {
    const open = ofKind('author and words').filter(({ query }) => meant(({ title }) => holds(title, query.split(' ').slice(2).join(' '))).length > 1);
    expect(open.length).to.be.within(10, 20);
  });
});
