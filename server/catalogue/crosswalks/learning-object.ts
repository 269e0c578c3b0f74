import type { CrosswalkRecord } from './crosswalk-record.ts';
import { yearIn } from './crosswalk-record.ts';
import type { XmlElement } from './xml-writing.ts';

const namespace = 'http://ltsc.ieee.org/xsd/LOM';

const vietnamese = (text: string): XmlElement => ['string', { language: 'vi' }, text];
const inWords = (name: string, text: string | null | undefined): XmlElement[] => (text?.trim() ? [[name, {}, [vietnamese(text)]]] : []);
const value = (name: string, said: string, source = 'LOMv1.0'): XmlElement => [name, {}, [['source', {}, source], ['value', {}, said]]];
const group = (name: string, content: readonly XmlElement[]): XmlElement[] => (content.length > 0 ? [[name, {}, content]] : []);

/** LOM's roles of a contribution (element 2.3.1) for MARC relators; the others are what LOM calls unknown. */
const roles: Record<string, string> = { aut: 'author', cmp: 'author', isb: 'publisher', pbl: 'publisher', edt: 'editor', ill: 'graphical designer', trl: 'content provider' };

/** A vCard 3.0 (RFC 2426) that names somebody; a Vietnamese name stands whole in its order. */
const card = (name: string): string => `BEGIN:VCARD\nVERSION:3.0\nFN:${name.replace(/([\\;,])/g, '\\$1').replaceAll('\n', ' ')}\nN:;;;;\nEND:VCARD`;

const contribution = (role: string, name: string | null, year: string | null): XmlElement => [
  'contribute',
  {},
  [value('role', role), ...(name === null ? [] : [['entity', {}, card(name)] as XmlElement]), ...(year === null ? [] : [['date', {}, [['dateTime', {}, year]]] as XmlElement])],
];

/** A record as a learning object (IEEE 1484.12.1-2002, in the XML of 1484.12.3). */
export function learningObject(record: CrosswalkRecord): XmlElement {
  const { description: said, words, files } = record;
  const year = yearIn(said.year);
  const entry = (catalog: string, text: string): XmlElement => ['identifier', {}, [['catalog', {}, catalog], ['entry', {}, text]]];
  const taxon = (purpose: string, source: string, taxons: readonly (readonly [string, string])[]): XmlElement[] =>
    taxons.length === 0
      ? []
      : [['classification', {}, [value('purpose', purpose), ...taxons.map(([id, word]): XmlElement => ['taxonPath', {}, [['source', {}, [vietnamese(source)]], ['taxon', {}, [['id', {}, id], ...inWords('entry', word)]]]])]]];
  const publisher = said.publisher ?? null;
  return [
    'lom',
    { xmlns: namespace, 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', 'xsi:schemaLocation': `${namespace} http://ltsc.ieee.org/xsd/lomv1.0/lom.xsd` },
    [
      ...group('general', [
        entry('urn:uuid', record.id),
        ...said.identifiers.map(({ scheme, value: text }) => entry(scheme, text)),
        ...inWords('title', said.subtitle ? `${said.title}: ${said.subtitle}` : said.title),
        ...said.languages.map((code): XmlElement => ['language', {}, code]),
        ...inWords('description', said.abstract),
        ...said.keywords.flatMap((keyword) => inWords('keyword', keyword)),
      ]),
      ...group('lifeCycle', [
        ...inWords('version', said.edition),
        ...(record.state === 'published' ? [value('status', 'final')] : [value('status', 'unavailable')]),
        ...said.agents.map(({ name, role }) => contribution(roles[role] ?? 'unknown', name, role === 'pbl' ? year : null)),
        ...(publisher !== null || year !== null ? [contribution('publisher', publisher, year)] : []),
      ]),
      ...group('metaMetadata', [entry('urn:uuid', record.id), contribution('creator', record.school.name, record.createdAt.slice(0, 10)), ['metadataSchema', {}, 'LOMv1.0'], ['language', {}, 'vi']]),
      ...group('technical', [
        ...[...new Set(files.map(({ mediaType }) => mediaType))].map((type): XmlElement => ['format', {}, type]),
        ...(files.length > 0 ? [['size', {}, String(files.reduce((sum, { size }) => sum + size, 0))] as XmlElement] : []),
        ...files.flatMap(({ address }): XmlElement[] => (address === null ? [] : [['location', {}, address]])),
        ...(said.link ? [['location', {}, said.link] as XmlElement] : []),
      ]),
      ...group('educational', [
        ...(words.resourceType === null ? [] : [value('learningResourceType', words.resourceType, 'Tủ Sách')]),
        value('context', 'school'),
        ...words.grades.flatMap((grade) => inWords('typicalAgeRange', grade)),
      ]),
      ...group('rights', [value('copyrightAndOtherRestrictions', record.licence.startsWith('PD-') || record.licence === 'CC0-1.0' ? 'no' : 'yes'), ...inWords('description', words.licence)]),
      ...taxon('discipline', 'Môn học', said.subjects.map((code, at) => [code, words.subjects[at] ?? code] as const)),
      ...taxon('educational level', 'Lớp', said.grades.map((code, at) => [code, words.grades[at] ?? code] as const)),
    ],
  ];
}
