import { type CrosswalkRecord, pagesOf, yearIn } from './crosswalk-record.ts';
import type { XmlElement } from './xml-writing.ts';

const namespace = 'http://www.loc.gov/MARC21/slim';

/** MARC's language codes (ISO 639-2/B) of ours (ISO 639-1). */
const marcLanguages: Record<string, string> = { vi: 'vie', en: 'eng', fr: 'fre', zh: 'chi', ja: 'jpn', ko: 'kor', ru: 'rus', de: 'ger', es: 'spa', km: 'khm', lo: 'lao', th: 'tha', la: 'lat' };

/** Leader/06 (type of record) of a DCMI type. */
const leaderTypes: Record<string, string> = { StillImage: 'k', MovingImage: 'g', Sound: 'i', Software: 'm', InteractiveResource: 'm', Dataset: 'm', PhysicalObject: 'r' };

export const marcLanguage = (code: string): string => marcLanguages[code] ?? (/^[a-z]{3}$/.test(code) ? code : 'und');

type Subfield = readonly [code: string, value: string | null | undefined];

const control = (tag: string, value: string): XmlElement => ['controlfield', { tag }, value];

/** Null when nothing is left to say: MARC has no empty subfields. */
function field(tag: string, indicators: string, ...subfields: readonly Subfield[]): XmlElement[] {
  const said = subfields.filter((one): one is readonly [string, string] => Boolean(one[1]?.trim()));
  if (said.length === 0) return [];
  return [['datafield', { tag, ind1: indicators[0]!, ind2: indicators[1]! }, said.map(([code, value]): XmlElement => ['subfield', { code }, value])]];
}

/** Leader of a record that was never in ISO 2709: lengths are zero, as MARCXML has it. d: deleted, for what was withdrawn. */
const leader = (record: CrosswalkRecord): string => `00000${record.state === 'withdrawn' ? 'd' : 'n'}${leaderTypes[record.words.dcmiType ?? ''] ?? 'a'}m a2200000 i 4500`;

/** 008, 40 characters (MARC 21 bibliographic, books): date entered, date of publication, country vm, form o (online), language. */
function fixedField({ description, createdAt }: CrosswalkRecord): string {
  const year = yearIn(description.year);
  const language = marcLanguage(description.languages[0] ?? 'und');
  return `${createdAt.slice(2, 10).replaceAll('-', '')}${year ? `s${year}    ` : 'nuuuuuuuu'}vm ${'     o     000 0 '.padEnd(17)}${language} d`;
}

const identifiers = (record: CrosswalkRecord): XmlElement[] =>
  record.description.identifiers.flatMap(({ scheme, value }) => {
    if (scheme === 'isbn') return field('020', '  ', ['a', value.replace(/[\s-]/g, '')]);
    if (scheme === 'issn') return field('022', '  ', ['a', value]);
    if (scheme === 'doi') return field('024', '7 ', ['a', value], ['2', 'doi']);
    if (scheme === 'url') return [];
    return field('024', '8 ', ['a', value]);
  });

function agentField(tag: '1' | '7', { name, dates, role }: CrosswalkRecord['description']['agents'][number]): XmlElement[] {
  const corporate = role === 'isb' || role === 'pbl';
  return field(`${tag}${corporate ? '10' : '00'}`, corporate ? '2 ' : '0 ', ['a', name], ['d', dates], ['4', role]);
}

/** Vietnamese names stand in direct order (first indicator 0); a body that issues is corporate. */
function agents({ description }: CrosswalkRecord): { main: XmlElement[]; added: XmlElement[] } {
  const first = description.agents.findIndex(({ role }) => role === 'aut' || role === 'cmp' || role === 'isb');
  return { main: first < 0 ? [] : agentField('1', description.agents[first]!), added: description.agents.filter((_, at) => at !== first).flatMap((agent) => agentField('7', agent)) };
}

/** A record as MARC 21 in MARCXML, RDA flavoured (264); fields in the order of their tags. */
export function marcRecord(record: CrosswalkRecord): XmlElement {
  const { description: said, words, files } = record;
  const { main, added } = agents(record);
  const pages = pagesOf(record);
  const titleAdded = main.length > 0 ? '1' : '0';
  return [
    'record',
    {},
    [
      ['leader', {}, leader(record)],
      control('001', record.id),
      control('003', record.school.code),
      control('005', `${record.updatedAt.replaceAll(/[-:T]/g, '').slice(0, 14)}.0`),
      control('008', fixedField(record)),
      ...identifiers(record),
      ...field('040', '  ', ['a', record.school.code], ['b', 'vie'], ['c', record.school.code], ['e', 'rda']),
      ...field('041', '0 ', ...said.languages.map((code): Subfield => ['a', marcLanguage(code)])),
      ...field('044', '  ', ['a', 'vm']),
      ...field('082', '04', ['a', said.ddc], ['2', said.ddc ? '23' : null]),
      ...main,
      ...field('245', `${titleAdded}0`, ['a', said.title], ['b', said.subtitle], ['c', said.statementOfResponsibility]),
      ...field('250', '  ', ['a', said.edition]),
      ...field('264', ' 1', ['a', said.placeOfPublication], ['b', said.publisher], ['c', said.year]),
      ...field('300', '  ', ['a', pages > 0 ? `${pages} tr.` : null]),
      ...field('490', '0 ', ['a', words.textbookSet]),
      ...(record.withdrawn ? field('500', '  ', ['a', `Đã rút ngày ${record.withdrawn.at.slice(0, 10)}: ${record.withdrawn.reason}`]) : []),
      ...(said.aiGenerated === 'none' ? [] : field('500', '  ', ['a', said.aiGenerated === 'assisted' ? 'Có dùng trí tuệ nhân tạo hỗ trợ' : 'Do trí tuệ nhân tạo tạo ra'])),
      ...field('520', '  ', ['a', said.abstract]),
      ...words.grades.flatMap((grade) => field('521', '  ', ['a', grade])),
      ...field('521', '  ', ['a', words.readingLevel]),
      ...field('540', '  ', ['a', words.licence], ['f', record.licence]),
      ...words.subjects.flatMap((subject) => field('650', ' 4', ['a', subject])),
      ...said.keywords.flatMap((keyword) => field('653', '  ', ['a', keyword])),
      ...field('655', ' 4', ['a', words.resourceType]),
      ...added,
      ...files.flatMap(({ address, mediaType, name }) => (address === null ? [] : field('856', '40', ['u', address], ['q', mediaType], ['y', name]))),
      ...field('856', '42', ['u', said.link]),
      ...said.identifiers.flatMap(({ scheme, value }) => (scheme === 'url' ? field('856', '42', ['u', value]) : [])),
    ],
  ];
}

/** What stands around the records of one file. */
export const marcCollection = { begin: `<collection xmlns="${namespace}">\n`, end: '</collection>\n' };
