import type { CrosswalkRecord } from '../catalogue/crosswalks/crosswalk-record.ts';
import { dublinCore } from '../catalogue/crosswalks/dublin-core.ts';
import { marcRecord } from '../catalogue/crosswalks/marc21.ts';
import type { XmlElement } from '../catalogue/crosswalks/xml-writing.ts';
import { SruDiagnostic } from './sru-diagnostic.ts';

export interface SruSchema {
  /** Short name and identifier; either may be asked for. */
  name: string;
  identifier: string;
  others: readonly string[];
  location: string;
  title: string;
  write(record: CrosswalkRecord): XmlElement;
}

export const sruSchemas: readonly SruSchema[] = [
  {
    name: 'marcxml',
    identifier: 'info:srw/schema/1/marcxml-v1.1',
    others: ['marc21', 'http://www.loc.gov/MARC21/slim'],
    location: 'http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd',
    title: 'MARCXML',
    write(record) {
      const [name, attributes, content] = marcRecord(record);
      return [name, { xmlns: 'http://www.loc.gov/MARC21/slim', ...attributes }, content];
    },
  },
  {
    name: 'dc',
    identifier: 'info:srw/schema/1/dc-v1.1',
    others: ['oai_dc', 'http://purl.org/dc/elements/1.1/', 'info:srw/schema/1/dc-schema'],
    location: 'http://www.loc.gov/standards/sru/recordSchemas/dc-schema.xsd',
    title: 'Dublin Core',
    write(record) {
      const [, , content] = dublinCore(record);
      return ['srw_dc:dc', { 'xmlns:srw_dc': 'info:srw/schema/1/dc-schema', 'xmlns:dc': 'http://purl.org/dc/elements/1.1/' }, content];
    },
  },
];

/** Null: the server's choice. Throws SruDiagnostic 66. */
export function schemaNamed(asked: string | null): SruSchema {
  if (asked === null) return sruSchemas[0]!;
  const found = sruSchemas.find(({ name, identifier, others }) => [name, identifier, ...others].some((one) => one.toLowerCase() === asked.toLowerCase()));
  if (!found) throw new SruDiagnostic(66, asked.slice(0, 100));
  return found;
}
