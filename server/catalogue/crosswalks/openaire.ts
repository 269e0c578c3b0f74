import type { CrosswalkRecord } from './crosswalk-record.ts';
import { yearIn } from './crosswalk-record.ts';
import type { XmlElement } from './xml-writing.ts';

const access = {
  open: ['http://purl.org/coar/access_right/c_abf2', 'open access'],
  restricted: ['http://purl.org/coar/access_right/c_16ec', 'restricted access'],
  metadata: ['http://purl.org/coar/access_right/c_14cb', 'metadata only access'],
} as const;

/** COAR Resource Types 3.1 by DCMI type; what is none of them is `other`. */
const coarTypes: Record<string, readonly [string, string, string]> = {
  Text: ['http://purl.org/coar/resource_type/c_18cf', 'text', 'literature'],
  StillImage: ['http://purl.org/coar/resource_type/c_ecc8', 'still image', 'other research product'],
  MovingImage: ['http://purl.org/coar/resource_type/c_8a7e', 'moving image', 'other research product'],
  Sound: ['http://purl.org/coar/resource_type/c_18cc', 'sound', 'other research product'],
  InteractiveResource: ['http://purl.org/coar/resource_type/c_e9a0', 'interactive resource', 'other research product'],
  Software: ['http://purl.org/coar/resource_type/c_5ce6', 'software', 'software'],
  Dataset: ['http://purl.org/coar/resource_type/c_ddb1', 'dataset', 'dataset'],
};
const otherType = ['http://purl.org/coar/resource_type/c_1843', 'other', 'other research product'] as const;

const licences: Record<string, string> = {
  'CC0-1.0': 'https://creativecommons.org/publicdomain/zero/1.0/',
  'CC-BY-4.0': 'https://creativecommons.org/licenses/by/4.0/',
  'CC-BY-SA-4.0': 'https://creativecommons.org/licenses/by-sa/4.0/',
  'CC-BY-NC-4.0': 'https://creativecommons.org/licenses/by-nc/4.0/',
  'CC-BY-NC-SA-4.0': 'https://creativecommons.org/licenses/by-nc-sa/4.0/',
  'CC-BY-ND-4.0': 'https://creativecommons.org/licenses/by-nd/4.0/',
  'CC-BY-NC-ND-4.0': 'https://creativecommons.org/licenses/by-nc-nd/4.0/',
};

const schemes: Record<string, string> = { isbn: 'ISBN', issn: 'ISSN', doi: 'DOI', url: 'URL' };

/** A record in the application profile of OpenAIRE's guidelines for literature repositories 4.0 (DataCite and Dublin Core, qualified). `page`: its address. */
export function openaire(record: CrosswalkRecord, page: string): XmlElement {
  const { description: said, words, files } = record;
  const year = yearIn(said.year);
  const vi = { 'xml:lang': 'vi' };
  const list = (name: string, content: readonly XmlElement[]): XmlElement[] => (content.length > 0 ? [[name, {}, content]] : []);
  const makers = said.agents.filter(({ role }) => ['aut', 'cmp', 'isb'].includes(role));
  const others = said.agents.filter((agent) => !makers.includes(agent) && agent.role !== 'pbl');
  const [typeAddress, typeWord, typeGeneral] = coarTypes[words.dcmiType ?? ''] ?? otherType;
  const [rightsAddress, rightsWord] = access[files.length === 0 ? 'metadata' : record.scope === 'public' && files.some(({ address }) => address !== null) ? 'open' : 'restricted'];
  const licence = licences[record.licence];
  return [
    'oaire:resource',
    {
      'xmlns:oaire': 'http://namespace.openaire.eu/schema/oaire/',
      'xmlns:datacite': 'http://datacite.org/schema/kernel-4',
      'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
      'xmlns:dcterms': 'http://purl.org/dc/terms/',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': 'http://namespace.openaire.eu/schema/oaire/ https://www.openaire.eu/schema/repo-lit/4.0/openaire.xsd',
    },
    [
      ['datacite:titles', {}, [['datacite:title', vi, said.title], ...(said.subtitle ? [['datacite:title', { ...vi, titleType: 'Subtitle' }, said.subtitle] as XmlElement] : [])]],
      ...list('datacite:creators', makers.map(({ name }) => ['datacite:creator', {}, [['datacite:creatorName', {}, name]]])),
      ...list('datacite:contributors', others.map(({ name, role }) => ['datacite:contributor', { contributorType: role === 'edt' ? 'Editor' : 'Other' }, [['datacite:contributorName', {}, name]]])),
      ...list('datacite:alternateIdentifiers', said.identifiers.map(({ scheme, value }) => ['datacite:alternateIdentifier', { alternateIdentifierType: schemes[scheme] ?? scheme }, value])),
      ...said.languages.map((code): XmlElement => ['dc:language', {}, code]),
      ...(said.publisher ? [['dc:publisher', {}, said.publisher] as XmlElement] : []),
      ...(year ? [['datacite:dates', {}, [['datacite:date', { dateType: 'Issued' }, year]]] as XmlElement] : []),
      ['oaire:resourceType', { resourceTypeGeneral: typeGeneral, uri: typeAddress }, typeWord],
      ...(said.abstract ? [['dc:description', vi, said.abstract] as XmlElement] : []),
      ...[...new Set(files.map(({ mediaType }) => mediaType))].map((type): XmlElement => ['dc:format', {}, type]),
      ['datacite:identifier', { identifierType: 'URL' }, page],
      ['datacite:rights', { rightsURI: rightsAddress }, rightsWord],
      ...list('datacite:subjects', [...words.subjects, ...said.keywords].map((subject) => ['datacite:subject', vi, subject])),
      ['oaire:licenseCondition', licence ? { uri: licence } : {}, words.licence],
      ...words.grades.map((grade): XmlElement => ['dcterms:audience', vi, grade]),
      ...(words.textbookSet ? [['dcterms:isPartOf', vi, words.textbookSet] as XmlElement] : []),
      ...files.flatMap(({ address, mediaType }): XmlElement[] => (address === null ? [] : [['oaire:file', { accessRightsURI: rightsAddress, mimeType: mediaType, objectType: 'fulltext' }, address]])),
    ],
  ];
}
