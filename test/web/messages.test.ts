import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { csvFields, sourceKind } from '../../server/contract/harvest.ts';
import { asideReasons } from '../../server/harvest/sources/told-records.ts';
import { fileFormats, fileStates, ingestSteps } from '../../server/contract/file.ts';
import { personRoles } from '../../server/contract/person.ts';
import { description, identifierSchemes, recordStates, scopes } from '../../server/contract/record.ts';
import { facetNames, sorts } from '../../server/contract/search.ts';
import { vocabularyNames } from '../../server/contract/vocabulary.ts';
import { refusalStatus } from '../../server/errors.ts';
import { enLater } from '../../web/messages/en-later.ts';
import { en as enFirst } from '../../web/messages/en.ts';
import { fill } from '../../web/messages/message.ts';
import { viLater } from '../../web/messages/vi-later.ts';
import { vi as viFirst } from '../../web/messages/vi.ts';
import { projectRoot, sourceFiles } from '../support/source-files.ts';

const vi = { ...viFirst, ...viLater };
const en = { ...enFirst, ...enLater };
const languages: Record<string, Record<string, string>> = { vi, en };
const keys = Object.keys(vi);
const holes = (sentence: string): string[] =>
  [...new Set([...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!))].sort();

/** Literal strings of the web's own code, and the beginnings of keys made at run time: `role.${…}`. */
function keysSaid(): { literals: Set<string>; beginnings: Set<string>; files: number } {
  const files = sourceFiles().filter((file) => /^web\/(?!messages\/).*\.(ts|svelte)$/.test(file));
  const literals = new Set<string>();
  const beginnings = new Set<string>();
  for (const file of files) {
    const text = readFileSync(join(projectRoot, file), 'utf8');
    for (const [, literal] of text.matchAll(/'([A-Za-z][\w.-]*)'/g)) literals.add(literal!);
    for (const [, beginning] of text.matchAll(/`([a-zA-Z][\w.-]*\.)\$\{/g)) beginnings.add(beginning!);
  }
  return { literals, beginnings, files: files.length };
}

describe('messages', () => {
  it('says everything in both languages', () => {
    expect(keys.length).to.be.above(400);
    expect(Object.keys(en).sort()).to.deep.equal([...keys].sort());
    for (const [language, messages] of Object.entries(languages)) {
      for (const [key, sentence] of Object.entries(messages)) {
        expect(sentence.trim(), `${language} ${key}`).to.equal(sentence).and.not.equal('');
      }
    }
  });

  it('fills the same holes in both languages', () => {
    for (const key of keys)
      expect(holes(en[key as keyof typeof en]), key).to.deep.equal(holes(vi[key as keyof typeof vi]));
  });

  it('has a sentence for every error code, and for no other', () => {
    const codes = [...Object.keys(refusalStatus), 'offline'].sort();
    const said = keys.filter((key) => key.startsWith('error.')).map((key) => key.slice('error.'.length));
    expect(said.sort()).to.deep.equal(codes);
  });

  it('names every state, step, role, field and list of the contract', () => {
    const expected = [
      ...ingestSteps.map((step) => `step.${step}`),
      ...fileFormats.map((format) => `format.${format}`),
      ...personRoles.map((role) => `role.${role}`),
      ...recordStates.map((state) => `state.${state}`),
      ...scopes.flatMap((scope) => [`scope.${scope}`, `scopeSays.${scope}`]),
      ...identifierSchemes.map((scheme) => `scheme.${scheme}`),
      ...facetNames.map((facet) => `facet.${facet}`),
      ...sorts.map((sort) => `sort.${sort}`),
      ...sourceKind.options.map((kind) => `source.kind.${kind}`),
      ...csvFields.map((field) => `column.${field}`),
      ...asideReasons.map((reason) => `aside.${reason}`),
      ...vocabularyNames.map((name) => `vocabulary.${name}`),
      ...Object.keys(description.shape).map((field) => `field.${field}`),
    ];
    expect(fileStates.length + expected.length).to.be.above(60);
    expect(expected.filter((key) => !keys.includes(key))).to.deep.equal([]);
  });

  it('puts every licence of the seeded vocabulary in plain words', () => {
    const vocab = JSON.parse(readFileSync(join(projectRoot, 'server/catalogue/vocab.json'), 'utf8')) as {
      giay_phep: { code: string }[];
    };
    expect(vocab.giay_phep.length).to.be.above(10);
    expect(vocab.giay_phep.map(({ code }) => `licence.${code}`).filter((key) => !keys.includes(key))).to.deep.equal([]);
  });

  it('keeps no sentence that nothing says', () => {
    const { literals, beginnings, files } = keysSaid();
    expect(files, 'files read').to.be.above(60);
    expect(beginnings.size, 'keys made at run time').to.be.above(10);
    const unused = keys.filter(
      (key) => !literals.has(key) && ![...beginnings].some((beginning) => key.startsWith(beginning)),
    );
    expect(unused).to.deep.equal([]);
  });

  it('raises its voice nowhere', () => {
    for (const messages of Object.values(languages)) {
      expect(Object.values(messages).filter((sentence) => sentence.includes('!'))).to.deep.equal([]);
    }
  });

  it('leaves no undefined in a sentence whose value is missing', () => {
    expect(fill('Trang {page} trên {pages}', { page: 3 })).to.equal('Trang 3 trên …');
    expect(fill('{a}{b}', { a: 'x', b: { y: 1 } })).to.equal('x…');
  });
});
