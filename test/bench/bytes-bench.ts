import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, truncate, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { created, tus, upload } from '../server/files/tus-client.ts';
import { type Fleet, librarianPassword, type Member, openFleet } from '../support/fleet.ts';
import { givenServers } from '../support/servers.ts';
import { temporaryFolder, until } from '../support/temporary.ts';
import { openVisitor, type Visitor } from '../support/visitor.ts';
import { type BenchRow, type BenchTable, median } from './bench-table.ts';

const rounds = 5;
const megabyte = 1024 * 1024;
const nginxPort = 18_931;

/** A web process with a published file of `size` bytes in it, and a person who may take it. */
interface Place {
  fleet: Fleet;
  web: Member;
  visitor: Visitor;
  cookie: string;
  address: string;
  objectPath: string;
}

async function open(size: number): Promise<Place> {
  const fleet = await openFleet();
  const web = await fleet.start('web');
  const visitor = openVisitor(web.url);
  const signed = await visitor.signIn('librarian', librarianPassword);
  const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
  const outcome = await upload(visitor, Buffer.from('bench'), { filename: 'lớn.bin', licence: 'NOI_BO', scope: 'school' });
  const { queries } = fleet.storage.metadata;
  const { object_key } = await queries.selectFrom('files').select('object_key').where('id', '=', outcome.fileId).executeTakeFirstOrThrow();
  const objectPath = join(fleet.folder, 'objects', object_key);
  if (fleet.addresses.objectStoreUrl === null) await truncate(objectPath, size);
  else await fleet.storage.objects.put(object_key, Readable.from(zeros(size), { objectMode: false }));
  await queries.updateTable('files').set({ size }).where('id', '=', outcome.fileId).execute();
  return { fleet, web, visitor, cookie, address: `/api/files/${outcome.fileId}/original`, objectPath };
}

function* zeros(size: number): Generator<Buffer> {
  const piece = Buffer.alloc(megabyte);
  for (let left = size; left > 0; left -= megabyte) yield left < megabyte ? piece.subarray(0, left) : piece;
}

const found = (program: string): boolean => {
  try {
    execFileSync('which', [program], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
};

const rssOf = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
const readBy = (pid: number): number => Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))![1]);

/** Seeded places of 64 KB in a file of `size` bytes, the same for both sides. */
const script = (size: number, seed: number, cookie: string): string => `
math.randomseed(${seed})
request = function()
  local start = math.random(0, ${Math.floor(size / 65536) - 1}) * 65536
  return wrk.format('GET', nil, { ['Range'] = 'bytes=' .. start .. '-' .. (start + 65535), ['Cookie'] = '${cookie}' })
end
done = function(summary, latency, requests)
  io.write('bytes ' .. summary.bytes .. ' requests ' .. summary.requests .. ' us ' .. summary.duration .. ' faults ' .. (summary.errors.status + summary.errors.read + summary.errors.connect + summary.errors.timeout) .. '\\n')
end
`;

