import { createServer, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { putAllowedHosts } from '../../server/outbound/allowed-hosts.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { header, identify, list } from '../support/told-by-others.ts';
import { until } from '../support/temporary.ts';
import { type BenchRow, median, progress } from './bench-table.ts';
import { seeded } from './search-bench-text.ts';
import { vietnameseText } from './vietnamese-text.ts';

const inPage = 200;
const rounds = 3;
const aimPerSecond = 1_000;

/**
 * What another library's catalogue costs: a provider on this machine whose pages lie ready, our web process and worker, from the click until
 * the last record is found. A library of its own for each round.
 */
export async function harvestRows({ seed, records }: { seed: number; records: number }): Promise<BenchRow[]> {
  const provider = await openPages(seed, records);
  try {
    const measured: Measured[] = [];
    // The first round warms the disk's cache and is left out.
    for (let round = -1; round < rounds; round++) {
      const one = await harvested(provider, records);
      progress(`sharing, harvest: ${(records / one.seconds).toFixed(0)}/s until found, ${(records / one.writtenIn).toFixed(0)}/s until written, ${one.cpu.toFixed(2)} ms of CPU a record`);
      if (round >= 0) measured.push(one);
    }
    const speed = median(measured.map(({ seconds }) => records / seconds));
    return [
      {
        ...{ name: `${records} records of oai_dc harvested, written and found`, ours: speed, peer: null, ratio: null, unit: 'records/s', aim: { says: `≥ ${aimPerSecond}`, reached: speed >= aimPerSecond } },
        note: `pages of ${inPage}; written at ${median(measured.map(({ writtenIn }) => records / writtenIn)).toFixed(0)}/s; ${median(measured.map(({ cpu }) => cpu)).toFixed(2)} ms of CPU a record in the worker`,
      },
    ];
  } finally {
    await new Promise((resolve) => provider.server.close(resolve));
  }
}

interface Measured {
  seconds: number;
  /** Seconds until all rows were there. */
  writtenIn: number;
  /** Milliseconds of CPU of the worker, a record. */
  cpu: number;
}

async function harvested(provider: Pages, records: number): Promise<Measured> {
  const fleet: Fleet = await openFleet();
  try {
    const { metadata } = fleet.storage;
    await putAllowedHosts(metadata.queries, [provider.host]);
    const [web, worker] = [await fleet.start('web'), await fleet.start('worker')];
    const librarian = await fleet.librarian(web.url);
    const made = await librarian.post('/api/harvest/sources', { address: `http://${provider.host}/oai`, set: null, format: 'oai_dc', scope: 'public', schedule: 'hand' });
    if (made.status !== 201) throw new Error(made.text);
    const before = cpuMsOf(worker.pid);
    const from = performance.now();
    await librarian.post(`/api/harvest/sources/${made.body.id}/run`, { whole: true });
    await until('the run has ended', async () => (await metadata.queries.selectFrom('harvest_runs').select('state').executeTakeFirst())?.state === 'done', 600);
    const writtenIn = (performance.now() - from) / 1000;
    await until('all is found', async () => (await librarian.get('/api/search?size=1')).body.total === records, 600);
    return { seconds: (performance.now() - from) / 1000, writtenIn, cpu: (cpuMsOf(worker.pid) - before) / records };
  } finally {
    await fleet.close();
  }
}

interface Pages {
  host: string;
  server: Server;
}

/** A list as a school's repository tells it: eleven elements of Dublin Core a record, 1.2 KB. */
async function openPages(seed: number, records: number): Promise<Pages> {
  const random = seeded(seed);
  const { next: text } = vietnameseText(seed);
  const pick = (of: readonly string[]): string => of[Math.floor(random() * of.length)]!;
  const pages: Buffer[] = [];
  for (let first = 0; first < records; first += inPage) {
    const some = Array.from({ length: Math.min(inPage, records - first) }, (_, place) => record(first + place, text, pick));
    const next = first + inPage;
    pages.push(Buffer.from(list(some, next < records ? String(next / inPage) : null, ` completeListSize="${records}" cursor="${first}"`)));
  }
  const server = createServer((request, response) => {
    const asked = new URL(request.url!, 'http://x').searchParams;
    response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' });
    response.end(asked.get('verb') === 'Identify' ? identify() : pages[Number(asked.get('resumptionToken') ?? 0)]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function record(at: number, text: (words: number) => string, pick: (of: readonly string[]) => string): string {
  const told: [string, string][] = [
    ['title', `${text(6)} ${at}`],
    ['creator', `Nguyễn ${text(2)}`],
    ['contributor', `Trần ${text(2)}`],
    ['subject', pick(['Toán', 'Ngữ văn', 'Tin học', 'Lịch sử'])],
    ['subject', text(2)],
    ['description', text(40)],
    ['publisher', 'NXB Giáo dục Việt Nam'],
    ['date', String(1980 + (at % 46))],
    ['identifier', `https://thuvien.example/handle/${at}`],
    ['language', 'vi'],
    ['rights', 'https://creativecommons.org/licenses/by/4.0/'],
  ];
  const elements = told.map(([name, value]) => `<dc:${name}>${value}</dc:${name}>`).join('');
  return `<record>${header(`oai:thuvien.example:${at}`)}<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">${elements}</oai_dc:dc></metadata></record>`;
}

/** Milliseconds of CPU that the process has used, in all its threads, to a hundredth of a second. */
function cpuMsOf(pid: number): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13).map(Number) as [number, number];
  return (user + system) * 10;
}
