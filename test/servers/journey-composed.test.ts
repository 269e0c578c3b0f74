import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { SessionView } from '../../server/contract/person.ts';
import { makePdf } from '../fixtures/make-documents.ts';
import { composeFile } from '../server/container/compose-file.ts';
import { created, tus } from '../server/files/tus-client.ts';
import { stepsOf } from '../support/browser.ts';
import { libraryEnvironment, processesOf } from '../support/library-process.ts';
import { freePorts, openRoundRobin, type RoundRobin } from '../support/round-robin.ts';
import { placeOnServers, settingsOf } from '../support/servers.ts';
import { projectRoot } from '../support/source-files.ts';
import { temporaryFolder, until } from '../support/temporary.ts';
import { openVisitor, type Visitor } from '../support/visitor.ts';

const password = 'mot cai cau tre cu';
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const pageCount = 12;
const pieces = 7;

interface Part {
  child: ChildProcess;
  ended: Promise<number | null>;
}

describe('the processes of docker-compose.yml, started by hand: two webs and two workers behind a proxy, on the servers given', function () {
  this.timeout(120_000);
  stepsOf(this);
  const place = placeOnServers();
  const { services } = composeFile();
  let folder: string;
  let removeFolder: () => Promise<void>;
  let ports: number[];
  let proxy: RoundRobin;
  let librarian: Visitor;
  let guest: Visitor;
  const parts: Record<string, Part> = {};
  let said = '';
  let recordId = '';
  let fileId = '';
  let pdf: Buffer;

  before(async () => {
    ({ path: folder, remove: removeFolder } = await temporaryFolder());
    await mkdir(join(folder, 'secrets'));
    // As the containers get them: an address with its secret is a file.
    for (const [name, value] of Object.entries(settingsOf(place))) await writeFile(join(folder, 'secrets', `${name}_FILE`), `${value}\n`);
    ports = await freePorts(2);
    proxy = await openRoundRobin(ports);
    pdf = await makePdf(Array.from({ length: pageCount }, (_, at) => ({ paragraph: `Trang ${at + 1}: con đò số ${at + 1} chở cỏ qua sông Hậu.` })));
  });
  after(async () => {
    for (const { child } of Object.values(parts)) child.kill('SIGKILL');
    for (const { pid } of processesOf(folder)) process.kill(pid, 'SIGKILL');
    await proxy?.close();
    await place.remove();
    await removeFolder();
  });

  const environment = (name: string): Record<string, string> =>
    libraryEnvironment(folder, {
      ...Object.fromEntries(Object.keys(settingsOf(place)).map((setting) => [`${setting}_FILE`, join(folder, 'secrets', `${setting}_FILE`)])),
      PUBLIC_URL: proxy.url,
      ...(name.startsWith('web') ? { HOST: '127.0.0.1', PORT: String(ports[Number(name.slice(3)) - 1]), TRUST_PROXY: services['web']!.environment!['TRUST_PROXY']! } : { OCR_PROCESSES: '1' }),
    });

  function start(name: string): void {
    const command = services[name.replace(/\d/, '')]!.command!;
    const child = spawn(process.execPath, [join(projectRoot, 'server/start.mjs'), ...command], { cwd: projectRoot, env: environment(name), stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += `${name}: ${text}`));
    parts[name] = { child, ended: new Promise((resolve) => child.on('exit', resolve)) };
  }
  /** The health check of a container, run as it is written there. */
  async function healthy(name: string): Promise<boolean> {
    const [, , ...args] = services[name.replace(/\d/, '')]!.healthcheck!.test!;
    return promisify(execFile)(process.execPath, args, { cwd: projectRoot, env: environment(name) }).then(
      () => true,
      () => false,
    );
  }
  const allHealthy = (names: string[]): Promise<unknown> =>
    until(`${names.join(', ')} healthy`, async () => (await Promise.all(names.map(healthy))).every(Boolean), 60).catch((error: Error) => expect.fail(`${error.message}\n${said}`));
  const pidOf = (name: string, program: string): number => {
    const found = processesOf(folder).find(({ pid, command }) => command.includes(program) && parentOf(pid) === parts[name]!.child.pid);
    return found?.pid ?? expect.fail(`${name} has no process ${program}`);
  };

  it('all start at once on an empty place, and their health checks say so', async () => {
    const names = ['web1', 'web2', 'worker1', 'worker2'];
    expect(await healthy('web1'), 'nothing runs yet').to.equal(false);
    for (const name of names) start(name);
    await allHealthy(names);
    const { parts: seen } = (await openVisitor(proxy.url).get('/api/health')).body as { parts: { worker: { state: string } } };
    expect(seen.worker.state).to.equal('ok');
  });

  it('set up at one, signed in at both', async () => {
    guest = openVisitor(proxy.url);
    librarian = openVisitor(proxy.url);
    const answer = await openVisitor(proxy.url).post('/api/set-up', { school: { name: 'Trường THCS Hoa Sen', code: 'HOASEN' }, librarian: { name: 'Trần Thị Thư', username: 'thuthu', password }, sample: false });
    expect(answer.status, answer.text).to.equal(201);
    expect((await librarian.signIn('thuthu', password)).status).to.equal(200);
    for (let turn = 0; turn < 4; turn++) expect(((await librarian.get('/api/session')).body as SessionView).person?.name).to.equal('Trần Thị Thư');
    expect(proxy.answered().every((count) => count > 1), 'both webs answered').to.equal(true);
  });

  it('an upload whose pieces reach one web and the other in turn is whole, and is read', async () => {
    const address = new URL(await created(librarian, pdf.length, { filename: 'con-do.pdf' }), proxy.url).pathname;
    const size = Math.ceil(pdf.length / pieces);
    const before = proxy.answered();
    for (let offset = 0; offset < pdf.length; offset += size) {
      const sent = await tus.patch(librarian, address, offset, pdf.subarray(offset, offset + size));
      expect(sent.status, sent.text).to.equal(204);
    }
    expect(proxy.answered().every((count, at) => count - before[at]! >= Math.floor(pieces / 2)), 'both took pieces').to.equal(true);
    ({ recordId, fileId } = (await tus.outcome(librarian, address)) as { recordId: string; fileId: string });
    await until('it is read', async () => (await librarian.get(`/api/files/${fileId}`)).body.state === 'ready', 60).catch((error: Error) => expect.fail(`${error.message}\n${said}`));
    for (let turn = 0; turn < 2; turn++) expect((await librarian.get(`/api/files/${fileId}/pages`)).body.pages).to.have.length(pageCount);
  });

  it('published at one, found and read by a guest at both', async () => {
    const record = (await librarian.get(`/api/records/${recordId}`)).body as { version: number };
    const saved = await librarian.ask('PATCH', `/api/records/${recordId}`, { version: record.version, licence: 'PD-VN-EXPIRED', scope: 'public' });
    expect(saved.status, saved.text).to.equal(200);
    const published = await librarian.post(`/api/records/${recordId}/publish`, { version: saved.body.version });
    expect(published.status, published.text).to.be.oneOf([200, 204]);
    for (const port of ports) {
      const at = openVisitor(`http://127.0.0.1:${port}`);
      await until(`found at ${port}`, async () => (await at.get(`/api/search?q=${encodeURIComponent('con do cho co')}`)).body.total === 1, 30);
      expect((await at.get(`/api/files/${fileId}/pages/3/thumbnail?size=large&v=1`)).status).to.equal(200);
      const original = Buffer.from(await (await fetch(`http://127.0.0.1:${port}/api/files/${fileId}/original`)).arrayBuffer());
      expect(digest(original)).to.equal(digest(pdf));
    }
  });

  it('a web and a worker that are killed: readers notice nothing, work goes on, and both come back', async () => {
    process.kill(pidOf('web1', 'server/main.ts'), 'SIGKILL');
    expect(await parts['web1']!.ended, 'the container ends, so that it is started again').to.not.equal(0);
    for (let turn = 0; turn < 6; turn++) expect((await guest.get(`/api/records/${recordId}`)).status, `turn ${turn}`).to.equal(200);
    expect(await healthy('web1')).to.equal(false);

    process.kill(pidOf('worker1', 'server/worker.ts'), 'SIGKILL');
    const sent = await uploadNotes();
    await until('another is read', async () => (await librarian.get(`/api/files/${sent}`)).body.state === 'ready', 60);
    start('web1');
    await allHealthy(['web1', 'worker1', 'worker2']);
    const before = proxy.answered();
    for (let turn = 0; turn < 6; turn++) expect((await guest.get(`/api/records/${recordId}`)).status).to.equal(200);
    expect(proxy.answered().every((count, at) => count > before[at]!), 'both answer again').to.equal(true);
  });

  async function uploadNotes(): Promise<string> {
    const bytes = await makePdf([{ paragraph: 'Ghi chép về cây bàng ở góc sân trường.' }]);
    const address = new URL(await created(librarian, bytes.length, { filename: 'ghi-chep.pdf' }), proxy.url).pathname;
    expect((await tus.patch(librarian, address, 0, bytes)).status).to.equal(204);
    return ((await tus.outcome(librarian, address)) as { fileId: string }).fileId;
  }

  it('asked to stop, all end with exit status 0 and leave no process', async () => {
    for (const { child } of Object.values(parts)) child.kill('SIGTERM');
    expect(await Promise.all(Object.values(parts).map(({ ended }) => ended)), said).to.deep.equal([0, 0, 0, 0]);
    expect(processesOf(folder)).to.deep.equal([]);
  });
});

const parentOf = (pid: number): number => Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
