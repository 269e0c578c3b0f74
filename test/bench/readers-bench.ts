import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChildProcess, fork } from 'node:child_process';
import type { Health } from '../../server/contract/health.ts';
import { projectRoot } from '../support/source-files.ts';
import { temporaryFolder, until } from '../support/temporary.ts';
import { type BenchRow, type BenchTable, median, percentile } from './bench-table.ts';

const rounds = 5;
const requestsPerRound = 200;
const queries = ['tram nam trong coi', 'kieu', 'ngu van 6', 'toan 6', 'su chuyen the', 'truyen', 'de kiem tra', 'long lanh', 'ban do', 'an toan thong tin'];

/**
 * Search p99 of the web process while the worker reads scans (text recognised, nothing hidden), against the same idle. Rounds alternate:
 * idle, reading, idle, reading … "Peer" is ourselves at rest. The scan is copied in again under other bytes for every round.
 */
export async function readersBench(): Promise<BenchTable> {
  const { path: folder, remove } = await temporaryFolder();
  const children: ChildProcess[] = [];
  const start = async (file: string, args: string[], message: string): Promise<Record<string, unknown>> => {
    const child = fork(join(projectRoot, 'server', file), args, {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, DATA_DIR: folder, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    children.push(child);
    for (;;) {
      const [said] = (await once(child, 'message')) as [Record<string, unknown>];
      if (said[message]) return said;
    }
  };
  try {
    const { listening } = await start('main.ts', ['--sample'], 'listening');
    const url = `http://127.0.0.1:${listening as number}`;
    await start('worker.ts', [], 'working');
    const queue = async (): Promise<{ queued: number; running: number }> => {
      const { parts } = (await (await fetch(`${url}/api/health`)).json()) as Health;
      const { queued, running } = parts.database?.figures ?? {};
      return { queued: queued ?? Number.NaN, running: running ?? Number.NaN };
    };
    const nothingLeft = async (): Promise<boolean> => {
      const { queued, running } = await queue();
      return queued + running === 0;
    };
    await until('the sample is read', nothingLeft, 600);

    const p99 = async (): Promise<number> => {
      const times: number[] = [];
      for (let number = 0; number < requestsPerRound; number++) {
        const from = performance.now();
        const answer = await fetch(`${url}/api/search?q=${encodeURIComponent(queries[number % queries.length]!)}`);
        await answer.arrayBuffer();
        if (answer.status !== 200) throw new Error(`search answered ${answer.status}`);
        times.push(performance.now() - from);
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
      return percentile(times, 0.99);
    };
    await p99();
    const [idle, busy, ratios]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      idle.push(await p99());
      await dropScan(folder, round);
      await until('the worker reads the scan', async () => (await queue()).running > 0, 60);
      busy.push(await p99());
      if (await nothingLeft()) throw new Error('the scan was read before the round ended: make it longer');
      await until('the scan is read', nothingLeft, 600);
      ratios.push(busy.at(-1)! / idle.at(-1)!);
    }
    const row: BenchRow = {
      name: 'search p99 while a scan is being read',
      ours: median(busy),
      peer: median(idle),
      ratio: median(ratios),
      unit: 'ms',
      note: `peer: the same at rest; ${rounds} rounds of ${requestsPerRound} requests over HTTP; the scan's text is recognised meanwhile`,
    };
    return { title: 'Readers while a scan is being read', rows: [row] };
  } finally {
    for (const child of children) {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    }
    await remove();
  }
}

/** Copies the sample scan into the watched folder with a different tail, so that it is not recognised as already held. */
export async function dropScan(folder: string, round: number): Promise<void> {
  const scan = join(projectRoot, 'server', 'sample', 'files', 'truyen-kieu-ban-quet.pdf');
  const inbox = join(folder, 'inbox');
  if (!existsSync(inbox)) throw new Error('no watched folder');
  const bytes = Buffer.concat([await readFile(scan), Buffer.from(`\n% round ${round}\n`)]);
  await writeFile(join(folder, 'scan.part'), bytes);
  await rename(join(folder, 'scan.part'), join(inbox, `quet-${round}.pdf`));
}
