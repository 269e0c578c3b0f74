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
  /** Below the names of the columns. */
  rows: string[][];
}

const mostColumns = 200;

/** Reads a table. `mapping`: what somebody has said its columns are; null: it is guessed. Throws HarvestFault source-not-known. */
export function readTable(bytes: Buffer, contentType: string | undefined, mapping: CsvMapping | null): CsvTable {
  const decoded = decodeTable(bytes, contentType);
  const text = withoutSeparatorLine(decoded);
  // A sheet that was shared no longer answers with a page for signing in.
  if (/^\s*<(!doctype|html|head|body|\?xml)/i.test(text.slice(0, 500))) throw new HarvestFault('source-not-known');
  const all = unicodeRows(csvRows(text, delimiterOf(decoded)));
  const at = headAt(all, mapping);
  const head = all[at];
  if (!head || head.length < 2 || head.length > mostColumns) throw new HarvestFault('source-not-known');
  const columns = columnNames(head);
  return { columns, mapping: mapping ?? guessMapping(columns), rows: all.slice(at + 1) };
}

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

/** Rows that have fewer cells than there are columns are how some programs write rows whose last cells are empty, where many do. */
const usualShare = 0.1;

/** What the rows say, in their order. Throws HarvestFault source-columns-gone where there is no column of titles. */
export function tellRows({ columns, mapping, rows }: CsvTable): (ToldRecord | RecordAside)[] {
  const fields = columns.map((column) => mapping[column] ?? null);
  if (!fields.includes('title')) throw new HarvestFault('source-columns-gone', { columns: columns.slice(0, 12).join(', ').slice(0, 300) });
  const shortAreUsual = rows.filter(({ length }) => length < columns.length).length > rows.length * usualShare;
  const cellsOf = (row: readonly string[]) => (field: CsvField): string[] => row.flatMap((cell, at) => (fields[at] === field && cell.trim() !== '' ? [cell.trim()] : []));
  const titles = new Map<string, Set<string>>();
  const isbnOf = (row: readonly string[]): string | null => cellsOf(row)('isbn').map((cell) => cell.replace(/[^\dXx]/g, '')).find(({ length }) => length === 13 || length === 10) ?? null;
  const titleOf = (row: readonly string[]): string => foldText([...cellsOf(row)('title'), ...cellsOf(row)('volume')].join(' '));
  for (const row of rows) {
    const isbn = isbnOf(row);
    if (isbn !== null) titles.set(isbn, (titles.get(isbn) ?? new Set()).add(titleOf(row)));
  }
  return rows.map((row): ToldRecord | RecordAside => {
    const text = (): string => columns.map((column, at) => `${column}: ${row[at] ?? ''}`).join('\n') + row.slice(columns.length).map((cell) => `\n+ ${cell}`).join('');
    const aside = (reason: RecordAside['reason'], detail = '', identifier: string | null = null): RecordAside => ({ identifier, reason, detail, text: text() });
    const uneven = row.length < columns.length ? !shortAreUsual : row.slice(columns.length).some((cell) => cell.trim() !== '');
    if (uneven) return aside('row-uneven', `${row.length} / ${columns.length}`);
    if (row.reduce((sum, cell) => sum + cell.length, 0) > longestRecord) return aside('record-too-large');
    const of = cellsOf(row);
    const isbn = isbnOf(row);
    // One number on several titles is the number of the set, or a slip: it names none of them.
    const byIsbn = isbn !== null && titles.get(isbn)!.size === 1 ? `isbn:${isbn}` : null;
    const digest = createHash('sha256').update(JSON.stringify((['title', 'people', 'year', 'volume'] as const).map((field) => foldText(of(field).join(' '))))).digest('base64url').slice(0, 24);
    const identifier = of('identifier')[0]?.slice(0, longestIdentifier) ?? byIsbn ?? `row:${digest}`;
    if (of('title').length === 0) return aside('title-missing', '', of('identifier')[0]?.slice(0, longestIdentifier) ?? byIsbn);
    return {
      ...{ identifier, datestamp: null, deleted: false, says: (terms) => fromRow(of, terms) },
      get text() {
        return text();
      },
    };
  });
}
