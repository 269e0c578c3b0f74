import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { addressesOf, givenServers, placeOnServers, type ServerAddresses } from '../support/servers.ts';
import { projectRoot } from '../support/source-files.ts';
import { temporaryFolder, until } from '../support/temporary.ts';
import { type BenchRow, type BenchTable, median } from './bench-table.ts';

const rounds = 5;
const readingsPerRound = 40;
const queries = ['kieu', 'ngu van 6', 'toan 6', 'truyen', 'de kiem tra', 'ban do', 'long lanh', 'an toan thong tin'];

/** One installation with its own web process and worker, the sample in it. */
interface Installation {
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<{ status: number; body: Buffer }>;
  json<T>(method: string, path: string, body?: unknown): Promise<T>;
  end(): Promise<void>;
}

/**
 * The same journey on an embedded and on a grown installation (whatever servers are given), in turn: a reader's way from a query to a page
 * and a part of the original, a librarian's edit, and a text from its upload to being found. "Peer" is the embedded one.
 */
export async function journeyBench(): Promise<BenchTable> {
  const title = 'The same journey, grown beside embedded';
  const given = givenServers();
  const names = Object.entries(given).flatMap(([name, address]) => (address ? [name.replace('Url', '')] : []));
  if (names.length === 0) {
    return { title, rows: [{ name: 'all', ours: null, peer: null, ratio: null, unit: 'ms', note: 'no DATABASE_URL, OBJECT_STORE_URL or SEARCH_URL given' }] };
  }
  const place = placeOnServers(given);
  const [small, grown] = [await install({ databaseUrl: null, objectStoreUrl: null, searchUrl: null }), await install(addressesOf(place))];
  try {
    const figures = new Map<string, { ours: number[]; peer: number[] }>();
    // Both have read the same, so both must find the same.
    for (const query of queries) {
      const [a, b] = [await found(small, query), await found(grown, query)];
      if (a !== b) throw new Error(`"${query}" finds ${a} embedded and ${b} grown`);
    }
    for (let round = -1; round < rounds; round++) {
      for (const [side, installation] of [['peer', small], ['ours', grown]] as const) {
        for (const [step, ms] of Object.entries(await journey(installation, round))) {
          const figure = figures.get(step) ?? { ours: [], peer: [] };
          figures.set(step, figure);
          // The first round warms both sides.
          if (round >= 0) figure[side].push(ms);
        }
      }
    }
    const rows = [...figures].map(
      ([name, { ours, peer }]): BenchRow => ({
        name,
        ours: median(ours),
        peer: median(peer),
        ratio: median(ours.map((value, at) => value / peer[at]!)),
        unit: 'ms',
        note: `peer: embedded; grown: ${names.join(', ')}; ${rounds} rounds`,
      }),
    );
    return { title, rows };
  } finally {
    await small.end();
    await grown.end();
    await place.remove();
  }
}

const found = async (on: Installation, query: string): Promise<number> => (await on.json<{ total: number }>('GET', `/api/search?q=${encodeURIComponent(query)}`)).total;

/** Milliseconds of each step; the reader's are means of many. */
async function journey(on: Installation, round: number): Promise<Record<string, number>> {
  const times: Record<string, number[]> = {};
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await work();
    (times[step] ??= []).push(performance.now() - from);
    return result;
  };
  const good = async (path: string, headers?: Record<string, string>): Promise<Buffer> => {
    const { status, body } = await on.ask('GET', path, undefined, headers);
    if (status !== 200 && status !== 206) throw new Error(`${path} answered ${status}`);
    return body;
  };
  const kieu = (await on.json<{ records: { id: string; title: string }[] }>('GET', '/api/search?q=Truy%E1%BB%87n%20Ki%E1%BB%81u')).records.find((one) => one.title.includes('Truyện Kiều'))!;
  for (let reading = 0; reading < readingsPerRound; reading++) {
    await timed('a search', () => good(`/api/search?q=${encodeURIComponent(queries[reading % queries.length]!)}`));
    const record = await timed('a record', () => on.json<{ files: { id: string }[] }>('GET', `/api/records/${kieu.id}`));
    const fileId = record.files[0]!.id;
    await timed('opening a book', () => good(`/api/files/${fileId}/book`));
    const page = 1 + (reading % 5);
    await timed("a page's image", () => good(`/iiif/${fileId}/pages/${page}/full/max/0/default.jpg`));
    await timed("a page's words", () => good(`/api/files/${fileId}/pages/${page}/text`));
    await timed('64 KB of the original', () => good(`/api/files/${fileId}/original`, { range: `bytes=${reading * 1000}-${reading * 1000 + 65_535}` }));
  }
  const view = await on.json<{ version: number }>('GET', `/api/records/${kieu.id}`);
  await timed('an edit', () => on.json('PATCH', `/api/records/${kieu.id}`, { version: view.version, description: { abstract: `Lần ${round}, ${Date.now()}` } }));
  await timed('from the upload of a text to being found', () => uploadAndFind(on, round));
  return Object.fromEntries(Object.entries(times).map(([step, each]) => [step, each.reduce((sum, ms) => sum + ms, 0) / each.length]));
}

