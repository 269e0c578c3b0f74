import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchRow, BenchTable } from './bench-table.ts';
import { bytesBench } from './bytes-bench.ts';
import { ingestBench } from './ingest-bench.ts';
import { journeyBench } from './journey-bench.ts';
import { ocrBench } from './ocr-bench.ts';
import { readersBench } from './readers-bench.ts';
import { searchBench } from './search-bench.ts';
import { harvestRows } from './sharing-harvest-bench.ts';

/**
 * npm run bench -- [ingest] [ocr] [search] [known] [readers] [bytes] [journey] [sharing] [--seed N] [--pages N] [--misses] [--json]
 * Figures are medians of alternating rounds on this machine; only the ratios mean something elsewhere.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    part: { type: 'string', multiple: true, default: [] },
    pages: { type: 'string' },
    records: { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
  },
});

const benches: Record<string, () => Promise<BenchTable>> = {
  search: () =>
    searchBench({
      seed: Number(values.seed),
      parts: values.part,
      pages: values.pages === undefined ? null : Number(values.pages),
      records: Number(values.records),
      misses: values.misses,
    }),
  ingest: () => ingestBench(),
  ocr: () => ocrBench({ seed: Number(values.seed) }),
  readers: () => readersBench(),
  bytes: () => bytesBench({ seed: Number(values.seed) }),
  journey: () => journeyBench(),
  sharing: async () => ({
    title: `sharing, seed ${values.seed}`,
    rows: [
      ...(await harvestRows({ seed: Number(values.seed), records: 20_000 })),
    ],
  }),
};

const names = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = names.filter((name) => !benches[name]);
if (unknown.length > 0) {
  process.stderr.write(`no such bench: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}

const figure = (value: number | null): string => (value === null ? '–' : value >= 100 ? value.toFixed(0) : value.toPrecision(3));

const reached = ({ aim }: BenchRow): string => (aim ? (aim.reached === null ? 'not known' : aim.reached ? 'yes' : 'no') : '–');

const tables: BenchTable[] = [];
for (const name of names) tables.push(await benches[name]!());
if (values.json) process.stdout.write(`${JSON.stringify({ date: new Date().toISOString(), node: process.version, cores: cpus().length, tables })}\n`);
else {
  process.stdout.write(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), seed ${values.seed}\n`);
  for (const table of tables) {
    process.stdout.write(`\n## ${table.title}\n\n| what | ours | peer | ratio | unit | aim | reached | note |\n|---|---|---|---|---|---|---|---|\n`);
    for (const row of table.rows)
      process.stdout.write(`| ${row.name} | ${figure(row.ours)} | ${figure(row.peer)} | ${figure(row.ratio)} | ${row.unit} | ${row.aim?.says ?? '–'} | ${reached(row)} | ${row.note} |\n`);
  }
}
