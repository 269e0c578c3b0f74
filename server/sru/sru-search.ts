import type { HarvestView } from '../../storage/metadata/harvest-items.ts';
import type { CatalogueTable } from './catalogue-table.ts';
import { evaluateCql, hasMarks } from './cql-evaluating.ts';
import { parseCql } from './cql-parsing.ts';
import { type CqlTest, resolveCql, type SortKey, sortKeysOf } from './cql-resolving.ts';
import { both, countRows, hasRow, type RowBits, without } from './row-bits.ts';

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
  const parts = asTyped ? [both(found, asTyped), without(found, asTyped)] : [found];
  const rows = parts.flatMap((part) => inOrder(table, part, sort));
  return { total, ids: rows.slice(start - 1, start - 1 + limit).map((row) => table.ids[row]!) };
}

function inOrder(table: CatalogueTable, bits: RowBits, sort: readonly SortKey[]): number[] {
  const rows: number[] = [];
  // Much of the catalogue is picked out of all of it in order, which is kept: to sort 100,000 titles takes 0.3 s.
  const kept = sort.length < 2 && countRows(bits) > table.ids.length / 8;
  if (kept) {
    for (const row of orderOf(table, sort[0])) if (hasRow(bits, row)) rows.push(row);
    return rows;
  }
  for (let row = 0; row < table.ids.length; row++) if (hasRow(bits, row)) rows.push(row);
  return rows.sort((a, b) => bySort(table, sort, a, b));
}

const orders = new WeakMap<CatalogueTable, Map<string, Uint32Array>>();

/** All rows by one key, sorted again only when there are others. */
function orderOf(table: CatalogueTable, key: SortKey | undefined): Uint32Array {
  const known = orders.get(table) ?? new Map<string, Uint32Array>();
  orders.set(table, known);
  const name = key ? `${key.by} ${key.descending}` : '';
  let order = known.get(name);
  if (order?.length !== table.ids.length) {
    order = Uint32Array.from(table.ids.keys()).sort((a, b) => bySort(table, key ? [key] : [], a, b));
    known.set(name, order);
  }
  return order;
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
