import { type CrosswalkRecord, yearIn } from './crosswalk-record.ts';
import { citedAs, isbnOf, makersOf } from './cited-as.ts';

/** A record in RIS (Research Information Systems), as reference managers take it; a value is one line. `page`: its address. */
export function ris(record: CrosswalkRecord, page: string): string {
  const { description: said, words } = record;
  const { makers, editors } = makersOf(record);
  const others = said.agents.filter(({ name, role }) => role !== 'pbl' && !makers.includes(name) && !editors.includes(name)).map(({ name }) => name);
  const doi = said.identifiers.find(({ scheme }) => scheme === 'doi')?.value;
  const lines: (readonly [string, string | null | undefined])[] = [
    ['TY', { book: 'BOOK', report: 'RPRT', other: 'GEN' }[citedAs(record)]],
    ['TI', said.subtitle ? `${said.title}: ${said.subtitle}` : said.title],
    ...makers.map((name) => ['AU', name] as const),
    ...editors.map((name) => ['ED', name] as const),
    ...others.map((name) => ['A4', name] as const),
    ['PB', said.publisher],
    ['CY', said.placeOfPublication],
    ['PY', yearIn(said.year)],
    ['ET', said.edition],
    ['T3', words.textbookSet],
    ['SN', isbnOf(record)],
    ['LA', said.languages[0]],
    ...[...words.subjects, ...said.keywords].map((keyword) => ['KW', keyword] as const),
    ['AB', said.abstract],
    ['DO', doi],
    ['UR', page],
    ['ID', record.id],
  ];
  const written = lines.flatMap(([tag, value]) => {
    const text = value?.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
    return text ? [`${tag}  - ${text}\r\n`] : [];
  });
  return `${written.join('')}ER  - \r\n`;
}
