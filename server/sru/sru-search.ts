import type { HarvestView } from '../../storage/metadata/harvest-items.ts';
import type { CatalogueTable } from './catalogue-table.ts';
import { evaluateCql, hasMarks } from './cql-evaluating.ts';
import { parseCql } from './cql-parsing.ts';
import { type CqlTest, resolveCql, type SortKey, sortKeysOf } from './cql-resolving.ts';
import { countRows, hasRow, type RowBits } from './row-bits.ts';

export interface SruQuestion {
  test: CqlTest;
  sort: SortKey[];
}

/** What is asked, checked whole before any record is looked at. `sortBy`: keys beside the query, which hold where it has none itself. Throws SruDiagnostic. */
export function readQuestion(query: string, sortBy: string): SruQuestion {
  const { root, sort } = parseCql(query);
  const keys = sort.length > 0 || sortBy === '' ? sort : parseCql(`cql.allRecords = 1 sortby ${sortBy}`).sort;
  return { test: resolveCql(root), sort: sortKeysOf(keys) };
}

export interface SruFound {
  total: number;
  /** Record ids of the part that was asked for. */
  ids: string[];
}

/**
 * The part of what is found that begins at `start` (from 1). Unless sorted: what bears the marks as typed first, and in the order in
 * which it was published, so that what is published while somebody pages comes at the end. Throws SruDiagnostic 47.
 */
export async function findRecords(table: CatalogueTable, view: HarvestView, { test, sort }: SruQuestion, start: number, limit: number): Promise<SruFound> {
  const found = await evaluateCql(table, view, test, false);
  const total = countRows(found);
  if (limit === 0 || start > total) return { total, ids: [] };
  const asTyped = sort.length === 0 && hasMarks(test) ? await evaluateCql(table, view, test, true) : null;
  const rows = rowsOf(found, table.ids.length).sort((a, b) => (asTyped ? Number(hasRow(asTyped, b)) - Number(hasRow(asTyped, a)) : 0) || bySort(table, sort, a, b));
  return { total, ids: rows.slice(start - 1, start - 1 + limit).map((row) => table.ids[row]!) };
}

function rowsOf(bits: RowBits, rows: number): number[] {
  const found: number[] = [];
  for (let row = 0; row < rows; row++) if (hasRow(bits, row)) found.push(row);
  return found;
}

function bySort(table: CatalogueTable, sort: readonly SortKey[], a: number, b: number): number {
  for (const { by, descending } of sort) {
    const order = by === 'title' ? compare(table.titleKeys[a]!, table.titleKeys[b]!) : table[by][a]! - table[by][b]!;
    // Without a year last, whichever way.
    if (by === 'years' && (table.years[a] === 0) !== (table.years[b] === 0)) return table.years[a] === 0 ? 1 : -1;
    if (order !== 0) return descending ? -order : order;
  }
  return table.publishedAt[a]! - table.publishedAt[b]! || compare(table.ids[a]!, table.ids[b]!);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
