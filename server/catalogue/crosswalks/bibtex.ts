import { foldText } from '../../../search/vietnamese/fold.ts';
import { type CrosswalkRecord, yearIn } from './crosswalk-record.ts';
import { citedAs, isbnOf, makersOf } from './cited-as.ts';

/** BibTeX counts braces with a backslash before them too, so none of what was typed may stay. */
const signs: Record<string, string> = { '\\': '\\textbackslash{}', '{': '\\textbraceleft{}', '}': '\\textbraceright{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}' };

/** Text for TeX, in UTF-8; lines become spaces. */
const escaped = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[\\{}~^#$%&_]/g, (sign) => signs[sign] ?? `\\${sign}`)
    .trim();

/** A record as one entry of BibTeX. `page`: its address. Names stand in braces: `Nguyễn Du` has no family name at its end. */
export function bibtex(record: CrosswalkRecord, page: string): string {
  const { description: said, words } = record;
  const people = (names: readonly string[]): string => names.map((name) => `{${escaped(name)}}`).join(' and ');
  const { makers, editors } = makersOf(record);
  const year = yearIn(said.year);
  const fields: (readonly [string, string | null | undefined])[] = [
    ['author', people(makers)],
    ['editor', people(editors)],
    ['title', `{${escaped(said.subtitle ? `${said.title}: ${said.subtitle}` : said.title)}}`],
    ['publisher', said.publisher && escaped(said.publisher)],
    ['address', said.placeOfPublication && escaped(said.placeOfPublication)],
    ['year', year],
    ['edition', said.edition && escaped(said.edition)],
    ['series', words.textbookSet && escaped(words.textbookSet)],
    ['isbn', isbnOf(record)],
    ['language', said.languages[0] && escaped(said.languages[0])],
    ['keywords', said.keywords.map(escaped).join(', ')],
    ['abstract', said.abstract && escaped(said.abstract)],
    ['url', escaped(page)],
  ];
  const first = foldText(makers[0] ?? editors[0] ?? '').split(' ').at(-1)!;
  const key = [first, year ?? '', foldText(said.title).split(' ')[0]!].join('').replace(/[^a-z0-9]/g, '') || 'tusach';
  const kind = { book: 'book', report: 'techreport', other: 'misc' }[citedAs(record)];
  return `@${kind}{${key},\n${fields.flatMap(([name, value]) => (value ? [`  ${name} = {${value}},\n`] : [])).join('')}}\n`;
}