async function uploadAndFind(on: Installation, round: number): Promise<void> {
  // One word of letters alone, on the page and not in the file's name: nothing else may be what is found.
  const word = `hanhtrinh${[...`${Date.now()}${round + 1}`].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`;
  const bytes = Buffer.from(`Bài đọc thêm\n\nMột trang có từ ${word} để tìm.\n`);
  const name = Buffer.from(`bai-doc-${round + 1}.txt`).toString('base64');
  if ((await found(on, word)) > 0) throw new Error('found before it was there');
  const tus = { 'tus-resumable': '1.0.0' };
  const made = await on.ask('POST', '/api/uploads', undefined, { ...tus, 'upload-length': String(bytes.length), 'upload-metadata': `filename ${name}` });
  if (made.status !== 201) throw new Error(`the upload was answered ${made.status}: ${made.body.toString()}`);
  const id = /[0-9a-f-]{36}/.exec(made.body.toString())![0];
  const sent = await on.ask('PATCH', `/api/uploads/${id}`, bytes, { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' });
  if (sent.status !== 204) throw new Error(`the bytes were answered ${sent.status}: ${sent.body.toString()}`);
  await until('the text is found', async () => (await found(on, word)) > 0, 60);
}

async function install(addresses: ServerAddresses): Promise<Installation> {
  const { path: folder, remove } = await temporaryFolder();
  const children: ChildProcess[] = [];
  const start = async (file: string, args: string[], message: string): Promise<Record<string, unknown>> => {
    const child = fork(join(projectRoot, 'server', file), args, {
      execArgv: ['--import', 'tsx'],
      env: {
        ...process.env,
        ...{ DATABASE_URL: addresses.databaseUrl ?? '', OBJECT_STORE_URL: addresses.objectStoreUrl ?? '', SEARCH_URL: addresses.searchUrl ?? '' },
        ...{ DATA_DIR: folder, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error' },
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    children.push(child);
    for (;;) {
      const [said] = (await once(child, 'message')) as [Record<string, unknown>];
      if (said[message]) return said;
    }
  };
  const { listening } = await start('main.ts', ['--sample'], 'listening');
  const url = `http://127.0.0.1:${listening as number}`;
  await start('worker.ts', [], 'working');
  let cookie = '';
  let csrf = '';
  const ask: Installation['ask'] = async (method, path, body, headers = {}) => {
    const raw = body instanceof Uint8Array;
    const answer = await fetch(url + path, {
      method,
      headers: { ...(cookie ? { cookie, 'x-csrf-token': csrf } : {}), ...(body !== undefined && !raw ? { 'content-type': 'application/json' } : {}), ...headers },
      body: body === undefined ? undefined : raw ? (body as never) : JSON.stringify(body),
    });
    for (const line of answer.headers.getSetCookie()) cookie = line.split(';')[0]!;
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, body: answer.status === 201 && bytes.length === 0 ? Buffer.from(answer.headers.get('location') ?? '') : bytes };
  };
  const json = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body.toString().slice(0, 300)}`);
    return JSON.parse(answer.body.toString()) as T;
  };
  await until('the sample is read', async () => (await json<{ total: number }>('GET', '/api/search?size=1')).total > 20 && (await idle(json)), 600);
  csrf = (await json<{ csrf: string }>('POST', '/api/session', { username: 'thuthu', password: 'tusach-mau-2026' })).csrf;
  return {
    ask,
    json,
    async end() {
      for (const child of children) {
        child.kill('SIGTERM');
        if (child.exitCode === null) await once(child, 'exit');
      }
      await remove();
    },
  };
}

const idle = async (json: Installation['json']): Promise<boolean> => {
  const { figures } = (await json<{ parts: { database: { figures: { queued: number; running: number } } } }>('GET', '/api/health')).parts.database;
  return figures.queued === 0 && figures.running === 0;
};
