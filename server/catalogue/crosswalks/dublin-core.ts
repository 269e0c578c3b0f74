import { type CrosswalkRecord, pagesOf } from './crosswalk-record.ts';
import type { XmlElement } from './xml-writing.ts';

const makers = new Set(['aut', 'cmp', 'isb']);
const prefixed = new Set(['isbn', 'issn', 'doi']);
const nothing: XmlElement[1] = {};
const rootAttributes: XmlElement[1] = {
  'xmlns:oai_dc': 'http://www.openarchives.org/OAI/2.0/oai_dc/',
  'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
  'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
  'xsi:schemaLocation': 'http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
};

const tell = (elements: XmlElement[], name: `dc:${string}`, value: string | null | undefined): void => {
  if (value?.trim()) elements.push([name, nothing, value]);
};

/** A record as unqualified Dublin Core (ISO 15836-1), in the element oai_dc:dc of OAI-PMH. Every harvester takes all records this way: no step more than needed. */
export function dublinCore(record: CrosswalkRecord): XmlElement {
  const { description: said, words, files, withdrawn } = record;
  const pages = pagesOf(record);
  const dc: XmlElement[] = [];
  tell(dc, 'dc:title', said.subtitle ? `${said.title}: ${said.subtitle}` : said.title);
  for (const { name, role } of said.agents) tell(dc, makers.has(role) ? 'dc:creator' : role === 'pbl' ? 'dc:publisher' : 'dc:contributor', name);
  for (const subject of words.subjects) tell(dc, 'dc:subject', subject);
  for (const keyword of said.keywords) tell(dc, 'dc:subject', keyword);
  tell(dc, 'dc:subject', said.ddc);
  tell(dc, 'dc:description', said.abstract);
  for (const grade of words.grades) tell(dc, 'dc:description', grade);
  if (withdrawn) tell(dc, 'dc:description', `Đã rút ngày ${withdrawn.at.slice(0, 10)}: ${withdrawn.reason}`);
  tell(dc, 'dc:publisher', said.publisher);
  tell(dc, 'dc:date', said.year);
  tell(dc, 'dc:type', words.dcmiType);
  tell(dc, 'dc:type', words.resourceType);
  for (const type of new Set(files.map(({ mediaType }) => mediaType))) tell(dc, 'dc:format', type);
  if (pages > 0) tell(dc, 'dc:format', `${pages} tr.`);
  tell(dc, 'dc:identifier', record.id);
  for (const { scheme, value } of said.identifiers) tell(dc, 'dc:identifier', prefixed.has(scheme) ? `${scheme}:${value}` : value);
  for (const { address } of files) tell(dc, 'dc:identifier', address);
  for (const code of said.languages) tell(dc, 'dc:language', code);
  tell(dc, 'dc:relation', said.link);
  tell(dc, 'dc:relation', words.textbookSet);
  tell(dc, 'dc:rights', words.licence);
  tell(dc, 'dc:rights', record.licence);
  return ['oai_dc:dc', rootAttributes, dc];
}