async function ranges(seed: number): Promise<BenchRow> {
  const name = '64 KB ranges of a 100 MB file';
  const missing = ['nginx', 'wrk'].filter((program) => !found(program));
  if (missing.length > 0) return { name, ours: null, peer: null, ratio: null, unit: '/s', note: `${missing.join(', ')} not found` };
  const size = 100 * megabyte;
  const place = await open(size);
  const work = await temporaryFolder();
  await chmod(work.path, 0o755);
  await mkdir(join(work.path, 'logs'));
  const conf = `daemon off; worker_processes 1; pid ${work.path}/nginx.pid; error_log ${work.path}/error.log; user root;
events { worker_connections 512; }
http { access_log off; sendfile on; keepalive_requests 1000000; client_body_temp_path ${work.path}/logs; proxy_temp_path ${work.path}/logs; fastcgi_temp_path ${work.path}/logs; uwsgi_temp_path ${work.path}/logs; scgi_temp_path ${work.path}/logs;
  server { listen 127.0.0.1:${nginxPort}; location = /file { alias ${place.objectPath}; } } }`;
  await writeFile(join(work.path, 'nginx.conf'), conf);
  await writeFile(join(work.path, 'ranges.lua'), script(size, seed, place.cookie));
  const nginx = spawn('nginx', ['-c', join(work.path, 'nginx.conf'), '-e', join(work.path, 'error.log')], { stdio: 'ignore' });
  try {
    await until('nginx answers', () => fetch(`http://127.0.0.1:${nginxPort}/file`, { headers: { range: 'bytes=0-9' } }).then((answer) => answer.arrayBuffer().then(() => answer.status === 206), () => false));
    const load = async (url: string, seconds: number): Promise<number> => {
      const child = spawn('wrk', ['-t1', '-c16', `-d${seconds}s`, '-s', join(work.path, 'ranges.lua'), url], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      for await (const text of child.stdout.setEncoding('utf8')) said += text as string;
      const [, bytes, requests, us, faults] = /bytes (\d+) requests (\d+) us (\d+) faults (\d+)/.exec(said)!.map(Number) as [number, number, number, number, number];
      if (faults > 0 || bytes < requests * 65536) throw new Error(`not the same work: ${said}`);
      return requests / (us / 1e6);
    };
    const sides = { ours: place.web.url + place.address, peer: `http://127.0.0.1:${nginxPort}/file` };
    for (const url of Object.values(sides)) await load(url, 2);
    const figures = { ours: [] as number[], peer: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      figures.ours.push(await load(sides.ours, 2));
      figures.peer.push(await load(sides.peer, 2));
    }
    const ratio = median(figures.ours.map((value, at) => value / figures.peer[at]!));
    return { name, ours: median(figures.ours), peer: median(figures.peer), ratio, unit: '/s', note: 'nginx with one worker process, sendfile; ours one process, with session and policy; wrk -t1 -c16' };
  } finally {
    nginx.kill();
    await place.fleet.close();
    await work.remove();
  }
}

/** A process that has just started grows by whatever it does first: code made ready, a heap that finds its size. That is not what is measured. */
async function warm({ web, cookie, address }: Place): Promise<void> {
  for (let n = 0; n < 400; n++) {
    const answer = await fetch(web.url + address, { headers: { cookie, range: `bytes=${n * 1000}-${n * 1000 + 400_000}` } });
    await answer.arrayBuffer();
  }
}

/** Growth of the web process while 200 askers take a few bytes of 100 MB each and then read on slowly. */
async function slowClients(): Promise<number> {
  const size = 100 * megabyte;
  const place = await open(size);
  const sockets: Socket[] = [];
  try {
    const { hostname, port } = new URL(place.web.url);
    await warm(place);
    const before = rssOf(place.web.pid);
    let most = before;
    let answered = 0;
    for (let n = 0; n < 200; n++) {
      const socket = connect({ host: hostname, port: Number(port) });
      sockets.push(socket);
      socket.on('error', () => {});
      socket.once('data', (head) => {
        if (String(head).startsWith('HTTP/1.1 200')) answered++;
      });
      // 64 KB four times a second.
      socket.on('data', () => {
        socket.pause();
        setTimeout(() => socket.resume(), 250).unref();
      });
      socket.write(`GET ${place.address} HTTP/1.1\r\nHost: x\r\nCookie: ${place.cookie}\r\n\r\n`);
    }
    await until('all are being answered', () => answered === 200, 30);
    for (let look = 0; look < 50; look++) {
      most = Math.max(most, rssOf(place.web.pid));
      await sleep(100);
    }
    return (most - before) / megabyte;
  } finally {
    for (const socket of sockets) socket.destroy();
    await place.fleet.close();
  }
}

/** Sends `size` zeros to an upload that has been created; answers the status. */
function patched({ visitor, web, cookie }: Place, address: string, size: number): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const headers = { cookie, 'x-csrf-token': visitor.session!.csrf!, 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream', 'content-length': String(size) };
    const sending = request(web.url + address, { method: 'PATCH', headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sending.on('error', reject);
    Readable.from(zeros(size), { objectMode: false }).pipe(sending);
  });
}

async function send(place: Place, size: number): Promise<void> {
  const address = await created(place.visitor, size, { filename: 'trước.bin' });
  await patched(place, address, size);
  const { state } = await tus.outcome(place.visitor, address);
  if (state !== 'accepted') throw new Error(`the upload before ended ${state}`);
}

/** An upload of `size` bytes: how often they were read from where they waited, and growth of the web process in MB. */
async function largeUpload(size: number): Promise<{ reads: number; memory: number; seconds: number }> {
  const place = await open(1);
  try {
    await send(place, 64 * megabyte);
    const { visitor, web } = place;
    const address = await created(visitor, size, { filename: 'một GiB.bin' });
    const before = { rss: rssOf(web.pid), read: readBy(web.pid) };
    let most = before.rss;
    const looking = setInterval(() => (most = Math.max(most, rssOf(web.pid))), 50);
    const begun = performance.now();
    const status = await patched(place, address, size);
    clearInterval(looking);
    const { state } = await tus.outcome(visitor, address);
    if (status !== 204 || state !== 'accepted') throw new Error(`the upload ended with ${status} ${state}`);
    // Once from the browser's socket; what is more came from where it waited.
    return { reads: (readBy(web.pid) - before.read) / size - 1, memory: (most - before.rss) / megabyte, seconds: (performance.now() - begun) / 1000 };
  } finally {
    await place.fleet.close();
  }
}

const servers = ['DATABASE_URL', 'OBJECT_STORE_URL', 'SEARCH_URL'];

/** `work` on an embedded library, whatever servers are given. */
async function embedded<T>(work: () => Promise<T>): Promise<T> {
  const kept = servers.map((name) => [name, process.env[name]] as const);
  for (const name of servers) delete process.env[name];
  try {
    return await work();
  } finally {
    for (const [name, value] of kept) if (value !== undefined) process.env[name] = value;
  }
}

/** Bytes out and in: parts beside nginx, memory of slow askers and of a large upload. The aims of the last two stand in the place of a peer. */
export async function bytesBench({ seed }: { seed: number }): Promise<BenchTable> {
  const rows: BenchRow[] = [await embedded(() => ranges(seed))];
  const both: [string, <T>(work: () => Promise<T>) => Promise<T>][] = [['embedded', embedded]];
  if (givenServers().objectStoreUrl !== null) both.push(['S3', (work) => work()]);
  for (const [name, on] of both) {
    const slow: number[] = [];
    for (let round = 0; round < 3; round++) slow.push(await on(slowClients));
    rows.push({ name: `200 slow clients of 100 MB, ${name}`, ours: median(slow), peer: 64, ratio: median(slow) / 64, unit: 'MB', note: 'growth of resident memory of a process that has answered 400 parts; the aim as peer' });
    const { reads, memory, seconds } = await on(() => largeUpload(1024 * megabyte));
    rows.push({ name: `upload of 1 GiB, ${name}: memory`, ours: memory, peer: 32, ratio: memory / 32, unit: 'MB', note: `growth of resident memory of a process that has taken 64 MB; the aim as peer; ${seconds.toFixed(0)} s` });
    rows.push({ name: `upload of 1 GiB, ${name}: times its bytes are read`, ours: reads, peer: 1, ratio: reads, unit: '', note: 'by /proc/<pid>/io, without the reading from the browser; the aim as peer' });
  }
  return { title: 'Bytes', rows };
}
