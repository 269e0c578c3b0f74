import type { CrosswalkRecord } from '../catalogue/crosswalks/crosswalk-record.ts';
import { dublinCore } from '../catalogue/crosswalks/dublin-core.ts';
import { learningObject } from '../catalogue/crosswalks/learning-object.ts';
import { marcRecord } from '../catalogue/crosswalks/marc21.ts';
import { openaire } from '../catalogue/crosswalks/openaire.ts';
import type { XmlElement } from '../catalogue/crosswalks/xml-writing.ts';
import { OaiError } from './oai-arguments.ts';

export interface OaiFormat {
  prefix: string;
  schema: string;
  namespace: string;
  /** `page`: where the record is shown to people. */
  write(record: CrosswalkRecord, page: string): XmlElement;
}

const marcNamespace = 'http://www.loc.gov/MARC21/slim';
const marcSchema = 'http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd';

/** Every record in every format; oai_dc is the one that all repositories share (section 2.4). */
export const oaiFormats: readonly OaiFormat[] = [
  { prefix: 'oai_dc', schema: 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd', namespace: 'http://www.openarchives.org/OAI/2.0/oai_dc/', write: dublinCore },
  {
    prefix: 'marcxml',
    schema: marcSchema,
    namespace: marcNamespace,
    write(record) {
      const [name, attributes, content] = marcRecord(record);
      return [name, { ...attributes, xmlns: marcNamespace, 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance', 'xsi:schemaLocation': `${marcNamespace} ${marcSchema}` }, content];
    },
  },
  { prefix: 'lom', schema: 'http://ltsc.ieee.org/xsd/lomv1.0/lom.xsd', namespace: 'http://ltsc.ieee.org/xsd/LOM', write: learningObject },
  { prefix: 'oai_openaire', schema: 'https://www.openaire.eu/schema/repo-lit/4.0/openaire.xsd', namespace: 'http://namespace.openaire.eu/schema/oaire/', write: openaire },
];

/** Throws OaiError. */
export function formatOf(prefix: string): OaiFormat {
  const format = oaiFormats.find((one) => one.prefix === prefix);
  if (!format) throw new OaiError('cannotDisseminateFormat', `no format is called ${prefix.slice(0, 40)}`);
  return format;
}
