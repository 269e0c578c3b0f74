import { doiAddress } from './cited-as.ts';
import { type CrosswalkRecord, pagesOf, yearIn } from './crosswalk-record.ts';

/** What a record is called by programs that know schema.org; the first is the narrowest. */
export function schemaOrgTypes({ description, words }: CrosswalkRecord): string[] {
  const type = description.resourceType ?? '';
  if (learning.has(type)) return ['Book', 'LearningResource'];
  if (books.has(type)) return ['Book'];
  if (type === 'BAO_TC') return ['PublicationIssue'];
  if (type === 'SKKN') return ['ScholarlyArticle', 'LearningResource'];
  if (type === 'VAN_BAN') return ['DigitalDocument'];
  if (type === 'BAN_DO') return ['Map', 'LearningResource'];
  const media = { StillImage: 'ImageObject', MovingImage: 'VideoObject', Sound: 'AudioObject', Software: 'SoftwareApplication', Dataset: 'Dataset' }[words.dcmiType ?? ''];
  return media ? [media, 'LearningResource'] : ['LearningResource'];
}

const learning = new Set(['SGK', 'SBT', 'SGV', 'TLDP']);
const books = new Set(['STK', 'TRUYEN', 'TRUYEN_TRANH', 'TU_DIEN']);

/** Properties of a creative work by MARC relator codes; others contribute. */
const properties: Record<string, string> = { aut: 'author', cmp: 'author', isb: 'author', edt: 'editor', trl: 'translator', ill: 'illustrator', pbl: 'publisher' };

const digits = (number: string): string => number.replace(/[\s-]/g, '').toUpperCase();

export interface SchemaOrgPlace {
  /** Address of the record's page. */
  page: string;
  licence: string | null;
  cover: string | null;
  /** Whether everybody may read its files. */
  free: boolean;
}

/** A record as JSON-LD in schema.org's words. What is not known is left out; files are said where they have an address. */
export function schemaOrg(record: CrosswalkRecord, { page, licence, cover, free }: SchemaOrgPlace): Record<string, unknown> {
  const { description: said, words, files } = record;
  const types = schemaOrgTypes(record);
  const agents = new Map<string, unknown[]>();
  const name = (property: string, agent: unknown): void => void agents.set(property, [...(agents.get(property) ?? []), agent]);
  for (const agent of said.agents) {
    const kind = agent.role === 'isb' || agent.role === 'pbl' ? 'Organization' : 'Person';
    name(properties[agent.role] ?? 'contributor', { '@type': kind, name: agent.name });
  }
  if (said.publisher) name('publisher', { '@type': 'Organization', name: said.publisher });
  const isbn = said.identifiers.filter(({ scheme, value }) => scheme === 'isbn' && /^(?:\d{9}[\dX]|\d{13})$/.test(digits(value))).map(({ value }) => digits(value));
  const pages = pagesOf(record);
  const taken = files.filter(({ address }) => address !== null);
  const teaches = types.includes('LearningResource') || said.grades.length > 0;
  const some = (values: readonly string[]): readonly string[] | undefined => (values.length > 0 ? values : undefined);
  return {
    '@context': 'https://schema.org',
    '@type': types.length === 1 ? types[0] : types,
    '@id': page,
    url: page,
    name: said.title,
    alternativeHeadline: said.subtitle,
    ...Object.fromEntries([...agents].map(([property, all]) => [property, property === 'publisher' && all.length === 1 ? all[0] : all])),
    datePublished: yearIn(said.year) ?? undefined,
    bookEdition: types.includes('Book') ? said.edition : undefined,
    isbn: types.includes('Book') ? (isbn.length === 1 ? isbn[0] : some(isbn)) : undefined,
    numberOfPages: types.includes('Book') && pages > 0 ? pages : undefined,
    inLanguage: some(said.languages),
    about: said.subjects.length > 0 ? words.subjects.map((subject, at) => ({ '@type': 'DefinedTerm', name: subject, termCode: said.subjects[at] })) : undefined,
    educationalLevel: teaches ? some(words.grades) : undefined,
    learningResourceType: types.includes('LearningResource') ? (words.resourceType ?? undefined) : undefined,
    isPartOf: words.textbookSet ? { '@type': 'BookSeries', name: words.textbookSet } : undefined,
    keywords: some(said.keywords),
    abstract: said.abstract,
    identifier: `urn:uuid:${record.id}`,
    sameAs: some(said.identifiers.flatMap(({ scheme, value }) => (scheme === 'doi' ? (doiAddress(value) ?? []) : scheme === 'url' ? value : []))),
    license: licence ?? undefined,
    isAccessibleForFree: files.length > 0 ? free : undefined,
    image: cover ?? undefined,
    provider: { '@type': 'Organization', name: record.school.name },
    dateModified: record.updatedAt.slice(0, 10),
    encoding: taken.length > 0 ? taken.map(({ address, mediaType, size }) => ({ '@type': 'MediaObject', contentUrl: address, encodingFormat: mediaType, contentSize: String(size) })) : undefined,
  };
}
