import { add, clipped, nothingSaid, sayAgent, type SaidDescription, sayIdentifier, sayLink, sayPlace, sayTopic, yearSaid } from './said-description.ts';
import type { TermWords } from './term-words.ts';
import { childrenOf, type XmlNode } from './xml-tree.ts';

/** The record of MARCXML in it, or it itself; null where there is none. */
export function marcIn(node: XmlNode): XmlNode | null {
  if (node.name === 'record' && childrenOf(node, 'datafield').length > 0) return node;
  return node.name === 'collection' ? (childrenOf(node, 'record')[0] ?? null) : null;
}

/** Leader/05: d, or s and x of the national exchange of authorities: the record is gone. */
export const isGone = (record: XmlNode): boolean => childrenOf(record, 'leader')[0]?.text[5] === 'd';

/** Punctuation that ISBD puts before the next field. */
const bare = (text: string | null | undefined): string | null => text?.replace(/\s*[/:;,=]\s*$/, '').trim() || null;

/** Roles in words, as catalogues without $4 have them. */
const roles: readonly [RegExp, string][] = [
  [/dịch|transl/i, 'trl'],
  [/chủ biên|biên tập|ed(itor|\.)/i, 'edt'],
  [/minh ho[ạa]|vẽ|illus/i, 'ill'],
  [/biên soạn|sưu tầm|compil/i, 'com'],
];

/** MARC 21 for bibliographic records, in MARCXML, as a description. */
export function fromMarc(record: XmlNode, terms: TermWords): SaidDescription {
  const said = nothingSaid();
  const fields = childrenOf(record, 'datafield');
  const of = (...tags: string[]): XmlNode[] => fields.filter(({ attributes }) => tags.includes(attributes['tag'] ?? ''));
  const all = (field: XmlNode, code: string): string[] => childrenOf(field, 'subfield').filter(({ attributes }) => attributes['code'] === code).map(({ text }) => text.trim());
  const one = (field: XmlNode | undefined, code: string): string | null => (field && all(field, code)[0]) || null;

  const [title] = of('245');
  const parts = title ? [one(title, 'a'), ...all(title, 'n'), ...all(title, 'p')].map(bare).filter(Boolean) : [];
  said.title = clipped(parts.join('. '), 500);
  said.subtitle = clipped(bare(one(title, 'b')), 500);
  said.statementOfResponsibility = clipped(bare(one(title, 'c')), 500);
  for (const field of of('100', '110', '700', '710')) {
    const tag = field.attributes['tag']!;
    const word = one(field, 'e') ?? '';
    const code = one(field, '4') ?? roles.find(([pattern]) => pattern.test(word))?.[1] ?? (tag === '110' ? 'isb' : tag.startsWith('1') ? 'aut' : 'ctb');
    sayAgent(said, bare(one(field, 'a')), code, bare(one(field, 'd')));
  }
  said.edition = clipped(bare(one(of('250')[0], 'a')), 200);
  const published = of('264').find(({ attributes }) => attributes['ind2'] === '1') ?? of('260', '264')[0];
  said.placeOfPublication = clipped(bare(one(published, 'a')), 200);
  said.publisher = clipped(bare(one(published, 'b')), 300);
  said.year = yearSaid(bare(one(published, 'c')));
  for (const [tag, scheme] of [['020', 'isbn'], ['022', 'issn'], ['024', '']] as const)
    for (const field of of(tag)) {
      const value = one(field, 'a');
      if (value) sayIdentifier(said, `${scheme ? `${scheme}:` : ''}${scheme === 'isbn' ? value.replace(/\s.*$/, '') : value}`);
    }
  said.ddc = clipped(one(of('082')[0], 'a'), 40);
  const fixed = childrenOf(record, 'controlfield').find(({ attributes }) => attributes['tag'] === '008')?.text;
  for (const tag of [...of('041').flatMap((field) => all(field, 'a')), fixed?.slice(35, 38) ?? '']) {
    const code = terms.language(tag);
    if (code !== null) add(said.languages, code, 10);
  }
  said.abstract = clipped(of('520').flatMap((field) => all(field, 'a')).join('\n'), 5000, true);
  for (const field of of('521', '490', '655')) for (const text of all(field, 'a')) sayPlace(said, terms, text);
  for (const field of of('650', '651', '653')) for (const text of all(field, 'a')) sayTopic(said, terms, bare(text) ?? '');
  for (const field of of('540')) for (const text of [...all(field, 'f'), ...all(field, 'u'), ...all(field, 'a')]) said.licence ??= terms.licence(text);
  // Indicator 2: 0 the thing itself, 1 a version of it, 2 something about it.
  const addresses = of('856').sort((a, b) => (a.attributes['ind2'] ?? '').localeCompare(b.attributes['ind2'] ?? ''));
  for (const field of addresses) for (const text of all(field, 'u')) sayLink(said, text);
  return said;
}
