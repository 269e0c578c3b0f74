import { foldText } from '../../../../search/vietnamese/fold.ts';
import type { CsvField } from '../../../contract/harvest.ts';
import { roleIn } from '../from-marc.ts';
import { plainText } from '../plain-text.ts';
import { add, clipped, nothingSaid, type SaidDescription, sayAgent, sayIdentifier, sayLink, sayPlace, sayTopic, yearSaid } from '../said-description.ts';
import type { TermWords } from '../term-words.ts';

/** Several people in one cell. A comma divides them only where each has two words: `Nguyễn, Văn An` is one. */
const parted = (cell: string): string[] =>
  cell.split(/\s*[;|\n]\s*/).flatMap((part) => {
    const names = part.split(/\s*,\s*/).filter(Boolean);
    return names.every((name) => name.includes(' ')) ? names : [part];
  });

const listed = (cells: readonly string[]): string[] => cells.flatMap((cell) => cell.split(/\s*[;,|\n]\s*/).filter(Boolean));

/** `6`, `6, 7`, `Khối 6`: the words of a grade of ours. */
const gradeWords = (text: string): string => (/^\d{1,2}$/.test(text) ? `Lớp ${Number(text)}` : text.replace(/^khối\s+/i, 'Lớp '));

/** `Hà Huy Khoái (Tổng chủ biên)`, `Người dịch: Lê Hà`: a name and what they did. */
function sayPerson(said: SaidDescription, text: string, role: string): void {
  const name = text.replace(/^[^:()]{3,30}:\s*/, '').replace(/\s*\([^()]*\)\s*$/, '');
  const around = text.slice(0, text.length - name.length) + text.slice(text.indexOf(name) + name.length);
  sayAgent(said, name || text, roleIn(around) ?? role);
}

/** A row of a table as a description; `of`: cells of a field that are not empty. */
export function fromRow(of: (field: CsvField) => string[], terms: TermWords): SaidDescription {
  const said = nothingSaid();
  const one = (field: CsvField): string | null => of(field)[0] ?? null;
  const title = clipped(one('title'), 450);
  const volume = one('volume');
  const part = volume === null ? null : /^[\dIVX]+$/i.test(volume) ? `Tập ${volume}` : volume;
  // Unless the title says it already.
  said.title = title !== null && part !== null && !` ${foldText(title)} `.includes(` ${foldText(part)} `) ? clipped(`${title}. ${part}`, 500) : title;
  said.subtitle = clipped(one('subtitle'), 500);
  for (const name of of('people').flatMap(parted)) sayPerson(said, name, 'aut');
  for (const name of of('contributors').flatMap(parted)) sayPerson(said, name, 'ctb');
  said.publisher = clipped(one('publisher'), 300);
  said.placeOfPublication = clipped(one('place'), 200);
  // Sheets make numbers of years: 2021.0
  said.year = yearSaid(one('year')?.replace(/^(\d{4})\.0+$/, '$1') ?? null);
  said.edition = clipped(one('edition'), 200);
  // 9,78604E+12: what a sheet leaves of a number too long for it is no number any more.
  for (const cell of listed(of('isbn'))) if (!/\de\+?\d/i.test(cell)) sayIdentifier(said, cell);
  for (const word of listed(of('subject'))) sayTopic(said, terms, word);
  for (const word of listed(of('grade'))) if (!sayPlace(said, terms, gradeWords(word))) sayTopic(said, terms, word);
  for (const word of [...of('type'), ...of('set')]) if (!sayPlace(said, terms, word)) sayTopic(said, terms, word);
  for (const word of listed(of('keywords'))) sayTopic(said, terms, word);
  said.ddc ??= clipped(one('ddc'), 40);
  for (const word of listed(of('language'))) {
    const code = terms.language(word);
    if (code !== null) add(said.languages, code, 10);
  }
  said.abstract = clipped(of('abstract').map(plainText).join('\n'), 5000, true);
  for (const cell of of('link')) for (const address of cell.split(/[\s;|]+/)) sayLink(said, address);
  for (const cell of of('licence')) said.licence ??= terms.licence(cell);
  return said;
}
