import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { type App, createApp } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { leaseMs } from '../../server/files/upload-claims.ts';
import { sweepUploads } from '../../server/files/upload-sweeping.ts';
import { openSearch } from '../../search/index.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import { openStorage, type Storage } from '../../storage/index.ts';
import { leaveStaged, stagedIds, stagingOf } from '../server/files/staged.ts';
import { created, tus } from '../server/files/tus-client.ts';
import { librarianPassword, openFleet, type Fleet } from '../support/fleet.ts';
import { until } from '../support/temporary.ts';
import { openVisitor, type Visitor } from '../support/visitor.ts';

/** Two web processes' worth of the app on one library: each with its own connections, as on two machines. */
describe('an upload at two web processes', function () {
  this.timeout(60_000);
  let fleet: Fleet;
  const sides: { url: string; app: App; server: Server; storage: Storage; search: SearchIndex }[] = [];
  let turn = 0;
  let visitor: Visitor;
  const at = (side: number): Visitor => ((turn = side), visitor);
  const library = () => ({ folder: fleet.folder, storage: fleet.storage });

  before(async () => {
    fleet = await openFleet();
    for (let side = 0; side < 2; side++) {
      const config = { ...readConfig({ DATA_DIR: fleet.folder }), ...fleet.addresses };
      const storage = await openStorage(config);
      const search = await openSearch({ folder: fleet.folder, role: side === 0 ? 'writer' : 'reader', url: config.searchUrl });
      const app = createApp({ config, storage, search, mail: null, log: pino({ level: 'silent' }), version: 'test', dist: null, staging: join(fleet.folder, 'uploads') });
      const server = createServer(app.listener);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      sides.push({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, app, server, storage, search });
    }
    visitor = openVisitor(() => sides[turn]!.url);
    await visitor.signIn('librarian', librarianPassword);
  });
  after(async () => {
    for (const { app, server, storage, search } of sides) {
      app.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await search.close();
      await storage.close();
    }
    await fleet?.close();
  });

  const bytesOf = async (fileId: string): Promise<Buffer> => {
    const row = await fleet.storage.metadata.queries.selectFrom('files').select('object_key').where('id', '=', fileId).executeTakeFirstOrThrow();
    return fleet.storage.objects.read(row.object_key);
  };
  const filesNamed = async (name: string) => fleet.storage.metadata.queries.selectFrom('files').select('id').where('name', '=', name).execute();

  /** A PATCH that promises all of `bytes` from `offset`, sends the first `part` and is cut. */
  async function cutAfter(side: number, address: string, bytes: Buffer, part: number): Promise<void> {
    const session = openVisitor(sides[side]!.url);
    const signed = await session.signIn('librarian', librarianPassword);
    const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
    await new Promise<void>((resolve) => {
      const headers = { cookie, 'x-csrf-token': session.session!.csrf!, 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream', 'content-length': String(bytes.length) };
      const cut = request(`${sides[side]!.url}${address}`, { method: 'PATCH', headers });
      cut.on('error', () => {}); // being cut is what this is for
      cut.on('close', () => resolve());
      // Flushed to the socket: the library has read all but what the system holds.
      cut.write(bytes.subarray(0, part), () => void until('the claim is taken', async () => (await claimOf(address)) !== null).then(() => cut.destroy()));
    });
  }
  const claimOf = async (address: string): Promise<string | null> =>
    (await fleet.storage.metadata.queries.selectFrom('uploads').select('claimed_by').where('id', '=', address.slice(-36)).executeTakeFirstOrThrow()).claimed_by;
  const setClaim = (address: string, until: number) =>
    fleet.storage.metadata.queries.updateTable('uploads').set({ claimed_by: 'a process that died', claimed_until: new Date(until).toISOString() }).where('id', '=', address.slice(-36)).execute();

  it('begun at one, cut in the middle, goes on at the other where it was, and is whole', async () => {
    const bytes = randomBytes(9_000_000);
    const address = await created(at(0), bytes.length, { filename: 'nửa chừng.bin' });
    await cutAfter(0, address, bytes, 6_000_000);
    await until('the first has let go', async () => (await claimOf(address)) === null);
    const head = await tus.head(at(1), address);
    const offset = Number(head.headers.get('upload-offset'));
    expect(offset).to.be.within(1, 6_000_000);
    expect(head.headers.get('upload-length')).to.equal('9000000');
    const sent = await tus.patch(at(1), address, offset, bytes.subarray(offset));
    expect(sent.status, sent.text).to.equal(204);
    const outcome = await tus.outcome(at(0), address);
    expect(outcome).to.include({ state: 'accepted' });
    expect((await bytesOf(outcome.fileId)).equals(bytes)).to.equal(true);
    expect(await stagedIds(library())).to.deep.equal([]);
  });

  it('both asked to take it in at once give one file and the same answer', async () => {
    for (let round = 0; round < 5; round++) {
      const bytes = randomBytes(2_000_000);
      const name = `cùng lúc ${round}.bin`;
      const address = await created(at(0), bytes.length, { filename: name });
      await leaveStaged(library(), address, bytes);
      const outcomes = await Promise.all([0, 1, 0, 1, 1, 0].map((side) => tus.outcome(at(side), address)));
      for (const outcome of outcomes) expect(outcome).to.deep.equal(outcomes[0]);
      expect(outcomes[0]).to.include({ state: 'accepted' });
      expect(await filesNamed(name)).to.have.length(1);
      expect((await bytesOf(outcomes[0].fileId)).equals(bytes)).to.equal(true);
      expect(await stagedIds(library())).to.deep.equal([]);
    }
  });

  it('two that send the same piece at once: one is taken, the other is told its place is wrong', async () => {
    const bytes = randomBytes(300_000);
    const address = await created(at(0), bytes.length * 2, { filename: 'hai bên.bin' });
    const answers = await Promise.all([0, 1].map((side) => tus.patch(at(side), address, 0, bytes)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([204, 409]);
    expect(answers.find(({ status }) => status === 409)!.body.code).to.equal('upload-offset-wrong');
    expect((await tus.head(at(1), address)).headers.get('upload-offset')).to.equal('300000');
    expect((await tus.end(at(1), address)).status).to.equal(204);
  });

  it('one that died while it took the bytes in: the other waits for its claim to end, and goes on', async () => {
    const bytes = randomBytes(50_000);
    const address = await created(at(0), bytes.length, { filename: 'chết dở.bin' });
    await leaveStaged(library(), address, bytes);
    const ends = Date.now() + 1_500;
    await setClaim(address, ends);
    const outcome = await tus.outcome(at(1), address);
    expect(Date.now(), 'not before the claim has ended').to.be.at.least(ends);
    expect(outcome).to.include({ state: 'accepted' });
    expect(leaseMs).to.be.at.most(15_000);
  });

  it('a claim of a clock that was wrong holds nobody up', async () => {
    const bytes = randomBytes(1000);
    const address = await created(at(0), bytes.length, { filename: 'đồng hồ sai.bin' });
    await setClaim(address, Date.now() + 86_400_000);
    expect((await tus.patch(at(1), address, 0, bytes)).status).to.equal(204);
    expect(await tus.outcome(at(0), address)).to.include({ state: 'accepted' });
  });

  it('what nobody goes on with is swept, with its bytes', async () => {
    const address = await created(at(0), 10, { filename: 'bỏ quên.bin' });
    await tus.patch(at(0), address, 0, Buffer.from('12345'));
    const kept = await created(at(1), 10, { filename: 'còn làm.bin' });
    await tus.patch(at(1), kept, 0, Buffer.from('12345'));
    await leaveStaged(library(), '01890000-0000-7000-8000-00000000dead', Buffer.from('mồ côi'));
    await fleet.storage.metadata.queries.updateTable('uploads').set({ updated_at: '2020-01-01T00:00:00.000Z' }).where('id', '=', address.slice(-36)).execute();
    await sweepUploads({ metadata: fleet.storage.metadata, staging: stagingOf(library()) }, new Date());
    expect(await stagedIds(library())).to.deep.equal([kept.slice(-36)]);
    expect((await tus.head(at(1), address)).status).to.equal(404);
    expect((await tus.head(at(0), kept)).headers.get('upload-offset')).to.equal('5');
  });
});
