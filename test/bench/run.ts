import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchTable } from './bench-table.ts';
import { bytesBench } from './bytes-bench.ts';
import { ingestBench } from './ingest-bench.ts';
import { journeyBench } from './journey-bench.ts';
import { knownBench } from './known-bench.ts';
import { ocrBench } from './ocr-bench.ts';
import { readersBench } from './readers-bench.ts';
import { searchBench } from './search-bench.ts';

/**
 * npm run bench -- [ingest] [ocr] [search] [known] [readers] [bytes] [journey] [--seed N] [--pages N] [--misses] [--json]
 * Figures are medians of alternating rounds on this machine; only the ratios mean something elsewhere.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, pages: { type: 'string', default: '50000' }, json: { type: 'boolean', default: false }, misses: { type: 'boolean', default: false } },
});

const benches: Record<string, () => Promise<BenchTable>> = {
  search: () => searchBench({ seed: Number(values.seed), pages: Number(values.pages) }),
  known: () => knownBench({ seed: Number(values.seed), misses: values.misses }),
  ingest: () => ingestBench(),
  ocr: () => ocrBench({ seed: Number(values.seed) }),
  readers: () => readersBench(),
  bytes: () => bytesBench({ seed: Number(values.seed) }),
  journey: () => journeyBench(),
};

const names = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = names.filter((name) => !benches[name]);
if (unknown.length > 0) {
  process.stderr.write(`no such bench: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}

const figure = (value: number | null): string => (value === null ? '–' : value >= 100 ? value.toFixed(0) : value.toPrecision(3));

const tables: BenchTable[] = [];
for (const name of names) tables.push(await benches[name]!());
if (values.json) process.stdout.write(`${JSON.stringify({ date: new Date().toISOString(), node: process.version, cores: cpus().length, tables })}\n`);
else {
  process.stdout.write(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), seed ${values.seed}\n`);
  for (const table of tables) {
    process.stdout.write(`\n## ${table.title}\n\n| what | ours | peer | ratio | unit | note |\n|---|---|---|---|---|---|\n`);
    for (const row of table.rows)
      process.stdout.write(`| ${row.name} | ${figure(row.ours)} | ${figure(row.peer)} | ${figure(row.ratio)} | ${row.unit} | ${row.note} |\n`);
  }
}
