import type { BenchRow, BenchTable } from './bench-table.ts';
import { progress } from './bench-table.ts';
import { buildRows, pagesRows } from './search-pages-bench.ts';
import { busyRows } from './search-busy-bench.ts';
import { knownRows, sampleRows, variantsRows } from './search-known-bench.ts';
import { millionRows } from './search-million-bench.ts';

export interface SearchBenchOptions {
  seed: number;
  /** Parts by name; empty: all of them. */
  parts: string[];
  /** Pages of the part `pages`; null: 50,000 and 200,000. */
  pages: number | null;
  /** Records of the part `million`. */
  records: number;
  /** Print what was not found first. */
  misses: boolean;
}

const parts: Record<string, (options: SearchBenchOptions) => Promise<BenchRow[]>> = {
  sample: sampleRows,
  known: knownRows,
  variants: variantsRows,
  pages: async ({ seed, pages }) => {
    const rows: BenchRow[] = [];
    for (const count of pages === null ? [50_000, 200_000] : [pages]) rows.push(...(await pagesRows({ seed, pages: count })));
    return rows;
  },
  million: ({ seed, records }) => millionRows({ seed, records }),
  build: ({ seed, pages }) => buildRows({ seed, pages: pages ?? 50_000 }),
  busy: busyRows,
};

export async function searchBench(options: SearchBenchOptions): Promise<BenchTable> {
  const rows: BenchRow[] = [];
  for (const name of options.parts.length > 0 ? options.parts : Object.keys(parts)) {
    const part = parts[name];
    if (!part) throw new Error(`no such part: ${name}; there are ${Object.keys(parts).join(', ')}`);
    progress(`search, ${name}`);
    rows.push(...(await part(options)));
  }
  return { title: `search, seed ${options.seed}`, rows };
}
