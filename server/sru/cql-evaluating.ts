import type { HarvestView } from '../../storage/metadata/harvest-items.ts';
import { type CatalogueTable, knownWord } from './catalogue-table.ts';
import type { CqlTest } from './cql-resolving.ts';
import { maskMatches, type TermWord } from './cql-terms.ts';
import { addRow, both, either, hasRow, noRows, type RowBits, without } from './row-bits.ts';
import { SruDiagnostic } from './sru-diagnostic.ts';
import { fields as knownFields } from './sru-indexes.ts';

/** Work of its own that one question may take. Of 100,000 records a word takes 1 to 80 ms, a clause of masks up to 300. */
const mostMs = 1_000;
/** After so long others have their turn. */
const atOnceMs = 10;

/** Rows of a view that fulfil the test. `asTyped`: words that were typed with marks bear them. Throws SruDiagnostic 47 when it takes too long. */
export async function evaluateCql(table: CatalogueTable, view: HarvestView, test: CqlTest, asTyped: boolean): Promise<RowBits> {
  const rows = table.ids.length;
  // A copy: rows that come meanwhile are in no answer, and those that go are looked at again before they are shown.
  const universe = both(noRows(rows).fill(-1), table.views[view]);
  let turn = performance.now();
  let spent = 0;
  const known = new Map<string, RowBits>();

  async function of(part: CqlTest, marks: boolean): Promise<RowBits> {
    switch (part.kind) {
      case 'everything':
        return universe;
      case 'and': {
        const left = await of(part.left, marks);
        return both(left, await of(part.right, marks));
      }
      case 'or': {
        const left = await of(part.left, marks);
        return either(left, await of(part.right, marks));
      }
      case 'not': {
        const left = await of(part.left, marks);
        return without(left, await of(part.right, false));
      }
      case 'other':
        return without(universe, await of(part.than, false));
    }
    const key = JSON.stringify([part, marks]);
    const same = known.get(key);
    if (same) return same;
    const since = performance.now() - turn;
    if (spent + since > mostMs) throw new SruDiagnostic(47, 'it takes too long');
    if (since > atOnceMs) {
      spent += since;
      await new Promise(setImmediate);
      turn = performance.now();
    }
    const found = noRows(rows);
    if (part.kind === 'words') findWords(table, universe, part, marks || part.marks, found);
    else if (part.kind === 'codes') findCodes(table, universe, part, found);
    else findNumbers(table, universe, part, found);
    known.set(key, found);
    return found;
  }
  return of(test, asTyped);
}

/** Whether any word of the query was typed with marks, so that records which bear them come first. */
export function hasMarks(test: CqlTest): boolean {
  if (test.kind === 'and' || test.kind === 'or') return hasMarks(test.left) || hasMarks(test.right);
  if (test.kind === 'not') return hasMarks(test.left);
  return test.kind === 'words' && test.words.some(({ marked }) => marked);
}

function findNumbers(table: CatalogueTable, universe: RowBits, { of, ranges }: Extract<CqlTest, { kind: 'numbers' }>, found: RowBits): void {
  const numbers = table[of];
  for (let row = 0; row < table.ids.length; row++) {
    const number = numbers[row]!;
    // No year is before none.
    if (number === 0 && of === 'years') continue;
    if (hasRow(universe, row) && ranges.some(([from, to]) => number >= from && number <= to)) addRow(found, row);
  }
}

const recordIdField = knownFields.recordId;

function findCodes(table: CatalogueTable, universe: RowBits, { fields, codes }: Extract<CqlTest, { kind: 'codes' }>, found: RowBits): void {
  for (const { text, masked } of codes) {
    // Ids of records are no words: each would be one of its own.
    const own = (fields & recordIdField) !== 0 && !masked ? table.rowOf.get(text) : undefined;
    if (own !== undefined && hasRow(universe, own)) addRow(found, own);
    const folds = masked ? foldsLike(table, `=${text}`) : knownFold(table, `=${text}`);
    for (const fold of folds) for (const row of table.rowsOfFold[fold]!) if (hasRow(universe, row) && !hasRow(found, row) && holdsCode(table, row, fields, fold)) addRow(found, row);
  }
}

const knownFold = (table: CatalogueTable, fold: string): number[] => {
  const number = table.foldNumbers.get(fold);
  return number === undefined ? [] : [number];
};

/** Folds that a mask stands for; codes begin with =, which no word does. */
function foldsLike(table: CatalogueTable, mask: string): number[] {
  const found: number[] = [];
  for (let fold = 0; fold < table.folds.length; fold++) {
    const text = table.folds[fold]!;
    if (maskMatches(mask, text) && (mask[0] === '=') === (text[0] === '=')) found.push(fold);
    // `ly*` stands for lý too, which is folded as lí is.
    else if (text.length === 2 && text[1] === 'i' && 'hklmst'.includes(text[0]!) && maskMatches(mask, `${text[0]}y`)) found.push(fold);
  }
  return found;
}

