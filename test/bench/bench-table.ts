/** One figure of `npm run bench`: ours beside a peer's on the same work, and the ratio ours / peer. */
export interface BenchRow {
  name: string;
  /** In `unit`; null where it could not be measured. */
  ours: number | null;
  peer: number | null;
  /** Median over the rounds of ours / peer. */
  ratio: number | null;
  unit: string;
  /** What is aimed at, and whether this run reached it; null where it could not be told. */
  aim?: { says: string; reached: boolean | null };
  /** What the peer is, with its version, and how it was measured; or why a figure is missing. */
  note: string;
}

export interface BenchTable {
  title: string;
  rows: BenchRow[];
}

export function median(values: number[]): number {
  return percentile(values, 0.5);
}

/** The smallest value that `share` (0 to 1) of the values do not exceed. */
export function percentile(values: number[], share: number): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))]!;
}

/** Where a long bench is: on the error stream, so that the tables stay clean. */
export function progress(what: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`);
}
