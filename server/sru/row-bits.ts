/** A set of rows, one bit each; all sets of one question have the same length. */
export type RowBits = Uint32Array;

export const noRows = (rows: number): RowBits => new Uint32Array((rows + 31) >>> 5);
export const hasRow = (bits: RowBits, row: number): boolean => ((bits[row >>> 5] ?? 0) & (1 << (row & 31))) !== 0;
export const addRow = (bits: RowBits, row: number): void => void (bits[row >>> 5]! |= 1 << (row & 31));
export const dropRow = (bits: RowBits, row: number): void => void (bits[row >>> 5]! &= ~(1 << (row & 31)));

const combined = (a: RowBits, b: RowBits, by: (x: number, y: number) => number): RowBits => a.map((word, at) => by(word, b[at] ?? 0));
export const both = (a: RowBits, b: RowBits): RowBits => combined(a, b, (x, y) => x & y);
export const either = (a: RowBits, b: RowBits): RowBits => combined(a, b, (x, y) => x | y);
export const without = (a: RowBits, b: RowBits): RowBits => combined(a, b, (x, y) => x & ~y);

export function countRows(bits: RowBits): number {
  let count = 0;
  for (let word of bits) {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
