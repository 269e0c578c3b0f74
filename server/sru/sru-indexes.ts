import type { CqlModifier } from './cql-parsing.ts';
import { SruDiagnostic } from './sru-diagnostic.ts';

/** What of a record can be searched, a bit each. A value belongs to one field, and a phrase lies within one value. */
export const fields = {
  title: 1 << 0,
  series: 1 << 1,
  maker: 1 << 2,
  makingBody: 1 << 3,
  contributor: 1 << 4,
  publishingBody: 1 << 5,
  publisher: 1 << 6,
  subject: 1 << 7,
  description: 1 << 8,
  type: 1 << 9,
  rights: 1 << 10,
  audience: 1 << 11,
  institution: 1 << 12,
  language: 1 << 13,
  isbn: 1 << 14,
  issn: 1 << 15,
  otherNumber: 1 << 16,
  recordId: 1 << 17,
} as const;

/** Fields whose values are not words but codes and numbers, matched whole. */
const identifying = fields.isbn | fields.issn | fields.otherNumber | fields.recordId;
const everyWord = fields.language - 1;

export type SruIndex =
  | { kind: 'words'; fields: number; /** Of `=`. */ by: 'adj' | 'all' }
  | { kind: 'codes'; fields: number }
  /** Words anywhere, and numbers. */
  | { kind: 'any'; fields: number; codes: number }
  | { kind: 'year' }
  | { kind: 'instant'; of: 'createdAt' | 'updatedAt' }
  | { kind: 'everything' };

const words = (of: number): SruIndex => ({ kind: 'words', fields: of, by: 'adj' });
const codes = (of: number): SruIndex => ({ kind: 'codes', fields: of });
const anywhere: SruIndex = { kind: 'any', fields: everyWord, codes: identifying };
const creators = fields.maker | fields.makingBody;
const people = fields.maker | fields.contributor;
const names = creators | fields.contributor | fields.publishingBody;

export interface ContextSet {
  prefix: string;
  /** The first is said in explain; the others name the same. */
  uris: readonly string[];
  indexes: Readonly<Record<string, SruIndex>>;
}

/** Index names are matched without regard to case. An index without a prefix is looked for in the sets in this order. */
export const contextSets: readonly ContextSet[] = [
  {
    prefix: 'dc',
    uris: ['info:srw/cql-context-set/1/dc-v1.1', 'http://purl.org/dc/elements/1.1/', 'http://purl.org/dc/elements/1.1'],
    indexes: {
      title: words(fields.title),
      creator: words(creators),
      contributor: words(fields.contributor),
      subject: words(fields.subject),
      description: words(fields.description),
      publisher: words(fields.publisher | fields.publishingBody),
      date: { kind: 'year' },
      type: words(fields.type),
      identifier: codes(identifying),
      language: codes(fields.language),
      rights: words(fields.rights),
    },
  },
  {
    prefix: 'cql',
    uris: ['info:srw/cql-context-set/1/cql-v1.2', 'info:srw/cql-context-set/1/cql-v1.1', 'http://www.loc.gov/zing/cql/srw-indexes/v1.0/'],
    indexes: { serverChoice: anywhere, anywhere, anyIndexes: anywhere, keywords: anywhere, allIndexes: anywhere, allRecords: { kind: 'everything' } },
  },
  {
    prefix: 'bath',
    uris: ['http://zing.z3950.org/cql/bath/2.0/', 'http://www.loc.gov/zing/cql/context-sets/bath/v1.1/'],
    indexes: {
      name: words(names),
      author: words(creators | fields.contributor),
      personalName: words(people),
      corporateName: words(fields.makingBody | fields.publishingBody),
      topicalSubject: words(fields.subject),
      genreForm: words(fields.type),
      notes: words(fields.description),
      possessingInstitution: words(fields.institution),
      isbn: codes(fields.isbn),
      issn: codes(fields.issn),
      any: anywhere,
    },
  },
  {
    prefix: 'rec',
    uris: ['info:srw/cql-context-set/2/rec-1.1', 'info:srw/cql-context-set/2/rec-1.0', 'http://srw.cheshire3.org/contextSets/rec/1.1'],
    indexes: {
      identifier: codes(fields.recordId),
      id: codes(fields.recordId),
      creationDate: { kind: 'instant', of: 'createdAt' },
      lastModificationDate: { kind: 'instant', of: 'updatedAt' },
    },
  },
  {
    prefix: 'bib',
    uris: ['info:srw/cql-context-set/1/bib-v1'],
    indexes: { titleSeries: words(fields.series), audience: words(fields.audience), dateIssued: { kind: 'year' } },
  },
];

