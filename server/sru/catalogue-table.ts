import { wordsOf } from '../../search/vietnamese/fold.ts';
import type { RecordRow } from '../../storage/metadata/records.ts';
import type { HarvestView } from '../../storage/metadata/harvest-items.ts';
import { viewsOf } from '../access/audience.ts';
import { addRow, dropRow, noRows, type RowBits } from './row-bits.ts';
import type { SearchableRecord } from './searchable-values.ts';

/**
 * What can be searched of every record that others may know, in memory: the words of its values as numbers, one after the other, and for
 * each folded word the rows that hold it. A changed record gets a new row; the old one is in no view any more. Some 1.5 KB a record.
 */
export interface CatalogueTable {
  ids: string[];
  versions: number[];
  /** Years, 0: none; instants in milliseconds. */
  years: number[];
  createdAt: number[];
  updatedAt: number[];
  publishedAt: number[];
  titleKeys: string[];
  rowOf: Map<string, number>;
  views: Record<HarvestView, RowBits>;
  /** Row `r` is words[starts[r]] up to words[starts[r + 1]]; before each value stands minus its field. */
  words: Int32Array;
  starts: number[];
  /** A word with marks, as `fold tone`. */
  wordNumbers: Map<string, number>;
  /** By fold: the word without marks, -1: none. Codes are folds of their own, `=code`. */
  plainWords: number[];
  foldOfWord: number[];
  /** As it was first written, in lower case. */
  textOfWord: string[];
  foldNumbers: Map<string, number>;
  folds: string[];
  /** By fold: rows that hold it in any field, ascending. */
  rowsOfFold: number[][];
}

export const newTable = (): CatalogueTable => ({
  ids: [],
  versions: [],
  years: [],
  createdAt: [],
  updatedAt: [],
  publishedAt: [],
  titleKeys: [],
  rowOf: new Map(),
  views: { public: noRows(1), sector: noRows(1) },
  words: new Int32Array(1024),
  starts: [0],
  wordNumbers: new Map(),
  plainWords: [],
  foldOfWord: [],
  textOfWord: [],
  foldNumbers: new Map(),
  folds: [],
  rowsOfFold: [],
});

export function putRow(table: CatalogueTable, record: RecordRow, said: SearchableRecord): void {
  dropRecord(table, record.id);
  const row = table.ids.length;
  table.ids.push(record.id);
  table.versions.push(record.version);
  table.years.push(said.year ?? 0);
  table.createdAt.push(Date.parse(record.created_at));
  table.updatedAt.push(Date.parse(record.updated_at));
  table.publishedAt.push(Date.parse(record.published_at ?? record.created_at));
  table.titleKeys.push(record.title_key);
  table.rowOf.set(record.id, row);
  let at = table.starts[row]!;
  const add = (number: number): void => {
    if (at === table.words.length) {
      const longer = new Int32Array(at * 2);
      longer.set(table.words);
      table.words = longer;
    }
    table.words[at++] = number;
  };
  const addWord = (fold: string, tone: string, text: string): void => {
    const word = wordNumber(table, fold, tone, text);
    add(word);
    const rows = table.rowsOfFold[table.foldOfWord[word]!]!;
    if (rows.at(-1) !== row) rows.push(row);
  };
  for (const { field, text, code } of said.values) {
    add(-field);
    if (code) addWord(`=${text}`, `=${text}`, text);
    else for (const { fold, tone, text: word } of wordsOf(text)) addWord(fold, tone, word);
  }
  table.starts.push(at);
  for (const view of ['public', 'sector'] as const) {
    if (row >>> 5 >= table.views[view].length) {
      const longer = new Uint32Array(table.views[view].length * 2);
      longer.set(table.views[view]);
      table.views[view] = longer;
    }
  }
  for (const view of viewsOf(record)) addRow(table.views[view], row);
}

/** Unknown ids are no error. */
export function dropRecord(table: CatalogueTable, id: string): void {
  const row = table.rowOf.get(id);
  if (row === undefined) return;
  table.rowOf.delete(id);
  for (const view of ['public', 'sector'] as const) dropRow(table.views[view], row);
}

/** Undefined: no record holds it. */
export function knownWord(table: CatalogueTable, fold: string, tone: string): number | undefined {
  if (fold !== tone) return table.wordNumbers.get(`${fold} ${tone}`);
  const number = table.foldNumbers.get(fold);
  const plain = number === undefined ? -1 : table.plainWords[number]!;
  return plain < 0 ? undefined : plain;
}

function wordNumber(table: CatalogueTable, fold: string, tone: string, text: string): number {
  const known = knownWord(table, fold, tone);
  if (known !== undefined) return known;
  let number = table.foldNumbers.get(fold);
  if (number === undefined) {
    number = table.folds.length;
    table.foldNumbers.set(fold, number);
    table.folds.push(fold);
    table.rowsOfFold.push([]);
    table.plainWords.push(-1);
  }
  table.foldOfWord.push(number);
  table.textOfWord.push(text.normalize('NFC').toLowerCase());
  const word = table.foldOfWord.length - 1;
  if (fold === tone) table.plainWords[number] = word;
  else table.wordNumbers.set(`${fold} ${tone}`, word);
  return word;
}
