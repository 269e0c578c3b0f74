import { type CrosswalkRecord, pagesOf } from './crosswalk-record.ts';
import type { XmlElement } from './xml-writing.ts';

const makers = new Set(['aut', 'cmp', 'isb']);

/** A record as unqualified Dublin Core (ISO 15836-1), in the element oai_dc:dc of OAI-PMH. */
export function dublinCore(record: CrosswalkRecord): XmlElement {
  const { description: said, words, files } = record;
  const pages = pagesOf(record);
  const pairs: (readonly [string, string | null | undefined])[] = [
    ['title', said.subtitle ? `${said.title}: ${said.subtitle}` : said.title],
    ...said.agents.map(({ name, role }) => [makers.has(role) ? 'creator' : role === 'pbl' ? 'publisher' : 'contributor', name] as const),
    ...[...words.subjects, ...said.keywords].map((subject) => ['subject', subject] as const),
    ['subject', said.ddc],
    ['description', said.abstract],
    ...words.grades.map((grade) => ['description', grade] as const),
    ['description', record.withdrawn ? `Đã rút ngày ${record.withdrawn.at.slice(0, 10)}: ${record.withdrawn.reason}` : null],
    ['publisher', said.publisher],
    ['date', said.year],
    ['type', words.dcmiType],
    ['type', words.resourceType],
    ...[...new Set(files.map(({ mediaType }) => mediaType))].map((type) => ['format', type] as const),
    ['format', pages > 0 ? `${pages} tr.` : null],
    ['identifier', record.id],
    ...said.identifiers.map(({ scheme, value }) => ['identifier', scheme === 'isbn' || scheme === 'issn' || scheme === 'doi' ? `${scheme}:${value}` : value] as const),
    ...files.map(({ address }) => ['identifier', address] as const),
    ...said.languages.map((code) => ['language', code] as const),
    ['relation', said.link],
    ['relation', words.textbookSet],
    ['rights', words.licence],
    ['rights', record.licence],
  ];
  return [
    'oai_dc:dc',
    {
      'xmlns:oai_dc': 'http://www.openarchives.org/OAI/2.0/oai_dc/',
      'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': 'http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
    },
    pairs.flatMap(([name, value]): XmlElement[] => (value?.trim() ? [[`dc:${name}`, {}, value]] : [])),
  ];
}
