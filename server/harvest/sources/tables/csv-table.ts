import { createHash } from 'node:crypto';
import { foldText } from '../../../../search/vietnamese/fold.ts';
import type { CsvField } from '../../../contract/harvest.ts';
import { convertText } from '../../../ingest/typeset/convert-text.ts';
import { HarvestFault } from '../harvest-fault.ts';
import { longestIdentifier, longestRecord, type RecordAside, type ToldRecord } from '../told-records.ts';
import { csvRows, delimiterOf, withoutSeparatorLine } from './csv-cells.ts';
import { columnNames, type CsvMapping, guessMapping, headAt } from './csv-columns.ts';
import { fromRow } from './from-row.ts';
import { decodeTable } from './decode-table.ts';

export interface CsvTable {
  columns: string[];
  mapping: CsvMapping;
  /** Below the names of the columns, in the letters of the document. */
  rows: string[][];
  /** Of rows that have fewer cells than there are columns many are how the program wrote it; else each is a row that broke. */
  shortAreUsual: boolean;
  /** Numbers that stand with several titles: each is the number of a set, or a slip, and names none of them. */
  ambiguous: ReadonlySet<string>;
}

const mostColumns = 200;
const usualShare = 0.1;
/** Rows looked at to find the names of the columns, and for the letters they are written in. */
const headRows = 60;

/**
 * Reads a table as far as it must be read at once; its rows are told in parts. `mapping`: what somebody has said its columns are; null: it is
 * guessed. Throws HarvestFault source-not-known.
 */
export function readTable(bytes: Buffer, contentType: string | undefined, mapping: CsvMapping | null): CsvTable {
  const decoded = decodeTable(bytes, contentType);
  const text = withoutSeparatorLine(decoded);
  // A sheet that was shared no longer answers with a page for signing in.
  if (/^\s*<(!doctype|html|head|body|\?xml)/i.test(text.slice(0, 500))) throw new HarvestFault('source-not-known');
  const all = csvRows(text, delimiterOf(decoded));
  const begin = unicodeRows(all.slice(0, headRows));
  const at = headAt(begin, mapping);
  const head = begin[at];
  if (!head || head.length < 2 || head.length > mostColumns) throw new HarvestFault('source-not-known');
  const columns = columnNames(head);
  const rows = all.slice(at + 1);
  const table = { columns, mapping: mapping ?? guessMapping(columns), rows, ambiguous: new Set<string>() };
  const shortAreUsual = rows.filter(({ length }) => length < columns.length).length > rows.length * usualShare;
  return { ...table, shortAreUsual, ambiguous: ambiguousIn(table) };
}

/** The first rows as they were meant. */
export const firstRows = (table: CsvTable, count: number): string[][] => unicodeRows(table.rows.slice(0, count));

/** Cells in an encoding of before Unicode as they were meant; looked at together, because a cell alone says too little. */
function unicodeRows(rows: string[][]): string[][] {
  const lines = rows.flatMap((cells) => cells.map((cell) => cell.replace(/[\r\n]+/g, '\u2028')));
  const { text, conversions } = convertText(lines.join('\n'));
  if (conversions.length === 0) return rows;
  const converted = text.split('\n');
  if (converted.length !== lines.length) return rows;
  let next = 0;
  return rows.map((cells) => cells.map(() => converted[next++]!.replaceAll('\u2028', '\n')));
}

type CellsOf = (field: CsvField) => string[];
const fieldsOf = ({ columns, mapping }: Pick<CsvTable, 'columns' | 'mapping'>): (CsvField | null)[] => columns.map((column) => mapping[column] ?? null);
const cellsIn =
  (row: readonly string[], fields: readonly (CsvField | null)[]): CellsOf =>
  (field) =>
    row.flatMap((cell, at) => (fields[at] === field && cell.trim() !== '' ? [cell.trim()] : []));
const isbnIn = (of: CellsOf): string | null =>
  of('isbn')
    .map((cell) => cell.replace(/[^\dXx]/g, ''))
    .find(({ length }) => length === 13 || length === 10) ?? null;

function ambiguousIn(table: Pick<CsvTable, 'columns' | 'mapping' | 'rows'>): Set<string> {
  const fields = fieldsOf(table);
  const titles = new Map<string, string>();
  const ambiguous = new Set<string>();
  if (!fields.includes('isbn')) return ambiguous;
  for (const row of table.rows) {
    const of = cellsIn(row, fields);
    const isbn = isbnIn(of);
    if (isbn === null) continue;
    const title = [...of('title'), ...of('volume')].join(' ');
    const before = titles.get(isbn);
    if (before === undefined) titles.set(isbn, title);
    // Folding takes time, and nearly all numbers stand once.
    else if (before !== title && foldText(before) !== foldText(title)) ambiguous.add(isbn);
  }
  return ambiguous;
}

/** What the rows from `from` to before `to` say, in their order. Throws HarvestFault source-columns-gone where no column holds the titles. */
export function tellRows(table: CsvTable, from = 0, to = table.rows.length): (ToldRecord | RecordAside)[] {
  const { columns, shortAreUsual, ambiguous } = table;
  const fields = fieldsOf(table);
  if (!fields.includes('title')) throw new HarvestFault('source-columns-gone', { columns: columns.slice(0, 12).join(', ').slice(0, 300) });
  return unicodeRows(table.rows.slice(from, to)).map((row): ToldRecord | RecordAside => {
    const text = (): string => columns.map((column, at) => `${column}: ${row[at] ?? ''}`).join('\n') + row.slice(columns.length).map((cell) => `\n+ ${cell}`).join('');
    const aside = (reason: RecordAside['reason'], detail = '', identifier: string | null = null): RecordAside => ({ identifier, reason, detail, text: text() });
    const uneven = row.length < columns.length ? !shortAreUsual : row.slice(columns.length).some((cell) => cell.trim() !== '');
    if (uneven) return aside('row-uneven', `${row.length} / ${columns.length}`);
    if (row.reduce((sum, cell) => sum + cell.length, 0) > longestRecord) return aside('record-too-large');
    const of = cellsIn(row, fields);
    const isbn = isbnIn(of);
    const own = of('identifier')[0]?.slice(0, longestIdentifier) ?? (isbn !== null && !ambiguous.has(isbn) ? `isbn:${isbn}` : null);
    if (of('title').length === 0) return aside('title-missing', '', own);
    return {
      ...{ identifier: own ?? `row:${digestOf(of)}`, datestamp: null, deleted: false, says: (terms) => fromRow(of, terms) },
      get text() {
        return text();
      },
    };
  });
}

/** Of what tells one row from another, however it is written. */
function digestOf(of: CellsOf): string {
  const told = (['title', 'people', 'year', 'volume'] as const).map((field) => foldText(of(field).join(' ')));
  return createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 24);
}
