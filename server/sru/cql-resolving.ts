import type { CqlClause, CqlModifier, CqlNode, CqlSortKey } from './cql-parsing.ts';
import { plainTerm, type TermWord, termWords } from './cql-terms.ts';
import { numbersOf } from './searchable-values.ts';
import { SruDiagnostic } from './sru-diagnostic.ts';
import { fields, indexNamed, relationNamed, type SruIndex } from './sru-indexes.ts';

/** What a row has to fulfil. Bounds of ranges are included. */
export type CqlTest =
  | { kind: 'everything' }
  | { kind: 'words'; fields: number; words: TermWord[]; by: 'all' | 'any' | 'phrase' | 'whole'; marks: boolean }
  | { kind: 'codes'; fields: number; codes: { text: string; masked: boolean }[] }
  | { kind: 'numbers'; of: 'years' | 'createdAt' | 'updatedAt'; ranges: (readonly [from: number, to: number])[] }
  | { kind: 'other'; than: CqlTest }
  | { kind: 'and' | 'or' | 'not'; left: CqlTest; right: CqlTest };

export interface SortKey {
  by: 'title' | 'years' | 'createdAt' | 'updatedAt';
  descending: boolean;
}

/** Says what the names of a query mean, before any record is looked at. Throws SruDiagnostic. */
export function resolveCql(node: CqlNode): CqlTest {
  if (node.kind !== 'clause') return { kind: node.kind, left: resolveCql(node.left), right: resolveCql(node.right) };
  const index = indexNamed(node.index, node.prefixes);
  const { name, marks } = relationNamed(node.relation, node.modifiers, index, node.index ?? 'cql.serverChoice');
  if (name !== '<>') return clauseTest(index, name, marks, node);
  return { kind: 'other', than: clauseTest(index, '==', marks, node) };
}

function clauseTest(index: SruIndex, relation: string, marks: boolean, { term }: CqlClause): CqlTest {
  switch (index.kind) {
    case 'everything':
      return { kind: 'everything' };
    case 'words':
      return wordsTest(index.fields, relation, relation === '=' ? index.by : relation, marks, term);
    case 'codes':
      return codesTest(index.fields, relation, term);
    case 'any': {
      const words = wordsTest(index.fields, relation, relation === '=' ? 'all' : relation, marks, term);
      // A number that is written with marks or anchors is none.
      return term.includes('^') ? words : { kind: 'or', left: words, right: codesTest(index.codes, relation, term) };
    }
    case 'year':
      return { kind: 'numbers', of: 'years', ranges: rangesOf(relation, term, yearPeriod) };
    case 'instant':
      return { kind: 'numbers', of: index.of, ranges: rangesOf(relation, term, instantPeriod) };
  }
}

function wordsTest(within: number, relation: string, way: string, marks: boolean, term: string): CqlTest {
  const each = way === 'all' || way === 'any';
  const words = termWords(term, each);
  if (marks && words.some(({ mask }) => mask !== null)) throw new SruDiagnostic(28, 'with respectAccents');
  return { kind: 'words', fields: within, words, by: way === 'all' || way === 'any' ? way : relation === '==' ? 'whole' : 'phrase', marks };
}

function codesTest(codes: number, relation: string, term: string): CqlTest {
  const { text, masked } = plainTerm(term);
  if (masked && codes === fields.recordId) throw new SruDiagnostic(28, text.slice(0, 40));
  const terms = relation === 'any' ? text.split(/\s+/) : [text];
  if (relation !== 'all') return { kind: 'codes', fields: codes, codes: terms.flatMap((one) => numbersOf(one)).map((one) => ({ text: one, masked })) };
  return text
    .split(/\s+/)
    .map((one): CqlTest => ({ kind: 'codes', fields: codes, codes: numbersOf(one).map((form) => ({ text: form, masked })) }))
    .reduce((left, right) => ({ kind: 'and', left, right }));
}

type Period = readonly [first: number, last: number];

function yearPeriod(text: string): Period {
  if (!/^\d{4}$/.test(text)) throw new SruDiagnostic(36, `${text.slice(0, 40)}: a year has four digits`);
  return [Number(text), Number(text)];
}

/** A year, a month, a day or an instant of ISO 8601 in UTC, as its first and last millisecond. */
function instantPeriod(text: string): Period {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?Z)?)?)?$/.exec(text);
  const wrong = new SruDiagnostic(36, `${text.slice(0, 40)}: not of the form YYYY-MM-DDThh:mm:ssZ`);
  if (!match) throw wrong;
  const [, year, month, day, hour, minute, second] = match.map((part) => (part === undefined ? undefined : Number(part)));
  const first = new Date(Date.UTC(year!, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0));
  if (first.getUTCMonth() !== (month ?? 1) - 1 || first.getUTCDate() !== (day ?? 1) || (hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) throw wrong;
  const after = new Date(first);
  if (month === undefined) after.setUTCFullYear(year! + 1);
  else if (day === undefined) after.setUTCMonth(month);
  else if (hour === undefined) after.setUTCDate(day + 1);
  else after.setTime(after.getTime() + (second === undefined ? 60_000 : 1_000));
  return [first.getTime(), after.getTime() - 1];
}

function rangesOf(relation: string, term: string, periodOf: (text: string) => Period): Period[] {
  const { text, masked } = plainTerm(term);
  if (masked) throw new SruDiagnostic(28, text.slice(0, 40));
  const parts = text.split(/\s+/);
  if (relation === 'any') return parts.map(periodOf);
  if (parts.length !== (relation === 'within' ? 2 : 1)) throw new SruDiagnostic(36, `${relation} takes ${relation === 'within' ? 'two dates' : 'one date'}`);
  const [first, last] = periodOf(parts[0]!);
  switch (relation) {
    case 'within':
      return [[first, periodOf(parts[1]!)[1]]];
    case '<':
      return [[-Infinity, first - 1]];
    case '<=':
      return [[-Infinity, last]];
    case '>':
      return [[last + 1, Infinity]];
    case '>=':
      return [[first, Infinity]];
    default:
      return [[first, last]];
  }
}

const sortable = new Map<string, SortKey['by']>([
  ['dc.title', 'title'],
  ['dc.date', 'years'],
  ['bib.dateissued', 'years'],
  ['rec.creationdate', 'createdAt'],
  ['rec.lastmodificationdate', 'updatedAt'],
]);

/** Throws SruDiagnostic 15, 16, 80. */
export function sortKeysOf(keys: readonly CqlSortKey[]): SortKey[] {
  return keys.map(({ index: name, modifiers, prefixes }) => {
    const index = indexNamed(name, prefixes);
    const by = [...sortable].find(([own]) => indexNamed(own, new Map()) === index)?.[1];
    if (by === undefined) throw new SruDiagnostic(80, name);
    return { by, descending: descendingOf(modifiers) };
  });
}

function descendingOf(modifiers: readonly CqlModifier[]): boolean {
  let descending = false;
  for (const { name, comparitor } of modifiers) {
    const asked = name.toLowerCase().replace(/^sort\./, '');
    if (!['ascending', 'descending', 'ignorecase'].includes(asked) || comparitor !== null) throw new SruDiagnostic(80, name);
    if (asked === 'descending') descending = true;
  }
  return descending;
}