const relationsOfWords = ['=', '==', '<>', 'adj', 'all', 'any', 'exact', 'scr'];
const relationsOfOrder = ['=', '==', '<>', '<', '>', '<=', '>=', 'within', 'exact', 'scr'];

/** What explain says and what is answered with 22 otherwise. */
export const relationsOf = (index: SruIndex): readonly string[] =>
  index.kind === 'everything' ? ['=', '==', 'exact', 'scr', 'all', 'any', 'adj'] : index.kind === 'year' || index.kind === 'instant' ? [...relationsOfOrder, ...(index.kind === 'year' ? ['any'] : [])] : relationsOfWords;

/** The index of a name as written in a query; null: the server's choice. Throws SruDiagnostic 15, 16, 50. */
export function indexNamed(name: string | null, prefixes: ReadonlyMap<string, string>): SruIndex {
  if (name === null) return anywhere;
  const dot = name.indexOf('.');
  const prefix = dot < 0 ? '' : name.slice(0, dot).toLowerCase();
  const rest = name.slice(dot + 1).toLowerCase();
  const uri = prefixes.get(prefix);
  const sets = contextSets.filter((set) => (uri === undefined ? prefix === '' || prefix === set.prefix : set.uris.includes(uri)));
  if (sets.length === 0) throw new SruDiagnostic(15, uri ?? prefix);
  // An assigned default holds for names that it knows; cql's own have always been written bare.
  const looked = prefix === '' && uri !== undefined ? [...sets, ...contextSets.filter((set) => set.prefix === 'cql')] : sets;
  for (const { indexes, prefix: own } of looked) {
    const found = Object.keys(indexes).find((one) => one.toLowerCase() === rest);
    if (found !== undefined) return indexes[found]!;
    if (own === 'cql' && rest === 'resultsetid') throw new SruDiagnostic(50, '');
  }
  throw new SruDiagnostic(16, name);
}

export interface AskedRelation {
  name: string;
  /** The marks must be as typed, too. */
  marks: boolean;
}

/** Modifiers that ask for what is done anyhow. */
const harmless = new Set(['ignorecase', 'ignoreaccents', 'masked', 'word', 'string', 'isodate', 'number', 'respectaccents']);

/** Throws SruDiagnostic 15, 19, 20, 21, 22. */
export function relationNamed(written: string, modifiers: readonly CqlModifier[], index: SruIndex, indexName: string): AskedRelation {
  const dot = written.indexOf('.');
  if (dot > 0 && written.slice(0, dot) !== 'cql') throw new SruDiagnostic(15, written.slice(0, dot));
  const name = written.slice(dot + 1);
  if (!relationsOfWords.includes(name) && !relationsOfOrder.includes(name)) throw new SruDiagnostic(19, written);
  if (!relationsOf(index).includes(name)) throw new SruDiagnostic(22, `${name} and ${indexName}`);
  const asked = modifiers.map((modifier) => ({ ...modifier, name: modifier.name.toLowerCase().replace(/^cql\./, '') }));
  const unknown = asked.find((modifier) => !harmless.has(modifier.name) || modifier.comparitor !== null);
  if (unknown) throw new SruDiagnostic(20, unknown.name);
  const has = (one: string): boolean => asked.some((modifier) => modifier.name === one);
  if (has('ignoreaccents') && has('respectaccents')) throw new SruDiagnostic(21, 'ignoreAccents and respectAccents');
  const same = name === 'exact' ? '==' : name === 'scr' ? '=' : name;
  return { name: same, marks: has('respectaccents') };
}
