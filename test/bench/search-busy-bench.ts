import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setUpLibrary } from '../../server/accounts/set-up.ts';
import { seedVocabularies } from '../../server/catalogue/seed-vocabularies.ts';
import type { Health } from '../../server/contract/health.ts';
import { openSearch } from '../../search/index.ts';
import { openStorage } from '../../storage/index.ts';
import { fillLibrary } from '../support/large-library.ts';
import { projectRoot } from '../support/source-files.ts';
import { temporaryFolder, until } from '../support/temporary.ts';
import { type BenchRow, median, percentile, progress } from './bench-table.ts';
import { dropScan } from './readers-bench.ts';

const rounds = 5;
const requestsPerRound = 200;
const size = { records: 2000, pagesPerRecord: 10 };

/**
 * Search p99 of the web process, over HTTP in a library of 2,000 records and 20,000 pages, while the worker reads a scan and the whole index is
 * being built anew, beside the same at rest. Rounds alternate; the index is built again for as long as a round lasts.
 */
export async function busyRows({ seed }: { seed: number }): Promise<BenchRow[]> {
  const { path: folder, remove } = await temporaryFolder();
  const children: ChildProcess[] = [];
  const forked = (file: string, silent = false): ChildProcess => {
    const child = fork(join(projectRoot, 'server', file), [], {
      execArgv: ['--import', 'tsx', '--disable-warning=ExperimentalWarning'],
      env: { ...process.env, DATA_DIR: folder, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error', SEARCH_URL: '', DATABASE_URL: '', OBJECT_STORE_URL: '' },
      stdio: ['ignore', silent ? 'ignore' : 'inherit', 'inherit', 'ipc'],
    });
    children.push(child);
    return child;
  };
  const start = async (file: string, message: string): Promise<unknown> => {
    const child = forked(file);
    for (;;) {
      const [said] = (await once(child, 'message')) as [Record<string, unknown>];
      if (said[message]) return said[message];
    }
  };
  try {
    progress(`a library of ${size.records} records is filled`);
    const words = await filled(folder, seed);
    const url = `http://127.0.0.1:${(await start('main.ts', 'listening')) as number}`;
    await start('worker.ts', 'working');
    const queue = async (): Promise<{ queued: number; running: number }> => {
      const { parts } = (await (await fetch(`${url}/api/health`)).json()) as Health;
      const { queued, running } = parts.database?.figures ?? {};
      return { queued: queued ?? Number.NaN, running: running ?? Number.NaN };
    };
    const nothingLeft = async (): Promise<boolean> => {
      const { queued, running } = await queue();
      return queued + running === 0;
    };
    const p99 = async (): Promise<number> => {
      const times: number[] = [];
      for (let number = 0; number < requestsPerRound; number++) {
        const query = `${words[number % 50]} ${words[(number * 7 + 3) % 60]}`;
        const from = performance.now();
        const answer = await fetch(`${url}/api/search?q=${encodeURIComponent(query)}`);
        await answer.arrayBuffer();
        if (answer.status !== 200) throw new Error(`search answered ${answer.status}`);
        times.push(performance.now() - from);
        // People do not ask without a pause.
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
      return percentile(times, 0.99);
    };
    await p99();
    const [idle, busy, built]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      progress(`busy, round ${round + 1} of ${rounds}`);
      idle.push(await p99());
      await dropScan(folder, round);
      await until('the worker reads the scan', async () => (await queue()).running > 0, 60);
      const building = { more: true, times: 0 };
      const indexing = (async (): Promise<void> => {
        while (building.more) {
          const [code] = (await once(forked('cli/reindex-command.ts', true), 'exit')) as [number | null];
          if (code !== 0) throw new Error(`the index could not be built: ${code}`);
          building.times++;
        }
      })();
      // Whatever goes wrong there is told when the round ends.
      indexing.catch(() => (building.more = false));
      busy.push(await p99());
      building.more = false;
      await indexing;
      built.push(building.times);
      await until('the scan is read', nothingLeft, 600);
    }
    const ratio = median(busy.map((one, round) => one / idle[round]!));
    return [
      {
        name: 'search p99 while a scan is read and the index is built',
        ...{ ours: median(busy), peer: median(idle), ratio, unit: 'ms', aim: { says: '≤ 2', reached: ratio <= 2 } },
        note: `peer: the same at rest; ${rounds} rounds of ${requestsPerRound} requests over HTTP, the index built ${built.join(', ')} times meanwhile`,
      },
    ];
  } finally {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await remove();
  }
}

/** The words of its pages. */
async function filled(folder: string, seed: number): Promise<string[]> {
  const storage = await openStorage({ folder, databaseUrl: null, objectStoreUrl: null });
  const search = await openSearch({ folder, role: 'writer' });
  try {
    await seedVocabularies(storage.metadata);
    await setUpLibrary(storage.metadata, { school: { name: 'Trường THCS Hoa Sen', code: 'HOASEN' }, librarian: { name: 'Trần Thị Thư', username: 'librarian', password: 'mat-khau-thu-nghiem' }, sample: false });
    return (await fillLibrary(storage, search, { ...size, seed })).words;
  } finally {
    await search.close();
    await storage.close();
  }
}