function holdsCode(table: CatalogueTable, row: number, fields: number, fold: number): boolean {
  const { words, starts, foldOfWord } = table;
  let within = false;
  for (let at = starts[row]!; at < starts[row + 1]!; at++) {
    const word = words[at]!;
    if (word < 0) within = (-word & fields) !== 0;
    else if (within && foldOfWord[word] === fold) return true;
  }
  return false;
}

/** How a word of the term is recognised: by a fold, by one of several, by its number with marks; `any`: by whatever stands there. */
interface Wanted {
  is(word: number): boolean;
  first: boolean;
  last: boolean;
  /** Rows that may hold it, as often as it has folds; null: all. */
  rows: readonly number[][] | null;
  size: number;
}

function wantedOf(table: CatalogueTable, { fold, tone, mask, marked, first, last }: TermWord, marks: boolean, strict: boolean): Wanted {
  const rowsOf = (folds: readonly number[]) => folds.map((one) => table.rowsOfFold[one]!);
  const sized = (folds: readonly number[], is: Wanted['is']): Wanted => {
    const rows = rowsOf(folds);
    return { is, first, last, rows, size: rows.reduce((sum, { length }) => sum + length, 0) };
  };
  if (mask !== null) {
    if (/^\*+$/.test(mask)) return { is: () => true, first, last, rows: null, size: Infinity };
    const folds = foldsLike(table, mask);
    const chosen = new Uint8Array(table.folds.length);
    for (const one of folds) chosen[one] = 1;
    return sized(folds, (word) => chosen[table.foldOfWord[word]!] === 1);
  }
  const folds = knownFold(table, fold);
  if (marks && (marked || strict)) {
    const number = knownWord(table, fold, tone);
    return sized(number === undefined ? [] : folds, (word) => word === number);
  }
  return sized(folds, (word) => table.foldOfWord[word] === folds[0]);
}

function findWords(table: CatalogueTable, universe: RowBits, test: Extract<CqlTest, { kind: 'words' }>, marks: boolean, found: RowBits): void {
  if (test.words.length === 0) return;
  const wanted = test.words.map((word) => wantedOf(table, word, marks, test.marks));
  const holds = test.by === 'all' || test.by === 'any' ? (row: number) => holdsWords(table, row, test, wanted) : (row: number) => holdsPhrase(table, row, test, wanted);
  const consider = (row: number): void => {
    if (hasRow(universe, row) && holds(row)) addRow(found, row);
  };
  const rarest = wanted.reduce((a, b) => (b.size < a.size ? b : a));
  // Any word will do, so every row of every word; else the rows of the one that the fewest hold.
  const lists = test.by === 'any' ? wanted.map(({ rows }) => rows) : [rarest.rows];
  if (lists.includes(null)) {
    for (let row = 0; row < table.ids.length; row++) consider(row);
    return;
  }
  // A mask has many words, and a row many of them: it is looked at once.
  const seen = noRows(table.ids.length);
  for (const rows of lists)
    for (const some of rows!)
      for (const row of some) {
        if (hasRow(seen, row)) continue;
        addRow(seen, row);
        consider(row);
      }
}

function holdsWords(table: CatalogueTable, row: number, { fields, by }: { fields: number; by: string }, wanted: readonly Wanted[]): boolean {
  const { words, starts } = table;
  const end = starts[row + 1]!;
  let missing = wanted.length === 32 ? -1 : (1 << wanted.length) - 1;
  let within = false;
  for (let at = starts[row]!; at < end; at++) {
    const word = words[at]!;
    if (word < 0) within = (-word & fields) !== 0;
    else if (within)
      for (let place = 0; place < wanted.length; place++) {
        const one = wanted[place]!;
        if (!one.is(word) || (one.first && words[at - 1]! >= 0) || (one.last && at + 1 < end && words[at + 1]! >= 0)) continue;
        if (by === 'any') return true;
        missing &= ~(1 << place);
        if (missing === 0) return true;
      }
  }
  return false;
}

function holdsPhrase(table: CatalogueTable, row: number, { fields, by }: { fields: number; by: string }, wanted: readonly Wanted[]): boolean {
  const { words, starts } = table;
  const end = starts[row + 1]!;
  const whole = by === 'whole';
  const first = whole || wanted[0]!.first;
  const last = whole || wanted.at(-1)!.last;
  let within = false;
  for (let at = starts[row]!; at + wanted.length <= end; at++) {
    const word = words[at]!;
    if (word < 0) {
      within = (-word & fields) !== 0;
      continue;
    }
    if (!within || (first && words[at - 1]! >= 0)) continue;
    let place = 0;
    while (place < wanted.length && words[at + place]! >= 0 && wanted[place]!.is(words[at + place]!)) place++;
    if (place === wanted.length && (!last || at + place === end || words[at + place]! < 0)) return true;
  }
  return false;
}
