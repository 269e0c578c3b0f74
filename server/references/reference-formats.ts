import { bibtex } from '../catalogue/crosswalks/bibtex.ts';
import type { CrosswalkRecord } from '../catalogue/crosswalks/crosswalk-record.ts';
import { dublinCore } from '../catalogue/crosswalks/dublin-core.ts';
import { marcRecord } from '../catalogue/crosswalks/marc21.ts';
import { ris } from '../catalogue/crosswalks/ris.ts';
import { schemaOrg, type SchemaOrgPlace } from '../catalogue/crosswalks/schema-org.ts';
import { writeXml, xmlDeclaration } from '../catalogue/crosswalks/xml-writing.ts';

export interface ReferenceFormat {
  name: string;
  mediaType: string;
  /** What the media type leaves open (RFC 6906). */
  profile: string | null;
  docs: string;
  write(record: CrosswalkRecord, place: SchemaOrgPlace): string;
}

/** One record, as reference managers and other programs take it; by unAPI, and as `describedby` of its page. */
export const referenceFormats: readonly ReferenceFormat[] = [
  {
    name: 'marcxml',
    mediaType: 'application/marcxml+xml',
    profile: null,
    docs: 'http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd',
    write(record) {
      const [name, attributes, content] = marcRecord(record);
      return xmlDeclaration + writeXml([name, { xmlns: 'http://www.loc.gov/MARC21/slim', ...attributes }, content]);
    },
  },
  {
    name: 'oai_dc',
    mediaType: 'application/xml',
    profile: 'http://www.openarchives.org/OAI/2.0/oai_dc/',
    docs: 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
    write: (record) => xmlDeclaration + writeXml(dublinCore(record)),
  },
  { name: 'ris', mediaType: 'application/x-research-info-systems', profile: null, docs: 'https://en.wikipedia.org/wiki/RIS_(file_format)', write: (record, { page }) => ris(record, page) },
  { name: 'bibtex', mediaType: 'application/x-bibtex', profile: null, docs: 'http://www.bibtex.org/Format/', write: (record, { page }) => bibtex(record, page) },
  { name: 'schema_org', mediaType: 'application/ld+json', profile: 'https://schema.org', docs: 'https://schema.org/docs/full.html', write: (record, place) => `${JSON.stringify(schemaOrg(record, place), null, 2)}\n` },
];
