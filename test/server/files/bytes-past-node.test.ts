import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { openTestApp, type TestApp, testPassword, type Visitor } from '../../support/app.ts';
import { until } from '../../support/temporary.ts';
import { leaveStaged, stagedIds } from './staged.ts';
import { created, tus, upload } from './tus-client.ts';

const megabyte = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('what bytes cost', function () {
  this.timeout(60_000);
  let app: TestApp;
  let librarian: Visitor;
  let cookie = '';

  before(async () => {
    app = await openTestApp();
    librarian = await app.as('librarian');
    cookie = (await app.visitor().signIn('librarian', testPassword)).headers.getSetCookie()[0]!.split(';')[0]!;
  });
  after(() => app.close());

  /** A file whose object has these bytes, without sending them through an upload. */
  async function stored(size: number): Promise<string> {
    const outcome = await upload(librarian, randomBytes(100), { filename: 'lớn.bin' });
    const { queries } = app.storage.metadata;
    const { object_key } = await queries.selectFrom('files').select('object_key').where('id', '=', outcome.fileId).executeTakeFirstOrThrow();
    const piece = Buffer.alloc(megabyte, 7);
    await app.storage.objects.put(object_key, Readable.from((function* () {
      for (let left = size; left > 0; left -= megabyte) yield piece.subarray(0, Math.min(left, megabyte));
    })(), { objectMode: false }));
    await queries.updateTable('files').set({ size }).where('id', '=', outcome.fileId).execute();
    return `/api/files/${outcome.fileId}/original`;
  }

  it('a part of a file: two queries, the session and the policy, however large the file', async () => {
    for (const size of [200_000, 20 * megabyte]) {
      const address = await stored(size);
      await librarian.get(address, { range: 'bytes=0-9' });
      const before = app.storage.metadata.statements();
      const answer = await librarian.get(address, { range: 'bytes=65536-131071' });
      expect([answer.status, answer.text.length]).to.deep.equal([206, 65_536]);
      expect(app.storage.metadata.statements() - before).to.equal(2);
    }
  });

  it('rights that have ended end at the next part, though the file is open', async () => {
    const address = await stored(500_000);
    const teacher = await app.as('teacher');
    const record = (await librarian.get(address.replace('/original', ''))).body.recordId as string;
    await app.storage.metadata.queries.updateTable('records').set({ licence: 'NOI_BO', scope: 'school' }).where('id', '=', record).execute();
    await librarian.post(`/api/records/${record}/publish`, { version: 1 });
    expect((await teacher.get(address, { range: 'bytes=0-9' })).status).to.equal(206);
    const { version } = (await librarian.get(`/api/records/${record}`)).body;
    const withdrawn = await librarian.post(`/api/records/${record}/withdraw`, { version, reason: 'Có yêu cầu của tác giả' });
    expect(withdrawn.status, withdrawn.text).to.equal(200);
    expect((await teacher.get(address, { range: 'bytes=0-9' })).status).to.be.oneOf([404, 410]);
  });

  it('askers that read slowly hold a little of the file each, not the file', async () => {
    const address = await stored(20 * megabyte);
    const { hostname, port } = new URL(app.url);
    const sockets: Socket[] = [];
    collectGarbage();
    const before = process.memoryUsage();
    try {
      let answered = 0;
      for (let n = 0; n < 40; n++) {
        const socket = connect(Number(port), hostname);
        sockets.push(socket);
        socket.once('data', () => {
          socket.pause();
          answered++;
        });
        socket.write(`GET ${address}?inline=1 HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\n\r\n`);
      }
      await until('all are being answered', () => answered === 40, 20);
      // A megabyte each, of 20; what the askers hold is of this process too. The lines are being filled for a moment yet, and what has
      // been sent and not been collected is nobody's.
      await until('each holds a megabyte at most', () => {
        collectGarbage();
        return process.memoryUsage().arrayBuffers - before.arrayBuffers < 40 * megabyte;
      });
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  it('the bytes of an upload are read from where they waited once, and none is left', async function () {
    if (process.platform !== 'linux') return this.skip(); // nothing counts what a process reads
    const bytes = randomBytes(20 * megabyte);
    const address = await created(librarian, bytes.length, { filename: 'hai mươi.bin' });
    await leaveStaged(app, address, bytes);
    const readByUs = (): number => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))![1]);
    const before = readByUs();
    const outcome = await tus.outcome(librarian, address);
    expect(outcome.state).to.equal('accepted');
    expect(readByUs() - before).to.be.within(bytes.length, bytes.length * 1.1);
    expect(await stagedIds(app)).to.deep.equal([]);
    const { sha256 } = (await librarian.get(`/api/files/${outcome.fileId}`)).body;
    expect(sha256).to.equal(createHash('sha256').update(bytes).digest('hex'));
  });
});
