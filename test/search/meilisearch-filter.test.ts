import { expect } from 'chai';
import fc from 'fast-check';
import { exactValue, recordKey, termValue, valueText } from '../../search/engines/meilisearch-documents.ts';
import { all, any, filterText, has, not, nothing } from '../../search/engines/meilisearch-filter.ts';

describe('meilisearch filters', () => {
  it('no value ends its quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (first, second) => {
        const text = filterText(has('audience', first, second));
        const inside = text.slice('audience IN ['.length, -1);
        const read = [...inside.matchAll(/"((?:[^"\\]|\\["\\])*)"/g)].map(([, value]) =>
          value!.replace(/\\(["\\])/g, '$1'),
        );
        expect(read).to.eql([first, second]);
        expect(inside.replace(/"((?:[^"\\]|\\["\\])*)"/g, '')).to.equal(', ');
      }),
    );
  });

  it('everything, nothing and what is asked twice', () => {
    expect(filterText(any())).to.equal(filterText(nothing));
    expect(filterText(all())).to.equal(filterText(not(nothing)));
    expect(filterText(all(has('words', 'wa'), has('words', 'wa'), any(has('key', 'k'))))).to.equal(
      '(words IN ["wa"] AND key IN ["k"])',
    );
  });

  it('values survive what the server does to them: lower case, other forms, trimming', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        for (const value of [exactValue(text), recordKey(text), termValue(`w:${text}`.toLowerCase())]) {
          expect(value).to.match(/^[a-z0-9_]+$/);
          expect(value.length).to.be.at.most(468);
        }
        expect(valueText(exactValue(text))).to.equal(text);
      }),
    );
    expect(exactValue('school:A')).not.to.equal(exactValue('school:a'));
    expect(exactValue('x'.repeat(5000))).not.to.equal(exactValue(`${'x'.repeat(4999)}y`));
  });
});
