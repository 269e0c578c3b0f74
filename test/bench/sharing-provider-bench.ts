import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Fleet, type Member, openFleet } from '../support/fleet.ts';
import { fillPublished } from '../support/published-records.ts';
import { type BenchRow, median, percentile, progress } from './bench-table.ts';

const unpacked = promisify(gunzip);
const rounds = 3;
const visits = 15;
const aimPerSecond = 20_000;
const aimRatio = 1.2;

/**
 * What a harvester sees of the provider: a web process of its own on a library of public records, everything asked by resumption tokens over
 * one connection that is kept. The client takes the bytes, unpacks them where they are packed, and counts records; it shares the machine.
 */
export async function providerRows({ seed, records }: { seed: number; records: number }): Promise<BenchRow[]> {
  const fleet = await openFleet();
  try {
    progress(`sharing, ${records} records`);
    await fillPublished(fleet.storage, { records, seed });
    return await measured(fleet, await fleet.start('web'), records);
  } finally {
    await fleet.close();
  }
}

async function measured(fleet: Fleet, web: Member, records: number): Promise<BenchRow[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const harvester: Harvester = { url: web.url, agent };
  const rows: BenchRow[] = [];
  const memoryBefore = memoryOf(web.pid);
  let peak = memoryBefore;
  const watch = setInterval(() => (peak = Math.max(peak, memoryOf(web.pid))), 100);
  try {
    for (const [prefix, packed] of [['oai_dc', false], ['oai_dc', true], ['marcxml', true]] as const) {
      const speeds: number[] = [];
      const busy: number[] = [];
      let last: Harvest | null = null;
      // The first round warms both sides.
      for (let round = -1; round < rounds; round++) {
        const before = cpuMsOf(web.pid);
        last = await harvest(harvester, prefix, packed);
        if (last.records !== records) throw new Error(`${last.records} records of ${records} came by ${prefix}`);
        progress(`sharing, ${prefix}${packed ? ', gzip' : ''}: ${(records / last.seconds).toFixed(0)}/s`);
        if (round >= 0) speeds.push(records / last.seconds);
        if (round >= 0) busy.push(((cpuMsOf(web.pid) - before) * 1000) / records);
      }
      const speed = median(speeds);
      rows.push({
        ...{ name: `${records} records by ${prefix}${packed ? ', packed' : ''}`, ours: speed, peer: null, ratio: null, unit: 'records/s' },
        ...(prefix === 'oai_dc' ? { aim: { says: `≥ ${aimPerSecond}`, reached: speed >= aimPerSecond } } : {}),
        note: `${last!.pages} answers, ${(last!.bytes / 1e6).toFixed(0)} MB on the line; ${rounds} rounds, slowest ${percentile(speeds, 0).toFixed(0)}; ${median(busy).toFixed(0)} µs of CPU a record in the process that answers`,
      });
      if (prefix === 'oai_dc') rows.push(await firstAndLast(harvester, packed, last!));
    }
  } finally {
    clearInterval(watch);
    agent.destroy();
  }
  rows.push({ name: 'memory of the process that answers, most of the time above', ours: peak, peer: memoryBefore, ratio: peak / memoryBefore, unit: 'MB', note: 'peer: the same process before the first request; VmRSS' });
  return rows;
}

/** The first answer of a list and its last full one, in turn. */
async function firstAndLast(harvester: Harvester, packed: boolean, { tokens }: Harvest): Promise<BenchRow> {
  const last = `verb=ListRecords&resumptionToken=${encodeURIComponent(tokens.at(-1)!)}`;
  const times: [number[], number[]] = [[], []];
  for (let visit = -3; visit < visits; visit++) {
    for (const [at, query] of ['verb=ListRecords&metadataPrefix=oai_dc', last].entries()) {
      const from = performance.now();
      await ask(harvester, query, packed);
      if (visit >= 0) times[at]!.push(performance.now() - from);
    }
  }
  const [first, end] = times.map(median) as [number, number];
  return {
    ...{ name: `the last answer beside the first${packed ? ', packed' : ''}`, ours: end, peer: first, ratio: end / first, unit: 'ms' },
    ...{ aim: { says: `≤ ${aimRatio}`, reached: end / first <= aimRatio }, note: `medians of ${visits} visits in turn` },
  };
}

interface Harvester {
  url: string;
  agent: Agent;
}
interface Harvest {
  records: number;
  pages: number;
  bytes: number;
  seconds: number;
  /** Of the answers after the first. */
  tokens: string[];
}

async function harvest(harvester: Harvester, prefix: string, packed: boolean): Promise<Harvest> {
  const done: Harvest = { records: 0, pages: 0, bytes: 0, seconds: 0, tokens: [] };
  const from = performance.now();
  for (let query = `verb=ListRecords&metadataPrefix=${prefix}`; query !== ''; ) {
    const { text, bytes } = await ask(harvester, query, packed);
    done.pages++;
    done.bytes += bytes;
    for (let at = text.indexOf('<header>'); at >= 0; at = text.indexOf('<header>', at + 8)) done.records++;
    const end = text.subarray(-1000).toString('latin1');
    const token = /<resumptionToken[^>]*>([^<]+)</.exec(end)?.[1];
    if (token) done.tokens.push(token);
    query = token ? `verb=ListRecords&resumptionToken=${encodeURIComponent(token)}` : '';
  }
  done.seconds = (performance.now() - from) / 1000;
  return done;
}

async function ask({ url, agent }: Harvester, query: string, packed: boolean): Promise<{ text: Buffer; bytes: number }> {
  const body = await new Promise<Buffer>((resolve, reject) => {
    const request = get(`${url}/oai?${query}`, { agent, headers: { 'accept-encoding': packed ? 'gzip' : 'identity' } }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => void pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(pieces);
        if (response.statusCode === 200) resolve(whole);
        else reject(new Error(`${query} was answered ${response.statusCode}: ${whole.toString().slice(0, 300)}`));
      });
    });
    request.on('error', reject);
  });
  return { text: packed ? await unpacked(body) : body, bytes: body.length };
}

/** Milliseconds of CPU that the process has used, in all its threads, to a hundredth of a second. */
function cpuMsOf(pid: number): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13).map(Number) as [number, number];
  return (user + system) * 10;
}

/** Megabytes that the process holds, by the system. */
function memoryOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? Number.NaN) / 1024;
}
