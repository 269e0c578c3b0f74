import { foldText } from '../../../../search/vietnamese/fold.ts';
import { type CsvField, csvFields } from '../../../contract/harvest.ts';

/** What the columns of a table are, by their names; those that are nothing here are null. */
export type CsvMapping = Record<string, CsvField | null>;

/** Names of columns as catalogues of schools have them, folded; a name is known when it is one of these, or begins with one. */
const names: Record<CsvField, readonly string[]> = {
  identifier: ['ma', 'ma so', 'ma tai lieu', 'ma sach', 'ma bieu ghi', 'so dkcb', 'dkcb', 'id', 'identifier', 'record id', 'biblionumber', 'code', 'so dang ki', 'so dang ki ca biet'],
  title: ['nhan de', 'ten sach', 'ten tai lieu', 'tua de', 'tieu de', 'ten an pham', 'title', 'ten bai', 'ten hoc lieu', 'nhan de chinh', 'ten'],
  subtitle: ['phu de', 'nhan de phu', 'subtitle', 'ten phu', 'thong tin khac'],
  volume: ['tap', 'tap so', 'so tap', 'volume', 'vol', 'phan'],
  people: ['tac gia', 'nguoi viet', 'author', 'authors', 'creator', 'tac gia chinh', 'chu bien', 'nguoi soan', 'giao vien'],
  contributors: ['tac gia phu', 'dong tac gia', 'nguoi dich', 'dich gia', 'contributor', 'contributors', 'tham gia'],
  publisher: ['nxb', 'nha xuat ban', 'publisher', 'don vi xuat ban'],
  place: ['noi xuat ban', 'noi xb', 'place', 'place of publication'],
  year: ['nam', 'nam xb', 'nam xuat ban', 'year', 'date', 'publication year', 'ngay xuat ban'],
  edition: ['lan xuat ban', 'lan tai ban', 'edition', 'tai ban'],
  isbn: ['isbn', 'issn', 'so isbn', 'isbn 13', 'ma isbn'],
  subject: ['mon', 'mon hoc', 'subject', 'linh vuc'],
  grade: ['lop', 'khoi', 'khoi lop', 'grade', 'cap hoc'],
  type: ['loai', 'loai tai lieu', 'loai sach', 'loai hoc lieu', 'the loai', 'type', 'dang tai lieu'],
  set: ['bo sach', 'bo', 'textbook set', 'series', 'tung thu'],
  keywords: ['tu khoa', 'chu de', 'keyword', 'keywords', 'tags', 'subjects', 'de muc'],
  ddc: ['ddc', 'phan loai', 'ki hieu phan loai', 'chi so phan loai', 'dewey', 'classification'],
  language: ['ngon ngu', 'tieng', 'language', 'languages'],
  abstract: ['tom tat', 'mo ta', 'gioi thieu', 'noi dung', 'abstract', 'summary', 'description'],
  link: ['lien ket', 'duong dan', 'dia chi', 'link', 'url', 'dia chi tep', 'tep', 'website', 'address'],
  licence: ['giay phep', 'ban quyen', 'licence', 'license', 'rights', 'quyen'],
};

const known = new Map<string, CsvField>();
for (const field of csvFields) for (const name of names[field]) if (!known.has(name)) known.set(name, field);

/** What a column is by its name; null: nobody can say. `Tên sách (*)` and `Năm XB:` are known too. */
export function fieldNamed(name: string): CsvField | null {
  const folded = foldText(name);
  const whole = known.get(folded);
  if (whole) return whole;
  const longest = [...known.keys()].filter((one) => one.includes(' ') && folded.startsWith(`${one} `)).sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? null : known.get(longest)!;
}

/** Names of the columns, each its own: a second of a name is `Tác giả (2)`, one without a name `(3)`. */
export function columnNames(cells: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return cells.map((cell, at) => {
    const name = cell.replace(/\s+/g, ' ').trim().slice(0, 100) || `(${at + 1})`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

/** What is guessed of the columns; a field that holds one thing has one column, the first. */
export function guessMapping(columns: readonly string[]): CsvMapping {
  const taken = new Set<CsvField>();
  return Object.fromEntries(
    columns.map((column) => {
      const field = fieldNamed(column.replace(/ \(\d+\)$/, ''));
      if (field === null || (taken.has(field) && !several.has(field))) return [column, null];
      taken.add(field);
      return [column, field];
    }),
  );
}

/** Fields that several columns may fill. */
const several: ReadonlySet<CsvField> = new Set<CsvField>(['people', 'contributors', 'subject', 'grade', 'keywords', 'isbn', 'link', 'abstract', 'language']);

/** Rows before the names of the columns: the name of the school, of the list. */
const mostBefore = 15;

/** Where the names of the columns stand: the row with most names that are known, or in the mapping; else the first with more than one cell. */
export function headAt(rows: readonly (readonly string[])[], mapping: CsvMapping | null): number {
  const points = rows.slice(0, mostBefore).map((cells) => {
    const columns = columnNames(cells);
    if (mapping) return columns.filter((column) => Object.hasOwn(mapping, column)).length;
    return new Set(columns.map(fieldNamed).filter((field) => field !== null)).size;
  });
  const most = Math.max(0, ...points);
  if (most >= 2 || (mapping && most > 0)) return points.indexOf(most);
  const first = rows.findIndex((cells) => cells.filter((cell) => cell.trim() !== '').length > 1);
  return Math.max(0, first);
}
