import type { XmlElement } from '../catalogue/crosswalks/xml-writing.ts';
import { defaultRecords, mostRecords, type SruVersion } from './sru-arguments.ts';
import { contextSets, relationsOf } from './sru-indexes.ts';
import { isScanned } from './sru-scan.ts';
import { sruSchemas } from './sru-schemas.ts';

export const zeerexSchema = 'http://explain.z3950.org/dtd/2.0/';

/** What is served here, as a ZeeRex record (http://zeerex.z3950.org/dtd/). `name`: of the first school. */
export function zeerexRecord(publicUrl: string, name: string, version: SruVersion): XmlElement {
  const address = new URL(`${publicUrl}/sru`);
  const indexes = contextSets.flatMap(({ prefix, indexes: own }) =>
    Object.entries(own).map(([index, kind]): XmlElement => [
      'index',
      { search: 'true', scan: String(isScanned(kind)), sort: String(sorted.has(`${prefix}.${index}`)) },
      [
        ['title', { lang: 'en' }, index],
        ['map', {}, [['name', { set: prefix }, index]]],
        ['configInfo', {}, relationsOf(kind).filter((relation) => relation !== 'scr').map((relation): XmlElement => ['supports', { type: 'relation' }, relation])],
      ],
    ]),
  );
  return [
    'explain',
    { xmlns: zeerexSchema },
    [
      [
        'serverInfo',
        { protocol: 'SRU', version, transport: address.protocol.slice(0, -1), method: 'GET POST' },
        [
          ['host', {}, address.hostname],
          ['port', {}, address.port || (address.protocol === 'https:' ? '443' : '80')],
          ['database', {}, address.pathname.slice(1)],
        ],
      ],
      [
        'databaseInfo',
        {},
        [
          ['title', { lang: 'vi', primary: 'true' }, `Tủ Sách – ${name}`],
          ['description', { lang: 'vi', primary: 'true' }, 'Biểu ghi của thư viện số: những gì mọi người được xem; với mã truy cập của giáo viên, cả những gì chia sẻ trong ngành.'],
        ],
      ],
      ['indexInfo', {}, [...contextSets.map(({ prefix, uris }): XmlElement => ['set', { identifier: uris[0]!, name: prefix }, []]), ...indexes]],
      [
        'schemaInfo',
        {},
        sruSchemas.map(({ name: short, identifier, location, title }): XmlElement => ['schema', { identifier, name: short, location, sort: 'false', retrieve: 'true' }, [['title', { lang: 'en' }, title]]]),
      ],
      [
        'configInfo',
        {},
        [
          ['default', { type: 'numberOfRecords' }, String(defaultRecords)],
          ['default', { type: 'contextSet' }, 'dc'],
          ['default', { type: 'index' }, 'cql.serverChoice'],
          ['default', { type: 'relation' }, '='],
          ['default', { type: 'retrieveSchema' }, sruSchemas[0]!.name],
          ['setting', { type: 'maximumRecords' }, String(mostRecords)],
          ...['respectAccents', 'ignoreAccents', 'ignoreCase'].map((modifier): XmlElement => ['supports', { type: 'relationModifier' }, modifier]),
          ...['*', '?'].map((character): XmlElement => ['supports', { type: 'maskingCharacter' }, character]),
          ['supports', { type: 'anchoring' }, '^'],
          ['supports', { type: 'emptyTerm' }, 'false'],
        ],
      ],
    ],
  ];
}

const sorted = new Set(['dc.title', 'dc.date', 'bib.dateIssued', 'rec.creationDate', 'rec.lastModificationDate']);
